"""Change one thing in a stored model, in the dialect that it is published in."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.mutants.mutant import Mutant, near

Schema = dict[str, Any]
Path = tuple[str | int, ...]
Changes = Iterator[tuple[str, str, Callable[[Any], None]]]

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
LENGTHS = (
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
)  # fmt: skip
OPPOSITES = {
    "minimum": "exclusiveMinimum",
    "maximum": "exclusiveMaximum",
    "exclusiveMinimum": "minimum",
    "exclusiveMaximum": "maximum",
}
NEW_LIMITS: dict[str, dict[str, Any]] = {
    "integer": {"minimum": -7, "maximum": 4294967295, "multipleOf": 3},
    "number": {"minimum": -7.5, "maximum": 1e9},
    "string": {"minLength": 1, "maxLength": 5000, "pattern": "^[ -~]*$"},
    "array": {"minItems": 1, "maxItems": 50, "uniqueItems": True},
    "object": {"minProperties": 1, "maxProperties": 1},
}
"""What a regenerated schema may newly demand, by the type that it is said of."""
STANDARD = {"float": "number", "int": "integer", "str": "string", "bool": "boolean"}
OTHER_TYPES = {
    "integer": ("number", "string"),
    "number": ("integer", "string"),
    "string": ("integer", "boolean"),
    "boolean": ("string", "integer"),
    "array": ("string", "object"),
    "object": ("string", "array"),
}
WORDS = ("title", "description")


def schema_mutants(entry: Schema) -> Iterator[Mutant]:
    """Yield a stored model with one thing changed, for each thing in it."""
    for kind, said, change in _entry_changes(entry):
        yield _mutant(entry, kind, said, (), change)
    for root in ("input_schema", "output_schema"):
        for path, schema in _schemas(entry.get(root, {}), (root,)):
            is_output = root == "output_schema"
            for kind, said, change in _schema_changes(schema, path):
                pointer = "/".join(map(str, path))
                kind = f"output {kind}" if is_output else kind
                yield _mutant(entry, kind, f"{pointer}: {said}", path, change)


def _mutant(
    entry: Schema, kind: str, said: str, path: Path, change: Callable[[Any], None]
) -> Mutant:
    changed = json.loads(json.dumps(entry))
    place = changed
    for step in path:
        place = place[step]
    change(place)
    return Mutant(kind, said, changed)


def _schemas(schema: Any, path: Path) -> Iterator[tuple[Path, Schema]]:
    """Yield each schema of a document, with where it stands."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in ("properties", "$defs"):
        inner = schema.get(keyword)
        for name, child in inner.items() if isinstance(inner, dict) else ():
            yield from _schemas(child, (*path, keyword, name))
    for keyword in ("items", "additionalProperties", "output"):
        yield from _schemas(schema.get(keyword), (*path, keyword))
    for keyword in ("anyOf", "oneOf", "allOf"):
        for index, child in enumerate(schema.get(keyword, ())):
            yield from _schemas(child, (*path, keyword, index))


def _entry_changes(entry: Schema) -> Changes:
    model_id = entry["model_id"]
    for other in near(model_id):
        if other[-1].isalnum():
            yield "model_id", other, _put("model_id", other)
    for keyword in ("description", "display_name"):
        yield "words", keyword, _put(keyword, "Other words.")
    example = entry.get("example")
    for name, value in example.items() if isinstance(example, dict) else ():
        if isinstance(value, str):
            changed = {**example, name: f"{value} too"}
            yield "example", name, _put("example", changed)


def _put(keyword: str, value: Any) -> Callable[[Any], None]:
    return lambda schema: schema.__setitem__(keyword, copy.deepcopy(value))


def _drop(keyword: str) -> Callable[[Any], None]:
    return lambda schema: schema.pop(keyword)


def _schema_changes(schema: Schema, path: Path) -> Changes:
    yield from _limit_changes(schema)
    if len(path) > 1:
        yield from _type_changes(schema)
    if len(path) > 1 and "allOf" not in path:
        yield from _new_limits(schema)
    if isinstance(schema.get("enum"), list):
        yield from _enum_changes(schema["enum"])
    if "const" in schema:
        for other in near(schema["const"]):
            yield "enum", f"const {other!r}", _put("const", other)
    if isinstance(schema.get("properties"), dict):
        yield from _property_changes(schema)
    if path[-2:-1] == ("properties",):
        yield from _default_changes(schema)
        yield "words", "description", _put("description", "Other words.")
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword, ())
        for index in range(len(branches) if len(branches) > 1 else 0):
            kept = [*branches[:index], *branches[index + 1 :]]
            yield "type", f"without {keyword}/{index}", _put(keyword, kept)


