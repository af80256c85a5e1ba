"""Cases of long lists and texts stay small."""

from runcomfy_codegen.render.tests.cases.case import Repeat
from runcomfy_codegen.render.tests.cases.field import field_cases

STRING = {"type": "string"}


def test_a_long_list_is_repeated_and_not_written_out() -> None:
    schema = {"type": "array", "items": STRING, "minItems": 20_000}
    cases = list(field_cases("a", schema))
    assert [case.accepted for case in cases] == [True, False, True]
    assert all(isinstance(case.value, Repeat) for case in cases)


def test_a_text_that_is_too_long_is_not_tried() -> None:
    longest = {**STRING, "maxLength": 10**6}
    rules = [case.rule for case in field_cases("a", longest)]
    assert rules[1:] == ["a: 1000000 characters", "a: more than 1000000 characters"]
    longer = {**STRING, "maxLength": 10**6 + 1}
    assert [case.rule for case in field_cases("a", longer)] == rules[:1]
