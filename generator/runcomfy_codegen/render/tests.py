"""What the template of a validation test needs: the cases, laid out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.ir import Class, Json, Module
from runcomfy_codegen.render.cases import Case, Repeat, field_cases
from runcomfy_codegen.render.escape import python_string
from runcomfy_codegen.render.layout import Bracket, Node, Pair, lay_out, literal
from runcomfy_codegen.render.models import default_of
from runcomfy_codegen.render.samples import example_body, sample


@dataclass(frozen=True, slots=True)
class TestText:
    """A test module, as it is written."""

    __test__ = False

    model_id: str
    repeats: bool
    example: str
    fields: str
    accepted: str
    refused: str
    output: str


def view(module: Module) -> TestText:
    """Return what the test's template needs."""
    model = module.model
    root = next(cls for cls in module.classes if cls.kind == "input")
    cases = list(_cases(module))
    accepted = [(case.rule, _change(case)) for case in cases if case.accepted]
    refused = [(case.rule, _change(case)) for case in cases if not case.accepted]
    return TestText(
        model_id=model.model_id,
        repeats=any(_is_repeated(case.value) for case in cases),
        example=_laid_out(literal(example_body(model)), "EXAMPLE"),
        fields=_laid_out(_fields(root), "FIELDS"),
        accepted=_laid_out(_mapping(accepted), "ACCEPTED: Cases"),
        refused=_laid_out(_mapping(refused), "REFUSED: Cases"),
        output=_laid_out(literal(_output(module)), "OUTPUT"),
    )


def _laid_out(node: Node, name: str) -> str:
    return lay_out(node, 0, len(name) + 3)


def _fields(root: Class) -> Node:
    """Return each field with its wire name and default; `...` marks a required one."""
    pairs = []
    for field in root.fields:
        shown = "..." if field.required else default_of(field, root)
        pairs.append(
            (field.name, Bracket("(", (python_string(field.wire_name), shown), ")"))
        )
    return _mapping(pairs)


def _cases(module: Module) -> Iterator[Case]:
    properties: dict[str, Any] = module.model.input_schema.get("properties", {})
    for name, schema in properties.items():
        if isinstance(schema, dict):
            yield from field_cases(name, schema)


def _mapping(pairs: Iterable[tuple[str, Node]]) -> Node:
    items = tuple(Pair(f"{python_string(key)}: ", value) for key, value in pairs)
    return Bracket("{", items, "}")


def _change(case: Case) -> Node:
    return _mapping([(case.field, _value(case.value))])


def _is_repeated(value: Json | Repeat) -> bool:
    return isinstance(value, Repeat) and (
        value.count > 1 or isinstance(value.value, str)
    )


def _value(value: Json | Repeat) -> Node:
    if not isinstance(value, Repeat):
        return literal(value)
    if _is_repeated(value):
        return Bracket("repeat(", (literal(value.value), str(value.count)), ")")
    return literal(value.whole())


def _output(module: Module) -> Json:
    """Return an output with every field that the schema names."""
    properties: dict[str, Any] = module.model.output_schema.get("properties", {})
    return {
        name: sample(schema, name)
        for name, schema in properties.items()
        if isinstance(schema, dict)
    }
