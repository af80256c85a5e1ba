"""Cases of long lists and texts stay small."""

from runcomfy_codegen.render.cases import Repeat, field_cases

STRING = {"type": "string"}


def test_a_long_list_is_repeated_and_not_written_out() -> None:
    schema = {"type": "array", "items": STRING, "minItems": 100_000}
    cases = list(field_cases("a", schema))
    assert [case.accepted for case in cases] == [True, False, True]
    assert all(isinstance(case.value, Repeat) for case in cases)


def test_a_text_that_is_too_long_is_not_tried() -> None:
    long = [
        case.value
        for case in field_cases(
            "a", {**STRING, "minLength": 100_001, "maxLength": 10**6}
        )
    ]
    assert long == []
