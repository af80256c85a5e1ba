"""What the template of a typed module needs: each declaration, laid out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.ir import (
    Class,
    Field,
    Identifier,
    Json,
    Model,
    Module,
    Package,
)
from runcomfy_codegen.render.about import about
from runcomfy_codegen.render.escape import json_text, python_string
from runcomfy_codegen.render.python.field_types import (
    OTHERS,
    UntypeableError,
    field_types,
)
from runcomfy_codegen.render.python.layout import (
    WIDTH,
    Bracket,
    Node,
    Pair,
    annotated_type,
    assigned,
    class_line,
    flat,
    imported,
    lay_out,
    literal,
    names_in,
    width,
)
from runcomfy_codegen.render.python.limits import annotated, union
from runcomfy_codegen.render.samples import example_body
from runcomfy_codegen.schema.validator import SchemaJudge, StrictJudge

BASES = {
    "input": "InputModel[Output]",
    "input object": "InputObject",
    "output": "OutputModel",
    "output object": "OutputModel",
}
CHECKS = frozenset(
    [
        "NOT_BOOL",
        "NULLABLE",
        "ONE_BRANCH",
        "ONLY_BOOL",
        "UNIQUE_ITEMS",
        "count_fields",
        "matching",
        "multiple_of",
        "one_of",
    ]
)
"""What `_models` has beside the base classes."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One field of a class, as it is written."""

    name: Identifier
    declared: str
    """What follows `name: `."""
    description: str
    names: frozenset[str]
    """The names that it mentions."""


@dataclass(frozen=True, slots=True)
class ClassText:
    """One class, as it is written."""

    base: str
    line: str
    """The line that it begins with."""
    description: str
    is_input: bool
    fields: tuple[Declaration, ...]
    others: tuple[Declaration, ...]
    """How fields that have no name here are typed, if they are."""


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A module, as it is written."""

    summary: str
    model_id: str
    typing_names: tuple[str, ...]
    uses_field: bool
    base_import: str
    classes: tuple[ClassText, ...]
    entry: str
    """The normalised entry, as JSON."""


def view(module: Module) -> ModuleText:
    """Return what the module's template needs. Raises UntypeableError."""
    model = module.model
    types = field_types(module)
    classes = tuple(_class_text(module, cls, types[cls.name]) for cls in module.classes)
    fields = [f for cls in classes for f in (*cls.fields, *cls.others)]
    names = {name for field in fields for name in field.names}
    bases = {cls.base.partition("[")[0] for cls in classes}
    return ModuleText(
        summary=_summary(model),
        model_id=assigned(python_string(model.model_id), 4, len("    model_id = ")),
        typing_names=tuple(sorted(names & {"Annotated", "Any", "Literal"})),
        uses_field="Field" in names,
        base_import=imported(
            "from .._models import", *_in_order(bases | (names & CHECKS))
        ),
        classes=classes,
        entry=json_text(_entry(module)),
    )


def catalogue(package: Package) -> dict[str, str]:
    """Return the tables of live and of retired models, as Python."""
    modules = sorted(package.modules, key=lambda module: module.model.model_id)
    live = {m.model.model_id: literal([m.vendor, m.name]) for m in modules}
    gone = {r.model_id: literal(r.successor) for r in package.retired}
    return {"models": _table(live), "retired": _table(gone)}


def module_names(modules: Iterable[Module]) -> str:
    """Return the names of a vendor's modules, as a Python tuple."""
    names = tuple(python_string(module.name) for module in modules)
    before = len("MODULES = ")
    if len(names) == 1 and before + len(names[0]) + len("(,)") <= WIDTH:
        return f"({names[0]},)"
    return lay_out(Bracket("(", names, ")"), 0, before)


def module_imports(modules: Iterable[Module]) -> list[str]:
    """Return the imports of a vendor's modules, each under its own name."""
    names = [module.name for module in modules]
    return [imported("from . import", f"{name} as {name}", indent=4) for name in names]


def _table(rows: dict[str, Node]) -> str:
    pairs = []
    for key, value in rows.items():
        if isinstance(value, Bracket):
            value = Bracket("(", value.elements, ")")
        pairs.append(Pair(f"{python_string(key)}: ", value))
    return lay_out(Bracket("{", tuple(pairs), "}"), 0, 40)


def _summary(model: Model) -> str:
    lines = [about(model).title, "", f"Model: {model.model_id}"]
    if model.source_url:
        lines.append(f"Page: {model.source_url}")
    return "\n".join(lines)


def _in_order(names: set[str]) -> list[str]:
    """Return names in the order of imports: constants, classes, functions."""
    return sorted(names, key=lambda n: (not n.isupper(), n.islower(), n))


