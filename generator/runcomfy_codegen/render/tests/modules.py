"""What the template of a validation test needs: the cases, laid out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from runcomfy_codegen.escape import python_string
from runcomfy_codegen.ir import Class, Json, Module, Schema
from runcomfy_codegen.render.bare import without_words
from runcomfy_codegen.render.python.code import (
    NONE,
    Code,
    Node,
    Pair,
    call,
    listed,
    literal,
    mapping,
    parentheses,
    union,
)
from runcomfy_codegen.render.python.declarations import (
    default_of,
    type_of_additional,
)
from runcomfy_codegen.render.python.field_types import ADDITIONAL, type_of
from runcomfy_codegen.render.python.layout import (
    flat,
    imported,
    joined_dict,
    lay_out,
)
from runcomfy_codegen.render.samples import full_sample
from runcomfy_codegen.render.subject import Subject
from runcomfy_codegen.render.tests.cases.case import (
    Repeat,
    Value,
    is_repeated,
    weight,
)
from runcomfy_codegen.render.tests.cases.field import field_cases
from runcomfy_codegen.render.tests.kinds import json_kind
from runcomfy_codegen.schema.read import properties_of
from runcomfy_codegen.session import Session

MOST_TRIED = 100_000
"""What the cases of a model weigh together, at most: pytest has to compile them."""
TESTING = ("Body", "Cases", "Fields", "ModelTest", "OutputFields", "Simulator")
"""What each test imports."""
REPEAT = Code("repeat")


@dataclass(frozen=True, slots=True)
class TestText:
    """A test module, as it is written."""

    __test__ = False

    model_id: str
    imported: str
    imported_module: str
    example: str
    fields: str
    accepted: str
    refused: str
    output: str
    output_fields: str
    is_complete: bool
    """Whether each choice is among the cases."""
    nullable: str
    """The fields for which null is a value; empty if there is none."""


def view(subject: Subject) -> TestText:
    """Return what the test's template needs."""
    module, session = subject.module, subject.session
    tried, is_complete = _cases(module, session)
    repeats = ("repeat",) if any(each.repeats for each in tried) else ()
    rows = list(_rows(module, session))
    nullable = listed(*(literal(row.name) for row in rows if row.takes_null))
    output, output_fields = _output_texts(module, session)
    return TestText(
        model_id=module.model.model_id,
        imported_module=imported(
            f"from runcomfy_models.{module.vendor} import", module.name
        ),
        imported=imported("from runcomfy_models._testing import", *TESTING, *repeats),
        example=_laid_out(literal(dict(subject.example)), "EXAMPLE: Body"),
        fields=_laid_out_lines([row.line for row in rows], "FIELDS: Fields"),
        accepted=_laid_out_lines(_lines(tried, "accepted"), "ACCEPTED: Cases"),
        refused=_laid_out_lines(_lines(tried, "refused"), "REFUSED: Cases"),
        output=output,
        output_fields=output_fields,
        is_complete=is_complete,
        nullable=lay_out(nullable, 4, 13, 1) if nullable.elements else "",
    )


def _laid_out(node: Node, name: str) -> str:
    return lay_out(node, 0, len(name) + 3)


def _laid_out_lines(lines: list[str], name: str) -> str:
    """Return a dict of items that are laid out already."""
    return joined_dict(lines, len(name) + 3)


def _line(key: str, node: Node) -> str:
    """Return an item of a dict as it is written inside of it."""
    return lay_out(Pair(Code(f"{python_string(key)}: "), node), 4, 4, 1)


class _Row(NamedTuple):
    """A field with its wire name, types and default."""

    name: str
    line: str
    takes_null: bool
    """Whether null is a value of its own."""


def _rows(module: Module, session: Session) -> Iterator[_Row]:
    """Yield each field, and those of the objects inside after them."""
    for cls in reversed(module.classes):
        if cls.kind.startswith("input"):
            for field in cls.fields:
                schema = without_words(field.schema, session)
                name = _qualified(cls, field.name)
                has = (field.wire_name, field.required, field.nullable)
                yield session.once_for(_row, schema, name, *has)


