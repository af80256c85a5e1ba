"""Whether a generated Input and jsonschema agree over a body, but where we mean otherwise.

`OurJudge` is jsonschema with the differences that `tests/dialect/test_fidelity.py` names,
and nothing else.
"""

import sys
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as JudgedInvalid
from jsonschema.validators import extend
from pydantic import ValidationError

from runcomfy_codegen.schema.patterns import matches
from tests.support.payloads import Judge
from tests.support.trees import Generated


def _is_of_type(
    validator: Any, named: Any, instance: Any, schema: Any
) -> Iterator[JudgedInvalid]:
    names = named if isinstance(named, list) else [named]
    listed = [schema["const"]] if "const" in schema else schema.get("enum", [])
    numbers = [value for value in listed if isinstance(value, int)]
    is_literal = listed and all(-(2**63) <= value < 2**63 for value in numbers)
    if isinstance(instance, float) and "number" not in names and not is_literal:
        yield JudgedInvalid("a float is no integer")
    if isinstance(instance, int) and "number" in names:
        try:
            float(instance)
        except OverflowError:
            yield JudgedInvalid("too large for a double")
    yield from Draft202012Validator.VALIDATORS["type"](
        validator, named, instance, schema
    )


def _is_matching(
    validator: Any, pattern: Any, instance: Any, schema: Any
) -> Iterator[JudgedInvalid]:
    """By our engine: what it takes and refuses stands in `test_patterns.py`, row by row."""
    if isinstance(instance, str) and not matches(pattern, instance):
        yield JudgedInvalid("no match")


OurJudge = extend(Judge, {"pattern": _is_matching, "type": _is_of_type})


def without_none(schema: dict[str, Any], value: Any) -> Any:
    """Return a value without the optional fields that are None where null is refused."""
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        pruned = without_none(branch, value)
        if pruned != value:
            return pruned
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [without_none(schema["items"], item) for item in value]
    if not isinstance(value, dict):
        return value
    others = schema.get("additionalProperties")
    kept = {}
    for name, inner in value.items():
        child = schema.get("properties", {}).get(name)
        if child is None:
            child = others if isinstance(others, dict) else {}
        elif (
            inner is None
            and name not in schema.get("required", ())
            and not Draft202012Validator(child).is_valid(None)
        ):
            continue
        kept[name] = without_none(child, inner)
    return kept


def disagreement(model: Generated, judge: Any, body: dict[str, Any]) -> str:
    """Return how the Input and the judge differ over a body, or over what is sent."""
    meant = without_none(model.input_schema, body)
    reasons = [error.message for error in judge.iter_errors(meant)]
    try:
        model_input = model.module.Input(**body)
    except ValidationError as error:
        return "" if reasons else f"refused: {body!r:.300}: {error!s:.300}"
    if reasons:
        return f"accepted: {body!r:.300}: {reasons!r:.300}"
    sent = wire_body(model_input)
    return "" if is_same(sent, meant) else f"{body!r:.300} is sent as {sent!r:.300}"


def wire_body(model_input: Any) -> Any:
    """Return what the `_models` beside a generated module makes of an input."""
    package = type(model_input).__module__.rpartition(".")[0].rpartition(".")[0]
    return sys.modules[f"{package}._models"].wire_body(model_input)


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same to a double: 1 is 1.0, and true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            is_same(one[key], other[key]) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    are_numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one == other or (are_numbers and float(one) == float(other))