def _class_text(
    module: Module, cls: Class, types: dict[str, tuple[Node, list[Node]]]
) -> ClassText:
    is_root = cls.kind in ("input", "output")
    description = about(module.model).description if cls.kind == "input" else ""
    is_open = cls.others is not None and cls.kind == "input object"
    base = "OpenInputObject" if is_open else BASES[cls.kind]
    return ClassText(
        base=base,
        line=class_line(cls.name, base),
        description=description or ("" if is_root else cls.description),
        is_input=cls.kind == "input",
        fields=tuple(_declaration(cls, f, *types[f.name]) for f in cls.fields),
        others=tuple(_others(types[OTHERS][0]) for _ in (1,) if OTHERS in types),
    )


def _others(node: Node) -> Declaration:
    annotation = Bracket("dict[", ("str", node), "]")
    default = Bracket("Field(", (Pair("init=", "False"),), ")")
    return Declaration(
        name=OTHERS,
        declared=declared(OTHERS, annotation, default),
        description="",
        names=frozenset([*names_in(annotation), "Field"]),
    )


def _declaration(
    cls: Class, field: Field, node: Node, constraints: list[Node]
) -> Declaration:
    if field.wire_name != field.name:
        constraints = [Pair("alias=", literal(field.wire_name)), *constraints]
    if not field.required or field.nullable:
        node = union([node, "None"])
    if field.nullable and not field.required and cls.kind.startswith("input"):
        constraints = [*constraints, "NULLABLE"]
    default = "" if field.required else default_of(field, cls)
    annotation = annotated(node, constraints)
    return Declaration(
        name=field.name,
        declared=declared(field.name, annotation, default),
        description=_description(field),
        names=frozenset(names_in(annotation)),
    )


def declared(name: str, annotation: Node, default: Node) -> str:
    """Return what follows `name: ` in a class, laid out; no default is an empty text."""
    before = 4 + len(name) + 2
    if not default:
        return annotated_type(annotation, 4, before, 0)
    type_width, default_width = width(flat(annotation)), width(flat(default))
    if before + type_width + 3 + default_width <= WIDTH:
        return f"{flat(annotation)} = {flat(default)}"
    room = WIDTH - before - type_width
    if isinstance(default, Bracket) and room < 3 + len(default.head) and room >= 4:
        return f"{flat(annotation)} = (\n        {flat(default)}\n    )"
    if isinstance(default, Bracket) and default.elements:
        written = lay_out(default, 4, WIDTH)
        return f"{annotated_type(annotation, 4, before, len(' = ['))} = {written}"
    splits_late = not isinstance(annotation, Bracket) or len(annotation.elements) == 1
    if splits_late and before + type_width + 4 <= WIDTH:
        return f"{flat(annotation)} = (\n        {flat(default)}\n    )"
    return (
        f"{annotated_type(annotation, 4, before, 3 + default_width)} = {flat(default)}"
    )


def default_of(field: Field, cls: Class) -> Node:
    """Return a default as Python. One that holds an object is left to the service."""
    default = field.schema.get("default")
    if cls.kind.startswith("output") or _holds_object(default):
        return "None"
    return literal(default)


def _holds_object(value: Json) -> bool:
    if isinstance(value, list):
        return any(map(_holds_object, value))
    return isinstance(value, dict)


def _description(field: Field) -> str:
    """Return a field's description, or a title that says more than its name."""
    text, title = field.schema.get("description"), field.schema.get("title")
    if isinstance(text, str) and text.strip():
        return text.strip()
    if isinstance(title, str) and _words(title) != _words(field.wire_name):
        return title.strip()
    return ""


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _entry(module: Module) -> dict[str, Any]:
    """Return a model's entry with its normalised schemas.

    The simulator serves it, and a later run reads the model back from it.
    """
    model = module.model
    entry = {
        "model_id": model.model_id,
        "display_name": model.display_name,
        "description": model.description,
        "kind": model.kind,
        "categories": list(model.categories),
        "base_price_usd": model.base_price_usd,
        "price_unit": model.price_unit,
        "pricing_note": model.pricing_note,
        "source_url": model.source_url,
        "example": _example(model),
        "notes": [
            {
                name: getattr(note, name)
                for name in ("pointer", "before", "after", "why")
            }
            for note in model.notes
            if note.severity == "warning"
        ],
    }
    known = {key: value for key, value in entry.items() if value not in (None, "", [])}
    return known | {
        "input_schema": model.input_schema,
        "output_schema": model.output_schema,
    }


def _example(model: Model) -> dict[str, Json]:
    """Return the example that docs and tests show. Raises UntypeableError if it is bad."""
    body = example_body(model)
    judge = StrictJudge if model.example is None else SchemaJudge
    for error in judge(model.input_schema).iter_errors(body):
        place = "/".join(map(str, error.path))
        raise UntypeableError(
            f"no example could be made of it: {place}: {error.message[:200]}",
            "give it an example, a request body that it takes, in an overlay",
            "/example",
        )
    return body