def _row(
    schema: Schema, name: str, wire_name: str, is_required: bool, is_nullable: bool
) -> _Row:
    """Return a field in a test; `...` marks one that is required."""
    kind = json_kind(schema)
    shown = Code("...") if is_required else default_of(schema, is_input=True)
    line = _line(name, parentheses(literal(wire_name), Code(kind), shown))
    return _Row(name, line, is_nullable or (is_required and kind == "object"))


def _qualified(cls: Class, name: str) -> str:
    return name if cls.kind in ("input", "output") else f"{cls.name}.{name}"


def _output_texts(module: Module, session: Session) -> tuple[str, str]:
    """Return a whole output and its fields, laid out: once for models that share one."""
    schema = module.model.output_schema
    classes = tuple(cls for cls in module.classes if cls.kind.startswith("output"))
    # A schema and the names in it say which classes these are.
    names = tuple((cls.name, *(field.name for field in cls.fields)) for cls in classes)
    made = session.once_for(_no_texts, schema)
    if names not in made:
        whole = _laid_out(literal(_output(schema)), "OUTPUT: Body")
        fields = _output_fields(classes, session)
        made[names] = whole, _laid_out(fields, "OUTPUT_FIELDS: OutputFields")
    return made[names]


def _no_texts(schema: Schema) -> dict[tuple[Any, ...], tuple[str, str]]:
    """Return a place for the texts of an output, by the names of its classes."""
    return {}


def _output(schema: Schema) -> Json:
    """Return an output with every field that the schema names."""
    whole = {}
    for name, child in properties_of(schema).items():
        if isinstance(child, dict):
            whole[name] = full_sample(child, name)
    return whole


def _output_fields(classes: tuple[Class, ...], session: Session) -> Node:
    """Return each field of the output with its wire name and its type."""
    pairs: list[tuple[str, Node]] = []
    for cls in reversed(classes):
        for field in cls.fields:
            node = type_of(without_words(field.schema, session), True, session)
            written = flat(union([node, NONE]))
            parts = parentheses(literal(field.wire_name), literal(written))
            pairs.append((_qualified(cls, field.name), parts))
        if cls.additional:
            written = f"dict[str, {flat(type_of_additional(cls, session))}]"
            parts = parentheses(literal("*"), literal(written))
            pairs.append((_qualified(cls, ADDITIONAL), parts))
    return mapping(pairs)


@dataclass(frozen=True, slots=True)
class _Tried:
    """The cases of one field, each as a line of a dict."""

    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    repeats: bool
    """Whether a value is written as a repetition."""
    is_all: bool
    """Whether these are all cases."""
    room: int
    """What is left for other fields to weigh."""


def _cases(module: Module, session: Session) -> tuple[list[_Tried], bool]:
    """Return the cases of each field, as many as a file can hold, and whether it holds all."""
    found: list[_Tried] = []
    room = MOST_TRIED
    for name, schema in properties_of(module.model.input_schema).items():
        if not isinstance(schema, dict):
            continue
        bare = without_words(schema, session)
        tried = session.once_for(_tried, bare, name, MOST_TRIED)
        used = MOST_TRIED - tried.room
        if used > room or not tried.is_all:
            tried = _tried(bare, name, room)
            return [*found, tried], False
        found.append(tried)
        room -= used
    return found, True


def _tried(schema: Schema, name: str, room: int) -> _Tried:
    """Return the cases of a field that weigh no more than there is room for."""
    accepted: list[str] = []
    refused: list[str] = []
    repeats, is_all = False, True
    for case in field_cases(name, schema):
        heavy = weight(case.value)
        if heavy > room:
            is_all = False
            break
        room -= heavy
        repeats = repeats or is_repeated(case.value)
        line = _line(case.rule, mapping([(case.field, _value(case.value))]))
        (accepted if case.accepted else refused).append(line)
    return _Tried(tuple(accepted), tuple(refused), repeats, is_all, room)


def _lines(tried: Iterable[_Tried], side: Literal["accepted", "refused"]) -> list[str]:
    return [line for each in tried for line in getattr(each, side)]


def _value(value: Value) -> Node:
    """Return the value of a case as Python; what is repeated is written once."""
    match value:
        case Repeat() if value.count > 1:
            return call(REPEAT, literal(value.value), literal(value.count))
        case Repeat():
            return literal(value.whole())
        case list():
            return listed(*map(_value, value))
        case dict():
            return mapping((key, _value(inner)) for key, inner in value.items())
    return literal(value)
