"""Make sample values from a schema: what docs show, and what tests start from."""

from collections.abc import Callable

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.numbers import sample_number
from runcomfy_codegen.render.pattern_samples import from_pattern
from runcomfy_codegen.render.sample_words import words
from runcomfy_codegen.schema.patterns import matches
from runcomfy_codegen.schema.read import (
    branches_of,
    items_of,
    other_branches,
    properties_of,
    required_of,
    type_name,
)
from runcomfy_codegen.schema.validator import is_valid


def sample(schema: Schema, name: str = "", index: int = 0) -> Json:
    """Return a value that a schema accepts, of several the one with this index.

    `name` is that of its field.
    """
    if "const" in schema:
        return schema["const"]
    examples = schema.get("examples")
    if isinstance(examples, list) and index < len(examples):
        return examples[index]
    if "default" in schema and not index:
        return schema["default"]
    if schema.get("enum"):
        return schema["enum"][index % len(schema["enum"])]
    if branches_of(schema):
        return _branch(schema, name, index)
    maker = MAKERS.get(type_name(schema))
    return maker(schema, name, index) if maker else None


def full_sample(schema: Schema, name: str = "") -> Json:
    """Return a value that a schema accepts, with each field that it names."""
    properties = properties_of(schema)
    if properties:
        wanted = [key for key, child in properties.items() if isinstance(child, dict)]
        return {key: full_sample(properties[key], key) for key in wanted}
    items = items_of(schema)
    if items.get("properties"):
        return [full_sample(items, name)] * max(schema.get("minItems", 0), 1)
    return sample(schema, name)


def several(schema: Schema, name: str, count: int, first: int = 0) -> list[Json]:
    """Return values that a schema accepts, each another where it allows that."""
    if not schema:
        return [f"item {number + 1}" for number in range(count)]
    return [sample(schema, name, first + number) for number in range(count)]


def _branch(schema: Schema, name: str, index: int) -> Json:
    """Return a sample of the first branch whose sample the whole schema accepts."""
    made = [sample(branch, name, index) for branch in other_branches(schema)]
    # One branch of a oneOf may take the whole numbers of another.
    made += [value + 0.5 for value in made if type(value) in (int, float)]
    return next((value for value in made if is_valid(schema, value)), None)


def _object(schema: Schema, name: str = "", index: int = 0) -> dict[str, Json]:
    """Return an object with what is required, and as many more fields as there must be."""
    properties = properties_of(schema)
    least = schema.get("minProperties", 0)
    wanted = [*required_of(schema)]
    more = [name for name in properties if name not in wanted]
    wanted += more[: max(least - len(wanted), 0)]
    body = {}
    for field in wanted:
        if isinstance(properties.get(field), dict):
            body[field] = sample(properties[field], field, index)
    additional = schema.get("additionalProperties")
    for number in range(least - len(body) if additional is not False else 0):
        value = (
            sample(additional, "", index) if isinstance(additional, dict) else "value"
        )
        body[f"key_{number + 1}"] = value
    return body


def _array(schema: Schema, name: str, index: int) -> list[Json]:
    if schema.get("maxItems") == 0:
        return []
    count = max(schema.get("minItems", 0), 1)
    return several(items_of(schema), name, count, index)


def _string(schema: Schema, name: str, index: int) -> str:
    """Return a text that is as long as it must be, and matches the pattern if it can."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    text = words(str(schema.get("x-media")), name, index)
    if most is not None and len(text) > most:
        text = str(index + 1)[:most]
    text = text.ljust(least, ".")
    pattern = schema.get("pattern")
    if pattern is None or matches(pattern, text):
        return text
    for repeats in (index, least + index):
        for made in from_pattern(pattern, repeats):
            if is_valid(schema, made):
                return made
    return text


def _boolean(schema: Schema, name: str, index: int) -> bool:
    return index % 2 == 0


def _integer(schema: Schema, name: str, index: int) -> int:
    return int(sample_number(schema, 1, index))


def _any_number(schema: Schema, name: str, index: int) -> float:
    return sample_number(schema, 0, index)


MAKERS: dict[str, Callable[[Schema, str, int], Json]] = {
    "array": _array,
    "boolean": _boolean,
    "integer": _integer,
    "number": _any_number,
    "object": _object,
    "string": _string,
}
