"""Write the fields of a class: what follows `name: `, and what a reader is told."""

import re
from dataclasses import dataclass

from runcomfy_codegen.ir import Class, Field, Identifier, Json, Schema
from runcomfy_codegen.render.bare import without_words
from runcomfy_codegen.render.limits_in_words import flags_in_words
from runcomfy_codegen.render.python.code import (
    ANY,
    FIELD,
    NONE,
    TEXT,
    Bracket,
    Code,
    Node,
    annotated,
    call,
    keyword,
    literal,
    names_in,
    subscript,
    union,
)
from runcomfy_codegen.render.python.field_types import ADDITIONAL, type_of
from runcomfy_codegen.render.python.layout import (
    WIDTH,
    annotated_type,
    flat,
    lay_out,
    width,
)
from runcomfy_codegen.render.python.limits import NULLABLE, limits
from runcomfy_codegen.render.python.told import told
from runcomfy_codegen.session import Session

INDENT = 4


@dataclass(frozen=True, slots=True)
class Declaration:
    """One field of a class, as it is written."""

    name: Identifier
    declared: str
    """What follows `name: `."""
    description: str
    names: frozenset[Code]
    """The names that it mentions, and that have to be imported."""


def declaration(cls: Class, field: Field, session: Session) -> Declaration:
    """Return how a field is declared. Raises UnrenderableError if it comes to no type."""
    schema = without_words(field.schema, session)
    of_input = cls.kind.startswith("input")
    declared_as, names = session.once_for(
        _declared,
        schema,
        *(field.name, field.wire_name, field.required, field.nullable),
        of_input,
        session,
    )
    facts = "; ".join(flags_in_words(schema))
    if of_input:
        facts = session.once_for(told, schema, field.required)
    texts = (_description(field), facts)
    description = "\n\n".join(filter(None, texts))
    return Declaration(field.name, declared_as, description, names)


def _declared(
    schema: Schema,
    name: Identifier,
    wire_name: str,
    is_required: bool,
    is_nullable: bool,
    is_input: bool,
    session: Session,
) -> tuple[str, frozenset[Code]]:
    """Return what follows the name of a field, and the names that it mentions."""
    node = type_of(schema, not is_input, session)
    constraints = limits(schema) if is_input else []
    if is_input and schema.get("deprecated") is True:
        constraints = [*constraints, keyword("deprecated", literal(True))]
    if wire_name != name:
        constraints = [keyword("alias", literal(wire_name)), *constraints]
    if not is_required or is_nullable:
        node = union([node, NONE])
    if is_nullable and not is_required and is_input:
        constraints = [*constraints, NULLABLE]
    annotation = annotated(node, constraints)
    default = None if is_required else default_of(schema, is_input)
    return declared(name, annotation, default), frozenset(names_in(annotation))


def additional_fields(cls: Class, session: Session) -> Declaration:
    """Return how the fields are declared that a class does not name."""
    node = type_of_additional(cls, session)
    annotation = subscript(Code("dict"), TEXT, node)
    default = call(FIELD, keyword("init", Code("False")))
    return Declaration(
        name=ADDITIONAL,
        declared=declared(ADDITIONAL, annotation, default),
        description="",
        names=frozenset([*names_in(annotation), *names_in(default)]),
    )


def type_of_additional(cls: Class, session: Session) -> Node:
    """Return the type of the fields that a class does not name."""
    is_open = cls.kind.startswith("output")
    schema = without_words(cls.additional or {}, session)
    node = type_of(schema, is_open, session, is_inside=True)
    # Nothing that was paid for is refused.
    return union([node, ANY]) if is_open else node


def declared(name: str, annotation: Node, default: Node | None) -> str:
    """Return what follows `name: ` in a class, laid out."""
    before = INDENT + len(name) + len(": ")
    if default is None:
        return annotated_type(annotation, INDENT, before, 0)
    type_line, default_line = flat(annotation), flat(default)
    after = len(" = ") + width(default_line)
    if before + width(type_line) + after <= WIDTH:
        return f"{type_line} = {default_line}"
    room = WIDTH - before - width(type_line)
    if _goes_below(annotation, default, room):
        return f"{type_line} = (\n        {default_line}\n    )"
    if isinstance(default, Bracket) and default.elements:
        type_text = annotated_type(annotation, INDENT, before, len(" = ["))
        return f"{type_text} = {lay_out(default, INDENT, WIDTH)}"
    return f"{annotated_type(annotation, INDENT, before, after)} = {default_line}"


def _goes_below(annotation: Node, default: Node, room: int) -> bool:
    """Whether black puts a default in parentheses, with `room` left behind its type.

    It does so if the type fits on its line, and the default does not even begin there; or
    if the type is one that it splits last of all.
    """
    if isinstance(default, Bracket):
        begins = len(" = ") + len(default.head)
        if len(" = (") <= room < begins:
            return True
        if default.elements:
            return False
    splits_late = not isinstance(annotation, Bracket) or len(annotation.elements) == 1
    return splits_late and room >= len(" = (")


def default_of(schema: Schema, is_input: bool) -> Node:
    """Return a default as Python. One that holds an object is left to the service."""
    default = schema.get("default")
    return NONE if not is_input or _holds_object(default) else literal(default)


def _holds_object(value: Json) -> bool:
    if isinstance(value, list):
        return any(map(_holds_object, value))
    return isinstance(value, dict)


def _description(field: Field) -> str:
    """Return a field's description, or a title that says more than its name."""
    text, title = field.schema.get("description"), field.schema.get("title")
    if isinstance(text, str) and text.strip():
        return text.strip()
    if isinstance(title, str) and _letters(title) != _letters(field.wire_name):
        return title.strip()
    return ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
