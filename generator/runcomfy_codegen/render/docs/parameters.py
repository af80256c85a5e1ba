"""Put a class of the schema into words: its fields, their types, limits and values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runcomfy_codegen.escape import json_text, markdown_code
from runcomfy_codegen.ir import Class, Field, Identifier, Json, Module, Schema
from runcomfy_codegen.render.bare import without_words
from runcomfy_codegen.render.limits_in_words import limits_in_words, media_limits
from runcomfy_codegen.session import Session

PLURALS = {"image": "image URLs", "video": "video URLs", "audio": "audio URLs"}
SEVERAL = {
    "boolean": "booleans",
    "integer": "integers",
    "number": "numbers",
    "object": "objects",
    "string": "strings",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field. All is Markdown but the names, the anchor and the description."""

    name: Identifier
    wire_name: str
    anchor: str
    type: str
    file: str
    """A file, or files, where an input's field takes one in the place of a URL."""
    checks: str
    """What such a file is checked for before it is sent."""
    required: bool
    nullable: bool
    default: str
    allowed: str
    """Each value that it may have; empty where that is not a list."""
    limits: str
    description: str
    deprecated: bool
    read_only: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one class."""

    name: Identifier
    anchor: str
    parameters: tuple[Parameter, ...]
    is_open: bool
    """Whether an input takes fields beside these."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is said of a field without its words: of fields alike, once in a session."""

    type: str
    file: str
    checks: str
    default: str
    allowed: str
    limits: str
    deprecated: bool
    read_only: bool


def groups(module: Module, side: str, session: Session) -> tuple[Group, ...]:
    """Return the classes of one side, `input` or `output`, its root first."""
    classes = [cls for cls in module.classes if cls.kind.startswith(side)]
    classes.sort(key=lambda cls: cls.kind != side)
    return tuple(_group(cls, side, session) for cls in classes)


def _group(cls: Class, side: str, session: Session) -> Group:
    """Return a class, its required fields first."""
    prefix = side if cls.kind == side else f"{slug(cls.name)}-"
    ordered = sorted(cls.fields, key=lambda field: not field.required)
    parameters = []
    for field in ordered:
        bare = without_words(field.schema, session)
        facts = session.once_for(_facts, bare, side)
        parameters.append(_parameter(field, prefix, facts))
    return Group(
        name=cls.name,
        anchor=f"object-{slug(cls.name)}",
        parameters=tuple(parameters),
        is_open=cls.additional is not None,
    )


def slug(name: str) -> str:
    """Return the name of a class in lower case, each capital marked by a hyphen.

    So that names which differ in case alone have anchors that differ.
    """
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def _parameter(field: Field, prefix: str, facts: _Facts) -> Parameter:
    """Return what is to be said of a field."""
    return Parameter(
        name=field.name,
        wire_name=field.wire_name,
        anchor=f"{prefix}-{field.name}",
        type=facts.type,
        file=facts.file,
        checks=facts.checks,
        required=field.required,
        nullable=field.nullable,
        default=facts.default,
        allowed=facts.allowed,
        limits=facts.limits,
        description=_description(field),
        deprecated=facts.deprecated,
        read_only=facts.read_only,
    )


def _facts(schema: Schema, side: str) -> _Facts:
    """Return what is to be said of all fields of a schema but for its words."""
    type_words = _type(schema)
    kinds = [kind for kind in PLURALS if f"{kind} URL" in type_words]
    is_file = side == "input" and bool(kinds)
    one_or_more = "files" if "URLs" in type_words else "file"
    return _Facts(
        type=type_words,
        file=one_or_more if is_file else "",
        checks=_checks(kinds, schema) if is_file else "",
        default=_code(schema["default"]) if "default" in schema else "",
        allowed=", ".join(dict.fromkeys(map(_code, _values(schema)))),
        limits="; ".join(dict.fromkeys(limits_in_words(schema, markdown_code))),
        deprecated=schema.get("deprecated") is True,
        read_only=schema.get("readOnly") is True,
    )


def _checks(kinds: list[str], schema: Schema) -> str:
    """Say what a file is checked for: its kind, and the rules of its field."""
    articles = [f"{'a' if kind == 'video' else 'an'} {kind}" for kind in kinds]
    kind = " or ".join(articles).replace("an audio", "audio")
    return "; ".join([kind, *dict.fromkeys(media_limits(schema, markdown_code))])


def _description(field: Field) -> str:
    """Return a field's description, or a title that says more than its name."""
    text, title = field.schema.get("description"), field.schema.get("title")
    if isinstance(text, str) and text.strip():
        return text
    if isinstance(title, str) and _letters(title) != _letters(field.wire_name):
        return title
    return ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _code(value: Json) -> str:
    return markdown_code(json_text(value))


def _branches(schema: Schema) -> list[Schema]:
    both = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [b for b in both if isinstance(b, dict) and b.get("type") != "null"]


def _values(schema: Schema) -> Iterator[Json]:
    """Yield the values that a field, or an item of it, is held to."""
    if "const" in schema:
        yield schema["const"]
    elif isinstance(schema.get("enum"), list):
        yield from (value for value in schema["enum"] if value is not None)
    for branch in _branches(schema):
        yield from _values(branch)
    if isinstance(schema.get("items"), dict):
        yield from _values(schema["items"])


def _type(schema: Schema) -> str:
    """Return a type in words, as Markdown."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[{name}](#object-{slug(name)})"
    if _branches(schema):
        return " or ".join(dict.fromkeys(map(_type, _branches(schema))))
    kind, name = schema.get("x-media"), _type_name(schema)
    if name == "array":
        return _list_type(schema)
    if kind in PLURALS:
        return f"{kind} URL"
    others = schema.get("additionalProperties")
    if name == "object" and isinstance(others, dict) and others:
        inner = _type(others)
        return f"object of {SEVERAL.get(inner, inner)}"
    return name


def _type_name(schema: Schema) -> str:
    named = schema.get("type")
    if isinstance(named, str):
        return named
    if isinstance(named, list):
        return " or ".join(name for name in named if name != "null")
    names = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    kinds = dict.fromkeys(names.get(type(value), "") for value in _values(schema))
    return " or ".join(kinds) or "anything"


def _list_type(schema: Schema) -> str:
    kind, items = schema.get("x-media"), schema.get("items")
    if kind in PLURALS:
        return f"list of {PLURALS[kind]}"
    if not isinstance(items, dict):
        return "list"
    inner = _type(items)
    return f"list of {SEVERAL.get(inner, inner)}"
