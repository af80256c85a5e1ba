"""Try a schema: its values if it lists them, else what its types and branches say."""

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.numbers import EXACT
from runcomfy_codegen.render.tests.cases.arrays import array_trials
from runcomfy_codegen.render.tests.cases.case import CaseKind, Trial, Trials
from runcomfy_codegen.render.tests.cases.media import media_trials
from runcomfy_codegen.render.tests.cases.numbers import number_trials
from runcomfy_codegen.render.tests.cases.objects import map_trials, object_trials
from runcomfy_codegen.render.tests.cases.texts import text_trials
from runcomfy_codegen.schema.keywords import VALUES
from runcomfy_codegen.schema.media import medium_of
from runcomfy_codegen.schema.read import branches_of, is_listed, named_types
from runcomfy_codegen.schema.values import is_number

ANYTHING = {"any": [1, None]}


def trials(schema: Schema, name: str) -> Trials:
    """Yield the trials of a schema; `name` is that of its field."""
    branches = branches_of(schema)
    for branch in branches:
        yield from trials(branch, name)
    yield from _listed(schema)
    for type_name in named_types(schema):
        if not is_listed(schema):
            yield from _of_type(str(type_name), schema, name)
    if "null" in named_types(schema) and isinstance(schema["type"], list):
        yield Trial(CaseKind.TYPE, "null", None, True)
    if not branches and schema.keys().isdisjoint({"type", *VALUES}):
        yield Trial(CaseKind.TYPE, "any text", "text", True)
        yield Trial(CaseKind.TYPE, "anything", ANYTHING, True)


def _listed(schema: Schema) -> Trials:
    """Yield each value that a schema lists, and one that it does not."""
    if "const" in schema:
        only = schema["const"]
        yield Trial(CaseKind.LISTED, "its only value", only, True)
        stranger = _stranger([only])
        yield Trial(CaseKind.STRANGER, "not its only value", stranger, False)
    values = schema.get("enum")
    if isinstance(values, list):
        for value in values:
            yield Trial(CaseKind.LISTED, f"enum {value}", value, value is not None)
        yield Trial(CaseKind.STRANGER, "not in its enum", _stranger(values), False)


def _stranger(values: list[Json]) -> Json:
    """Return a value of the type of an enum that is not in it."""
    numbers = [value for value in values if is_number(value)]
    if not numbers:
        return "not in the enum"
    stranger = max(numbers) + max(1, abs(max(numbers)) // 2**52)
    return stranger if abs(stranger) < EXACT else int(float(stranger))  # as it is sent


def _of_type(type_name: str, schema: Schema, name: str) -> Trials:
    match type_name:
        case "integer":
            return number_trials(schema, 1)
        case "number":
            return number_trials(schema, 0)
        case "string" if medium_of(schema):
            return media_trials(schema)
        case "string":
            return text_trials(schema)
        case "array":
            return array_trials(schema, name, trials)
        case "object" if schema.get("properties"):
            return object_trials(schema, trials)
        case "object":
            return map_trials(schema, trials)
        case "boolean":
            return _boolean_trials()
    return iter(())


def _boolean_trials() -> Trials:
    yield Trial(CaseKind.TYPE, "true", True, True)
    yield Trial(CaseKind.TYPE, "false", False, True)
