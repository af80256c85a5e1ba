"""What the template of a validation test needs: the cases, laid out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from runcomfy_codegen.ir import Class, Field, Json, Module
from runcomfy_codegen.render.escape import python_string
from runcomfy_codegen.render.python.field_types import OTHERS, field_types
from runcomfy_codegen.render.python.layout import (
    Bracket,
    Node,
    Pair,
    flat,
    imported,
    lay_out,
    literal,
)
from runcomfy_codegen.render.python.limits import union
from runcomfy_codegen.render.python.modules import default_of
from runcomfy_codegen.render.samples import example_body, full_sample
from runcomfy_codegen.render.tests.cases import Case, Repeat, field_cases, weight
from runcomfy_codegen.schema.kinds import json_kind

MOST_TRIED = 100_000
"""What the cases of a model weigh together, at most: pytest has to compile them."""


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


def view(module: Module) -> TestText:
    """Return what the test's template needs."""
    model = module.model
    cases, is_complete = _cases(module)
    accepted = [(case.rule, _change(case)) for case in cases if case.accepted]
    refused = [(case.rule, _change(case)) for case in cases if not case.accepted]
    nullable = tuple(_nullable(module))
    output, output_fields = _output_texts(module)
    return TestText(
        model_id=model.model_id,
        imported_module=imported(
            f"from runcomfy_models.{module.vendor} import", module.name
        ),
        imported=_testing_import(any(_is_repeated(case.value) for case in cases)),
        example=_laid_out(literal(example_body(model)), "EXAMPLE: Body"),
        fields=_laid_out(_fields(module), "FIELDS: Fields"),
        accepted=_laid_out(_mapping(accepted), "ACCEPTED: Cases"),
        refused=_laid_out(_mapping(refused), "REFUSED: Cases"),
        output=output,
        output_fields=output_fields,
        is_complete=is_complete,
        nullable=lay_out(Bracket("[", nullable, "]"), 4, 13, 1) if nullable else "",
    )


def _testing_import(repeats: bool) -> str:
    names = ("Body", "Cases", "Fields", "ModelTest", "OutputFields", "Simulator")
    more = ("repeat",) if repeats else ()
    return imported("from runcomfy_models._testing import", *names, *more)


def _laid_out(node: Node, name: str) -> str:
    return lay_out(node, 0, len(name) + 3)


def _input_fields(module: Module) -> Iterator[tuple[str, Class, Field]]:
    """Yield each field with its name, and those of the objects inside after them."""
    for cls in reversed(module.classes):
        if cls.kind.startswith("input"):
            for field in cls.fields:
                yield _qualified(cls, field), cls, field


def _qualified(cls: Class, field: Field) -> str:
    return field.name if cls.kind in ("input", "output") else f"{cls.name}.{field.name}"


def _fields(module: Module) -> Node:
    """Return each field with its wire name, types and default; `...` marks required."""
    pairs = []
    for name, cls, field in _input_fields(module):
        shown = "..." if field.required else default_of(field, cls)
        kind = json_kind(field.schema)
        parts = (python_string(field.wire_name), kind, shown)
        pairs.append((name, Bracket("(", parts, ")")))
    return _mapping(pairs)


def _nullable(module: Module) -> Iterator[str]:
    for name, _, field in _input_fields(module):
        anything = field.required and json_kind(field.schema) == "object"
        if field.nullable or anything:
            yield python_string(name)


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


def _output_fields(module: Module) -> Node:
    """Return each field of the output with its wire name and its type."""
    classes = tuple(cls for cls in module.classes if cls.kind.startswith("output"))
    types = field_types(replace(module, classes=classes))
    pairs = []
    for cls in reversed(classes):
        for field in cls.fields:
            written = flat(union([types[cls.name][field.name][0], "None"]))
            parts = (python_string(field.wire_name), python_string(written))
            pairs.append((_qualified(cls, field), Bracket("(", parts, ")")))
        if OTHERS in types[cls.name]:
            written = f"dict[str, {flat(types[cls.name][OTHERS][0])}]"
            name = OTHERS if cls.kind == "output" else f"{cls.name}.{OTHERS}"
            parts = (python_string("*"), python_string(written))
            pairs.append((name, Bracket("(", parts, ")")))
    return _mapping(pairs)


def _cases(module: Module) -> tuple[list[Case], bool]:
    """Return the cases of each field, as many as a file can hold, and whether it holds all."""
    properties: dict[str, Any] = module.model.input_schema.get("properties", {})
    cases: list[Case] = []
    room = MOST_TRIED
    for name, schema in properties.items():
        for case in field_cases(name, schema) if isinstance(schema, dict) else ():
            room -= weight(case.value)
            if room < 0:
                return cases, False
            cases.append(case)
    return cases, True


def _mapping(pairs: Iterable[tuple[str, Node]]) -> Node:
    items = tuple(Pair(f"{python_string(key)}: ", value) for key, value in pairs)
    return Bracket("{", items, "}")


def _change(case: Case) -> Node:
    return _mapping([(case.field, _value(case.value))])


def _is_repeated(value: Json | Repeat) -> bool:
    if isinstance(value, Repeat):
        return value.count > 1
    if isinstance(value, dict):
        return any(map(_is_repeated, value.values()))
    return isinstance(value, list) and any(map(_is_repeated, value))


def _value(value: Json | Repeat) -> Node:
    if isinstance(value, Repeat):
        if value.count > 1:
            return Bracket("repeat(", (literal(value.value), str(value.count)), ")")
        return literal(value.whole())
    if isinstance(value, list):
        return Bracket("[", tuple(map(_value, value)), "]")
    if isinstance(value, dict):
        return _mapping((key, _value(item)) for key, item in value.items())
    return literal(value)


def _output(module: Module) -> Json:
    """Return an output with every field that the schema names."""
    properties: dict[str, Any] = module.model.output_schema.get("properties", {})
    return {
        name: full_sample(schema, name)
        for name, schema in properties.items()
        if isinstance(schema, dict)
    }
