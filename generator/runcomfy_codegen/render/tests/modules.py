"""What the template of a validation test needs: the cases, laid out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from runcomfy_codegen.ir import Class, Field, Json, Module
from runcomfy_codegen.render.python.code import (
    NONE,
    Code,
    Node,
    call,
    listed,
    literal,
    mapping,
    parentheses,
    union,
)
from runcomfy_codegen.render.python.declarations import default_of
from runcomfy_codegen.render.python.field_types import ADDITIONAL, field_types
from runcomfy_codegen.render.python.layout import flat, imported, lay_out
from runcomfy_codegen.render.samples import full_sample
from runcomfy_codegen.render.subject import Subject
from runcomfy_codegen.render.tests.cases.case import (
    Case,
    Repeat,
    Value,
    is_repeated,
    weight,
)
from runcomfy_codegen.render.tests.cases.field import field_cases
from runcomfy_codegen.render.tests.kinds import json_kind
from runcomfy_codegen.schema.read import properties_of

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
    module = subject.module
    cases, is_complete = _cases(module)
    repeats = ("repeat",) if any(is_repeated(case.value) for case in cases) else ()
    nullable = listed(*(literal(name) for name in _nullable(module)))
    output, output_fields = _output_texts(module)
    return TestText(
        model_id=module.model.model_id,
        imported_module=imported(
            f"from runcomfy_models.{module.vendor} import", module.name
        ),
        imported=imported("from runcomfy_models._testing import", *TESTING, *repeats),
        example=_laid_out(literal(dict(subject.example)), "EXAMPLE: Body"),
        fields=_laid_out(_fields(module), "FIELDS: Fields"),
        accepted=_laid_out(_changes(cases, accepted=True), "ACCEPTED: Cases"),
        refused=_laid_out(_changes(cases, accepted=False), "REFUSED: Cases"),
        output=output,
        output_fields=output_fields,
        is_complete=is_complete,
        nullable=lay_out(nullable, 4, 13, 1) if nullable.elements else "",
    )


def _laid_out(node: Node, name: str) -> str:
    return lay_out(node, 0, len(name) + 3)


def _input_fields(module: Module) -> Iterator[tuple[str, Class, Field]]:
    """Yield each field with its name, and those of the objects inside after them."""
    for cls in reversed(module.classes):
        if cls.kind.startswith("input"):
            for field in cls.fields:
                yield _qualified(cls, field.name), cls, field


def _qualified(cls: Class, name: str) -> str:
    return name if cls.kind in ("input", "output") else f"{cls.name}.{name}"


def _fields(module: Module) -> Node:
    """Return each field with its wire name, types and default; `...` marks required."""
    pairs: list[tuple[str, Node]] = []
    for name, cls, field in _input_fields(module):
        kind = Code(json_kind(field.schema))
        shown = Code("...") if field.required else default_of(field, cls)
        pairs.append((name, parentheses(literal(field.wire_name), kind, shown)))
    return mapping(pairs)


def _nullable(module: Module) -> Iterator[str]:
    """Yield the fields for which null is a value of its own."""
    for name, _, field in _input_fields(module):
        if field.nullable or (field.required and json_kind(field.schema) == "object"):
            yield name


_outputs: dict[str, tuple[str, str]] = {}
"""What was made of each output: most models share one."""


def _output_texts(module: Module) -> tuple[str, str]:
    """Return a whole output and its fields, laid out."""
    outputs = [cls for cls in module.classes if cls.kind.startswith("output")]
    names = [(cls.name, *(field.name for field in cls.fields)) for cls in outputs]
    key = json.dumps([module.model.output_schema, names])
    if key not in _outputs:
        _outputs[key] = (
            _laid_out(literal(_output(module)), "OUTPUT: Body"),
            _laid_out(_output_fields(module), "OUTPUT_FIELDS: OutputFields"),
        )
    return _outputs[key]


def _output(module: Module) -> Json:
    """Return an output with every field that the schema names."""
    whole = {}
    for name, schema in properties_of(module.model.output_schema).items():
        if isinstance(schema, dict):
            whole[name] = full_sample(schema, name)
    return whole


def _output_fields(module: Module) -> Node:
    """Return each field of the output with its wire name and its type."""
    classes = tuple(cls for cls in module.classes if cls.kind.startswith("output"))
    types = field_types(replace(module, classes=classes))
    pairs: list[tuple[str, Node]] = []
    for cls in reversed(classes):
        for field in cls.fields:
            written = flat(union([types[cls.name][field.name][0], NONE]))
            parts = parentheses(literal(field.wire_name), literal(written))
            pairs.append((_qualified(cls, field.name), parts))
        if ADDITIONAL in types[cls.name]:
            written = f"dict[str, {flat(types[cls.name][ADDITIONAL][0])}]"
            parts = parentheses(literal("*"), literal(written))
            pairs.append((_qualified(cls, ADDITIONAL), parts))
    return mapping(pairs)


def _cases(module: Module) -> tuple[list[Case], bool]:
    """Return the cases of each field, as many as a file can hold, and whether it holds all."""
    cases: list[Case] = []
    room = MOST_TRIED
    for name, schema in properties_of(module.model.input_schema).items():
        for case in field_cases(name, schema) if isinstance(schema, dict) else ():
            room -= weight(case.value)
            if room < 0:
                return cases, False
            cases.append(case)
    return cases, True


def _changes(cases: Iterable[Case], accepted: bool) -> Node:
    """Return the cases that are accepted, or refused, each with the change that it is."""
    pairs: list[tuple[str, Node]] = []
    for case in cases:
        if case.accepted is accepted:
            pairs.append((case.rule, mapping([(case.field, _value(case.value))])))
    return mapping(pairs)


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