def _limit_changes(schema: Schema) -> Changes:
    for keyword in (*BOUNDS, *LENGTHS):
        if keyword not in schema:
            continue
        value, kind = schema[keyword], "bound" if keyword in BOUNDS else "length"
        yield kind, f"no {keyword}", _drop(keyword)
        is_float = str(schema.get("type")) in ("float", "number")
        step = schema.get("multipleOf", 1) if keyword in OPPOSITES else 1
        is_exact = is_float and keyword in OPPOSITES and step == 1
        for other in near(value, is_exact, step):
            if keyword != "multipleOf" or other > 0:
                yield kind, f"{keyword} {other!r} for {value!r}", _put(keyword, other)
        if keyword in OPPOSITES and OPPOSITES[keyword] not in schema:

            def swap(target: Any, keyword: str = keyword) -> None:
                target[OPPOSITES[keyword]] = target.pop(keyword)

            yield kind, f"{OPPOSITES[keyword]} for {keyword}", swap
    for keyword in ("pattern", "uniqueItems"):
        if keyword in schema:
            yield "check", f"no {keyword}", _drop(keyword)
    if isinstance(schema.get("pattern"), str):
        pattern = schema["pattern"]
        others = {pattern.lstrip("^"), pattern.rstrip("$"), f"{pattern}|^!$"}
        for other in sorted(others - {pattern}):
            yield "check", f"pattern {other!r}", _put("pattern", other)


def _type_changes(schema: Schema) -> Changes:
    named = schema.get("type")
    if not isinstance(named, str):
        return
    name = STANDARD.get(named.lower(), named.lower())
    for other in OTHER_TYPES.get(name, ()):

        def retype(target: Any, other: str = other) -> None:
            target["type"] = other
            if {name, other} != {"integer", "number"}:
                for keyword in ("enum", "default", "format", *BOUNDS, *LENGTHS):
                    target.pop(keyword, None)

        yield "type", f"{other} for {named}", retype


def _new_limits(schema: Schema) -> Changes:
    """Yield limits where none says as much already."""
    named = str(schema.get("type"))
    limits = NEW_LIMITS.get(STANDARD.get(named.lower(), named.lower()), {})
    if {"enum", "const", "pattern"} & schema.keys():
        return
    redundant = {OPPOSITES.get(keyword) for keyword in schema}
    if "required" in schema:
        redundant.add("minProperties")
    if len(schema.get("properties", ())) == 1:
        redundant.add("maxProperties")
    for keyword, value in limits.items():
        if keyword not in schema and keyword not in redundant:
            kind = "bound" if keyword in BOUNDS else "length"
            kind = "check" if keyword in ("pattern", "uniqueItems") else kind
            yield kind, f"{keyword} {value!r} is new", _put(keyword, value)


def _enum_changes(values: list[Any]) -> Changes:
    is_text = any(isinstance(value, str) for value in values)
    numbers = [value for value in values if isinstance(value, int | float)]
    more = "other" if is_text else max(numbers, default=0) + 4
    yield "enum", f"{more!r} is new", _put("enum", [*values, more])
    yield "order", "the other way round", _put("enum", values[::-1])
    yield "enum", "no enum", _drop("enum")
    for index, value in enumerate(values):
        kept = [*values[:index], *values[index + 1 :]]
        if kept:
            yield "enum", f"no {value!r}", _put("enum", kept)
        for other in near(value):
            if other not in values:
                changed = [*values[:index], other, *values[index + 1 :]]
                yield "enum", f"{other!r} for {value!r}", _put("enum", changed)


def _property_changes(schema: Schema) -> Changes:
    properties, required = schema["properties"], schema.get("required", [])
    for name in properties:
        rest = {k: v for k, v in properties.items() if k != name}
        others = [k for k in required if k != name]

        def replace(
            target: Any, fields: Any = rest, names: Any = tuple(others)
        ) -> None:
            target |= {"properties": copy.deepcopy(fields), "required": [*names]}

        if rest:
            yield "field dropped", name, replace
        for other in (f"{name}_x", name.swapcase()):
            renamed = {other if k == name else k: v for k, v in properties.items()}
            names = tuple(other if k == name else k for k in required)

            def rename(target: Any, f: Any = renamed, n: Any = names) -> None:
                replace(target, f, n)

            if other not in properties:
                yield "field renamed", f"{other} for {name}", rename
        if name in required:
            yield "required", f"{name} is optional", _put("required", others)
        else:
            yield "required", f"{name} is required", _put("required", [*others, name])
    backwards = dict(reversed(list(properties.items())))
    yield "order", "properties the other way round", _put("properties", backwards)
    extra = {**properties, "one_more": {"type": "string"}}
    yield "field added", "one_more", _put("properties", extra)
    if schema.get("additionalProperties") in (None, False):
        yield "open", "takes other fields", _put("additionalProperties", True)


def _default_changes(schema: Schema) -> Changes:
    if "default" not in schema:
        value = (schema.get("enum") or ["x", 1, True])[0]
        for other in (value, 1, True):
            yield "default", f"default {other!r} is new", _put("default", other)
        return
    default = schema["default"]
    yield "default", f"no default {default!r}", _drop("default")
    others = [*near(default), *(schema.get("enum") or ())]
    for other in others:
        if other != default:
            yield "default", f"default {other!r} for {default!r}", _put(
                "default", other
            )
    yield "nullable", "null too", _put("nullable", True)
