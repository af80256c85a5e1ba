"""What the template of a documentation page needs: rows, and examples that run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from runcomfy_codegen.ir import (
    Class,
    Field,
    Identifier,
    Json,
    Module,
    Note,
    Package,
    Schema,
)
from runcomfy_codegen.render.escape import json_text, markdown_code, shell
from runcomfy_codegen.render.layout import Bracket, Node, Pair, lay_out, literal
from runcomfy_codegen.render.samples import example_body

PLURALS = {"image": "image URLs", "video": "video URLs", "audio": "audio URLs"}
SEVERAL = {"integer": "integers", "number": "numbers", "string": "strings"}
VALIDATIONS = {
    "file_size_mb<": "under {} MB",
    "height_pixels<": "under {} pixels high",
    "height_pixels>": "over {} pixels high",
    "width/height<": "width to height under {}",
    "width/height>": "width to height over {}",
    "width_pixels<": "under {} pixels wide",
    "width_pixels>": "over {} pixels wide",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter. `type`, `default` and `limits` are Markdown, `description` is not."""

    name: str
    wire_name: str
    type: str
    required: bool
    default: str
    limits: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """The parameters of one class."""

    name: Identifier
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A documentation page, as it is written."""

    vendor: Identifier
    module: Identifier
    title: str
    model_id: str
    description: str
    categories: tuple[str, ...]
    price: str
    source_url: str
    inputs: tuple[Table, ...]
    outputs: tuple[Table, ...]
    curl: str
    python_input: str
    async_input: str
    notes: tuple[Note, ...]


def view(module: Module) -> Page:
    """Return what the page's template needs."""
    model = module.model
    body = example_body(model)
    return Page(
        vendor=module.vendor,
        module=module.name,
        title=model.display_name or model.model_id,
        model_id=model.model_id,
        description=model.description,
        categories=model.categories,
        price=_price(module),
        source_url=model.source_url,
        inputs=_tables(module, "input"),
        outputs=_tables(module, "output"),
        curl=_curl(model.model_id, body),
        python_input=_call(module, body, indent=8),
        async_input=_call(module, body, indent=12),
        notes=tuple(note for note in model.notes if note.severity == "warning"),
    )


def shown(package: Package) -> tuple[Page, ...]:
    """Return the page of one model to show as an example, if there is any."""
    published = [module for module in package.modules if module.model.example]
    chosen = published[-1:] or package.modules[-1:]
    return tuple(view(module) for module in chosen)


def _price(module: Module) -> str:
    model = module.model
    parts = []
    if model.base_price_usd is not None:
        unit = f" a {model.price_unit}" if model.price_unit else ""
        parts.append(f"from {model.base_price_usd:g} USD{unit}")
    if model.pricing_note:
        parts.append(model.pricing_note)
    return "; ".join(parts)


def _tables(module: Module, side: str) -> tuple[Table, ...]:
    """Return the tables of one side, its root first."""
    classes = [cls for cls in module.classes if cls.kind.startswith(side)]
    classes.sort(key=lambda cls: cls.kind != side)
    return tuple(Table(cls.name, tuple(map(_row, cls.fields))) for cls in classes)


def _row(field: Field) -> Row:
    schema = field.schema
    shown = schema.get("description") or schema.get("title") or ""
    return Row(
        name=field.name,
        wire_name=field.wire_name,
        type=_type(schema),
        required=field.required,
        default=_code(schema["default"]) if "default" in schema else "",
        limits="; ".join(_limits(schema)),
        description=shown if isinstance(shown, str) else "",
    )


def _code(value: Json) -> str:
    return markdown_code(json_text(value))


def _type(schema: Schema) -> str:
    """Return a type in words, as Markdown."""
    if "$ref" in schema:
        return f"[{schema['$ref'].rpartition('/')[2]}](#{_anchor(schema)})"
    if "const" in schema:
        return _code(schema["const"])
    if isinstance(schema.get("enum"), list):
        return " or ".join(
            _code(value) for value in schema["enum"] if value is not None
        )
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if branches:
        types = (_type(b) for b in branches if b.get("type") != "null")
        return ", or ".join(dict.fromkeys(types))
    kind = schema.get("x-media")
    named = schema.get("type", "anything")
    name = (
        next((n for n in named if n != "null"), "")
        if isinstance(named, list)
        else named
    )
    if name == "array":
        if kind in PLURALS:
            return f"list of {PLURALS[kind]}"
        items = schema.get("items")
        if not isinstance(items, dict):
            return "list"
        inner = _type(items)
        return f"list of {SEVERAL.get(inner, inner)}"
    return f"{kind} URL" if kind in PLURALS else str(name)


def _anchor(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2].lower()


def _limits(schema: Schema) -> Iterator[str]:
    yield from _range(schema, "minimum", "maximum", "")
    if "exclusiveMinimum" in schema:
        yield f"above {schema['exclusiveMinimum']}"
    if "exclusiveMaximum" in schema:
        yield f"below {schema['exclusiveMaximum']}"
    if "multipleOf" in schema:
        yield f"a multiple of {schema['multipleOf']}"
    yield from _range(schema, "minItems", "maxItems", " items")
    yield from _range(schema, "minLength", "maxLength", " characters")
    if "pattern" in schema:
        yield f"matches {markdown_code(str(schema['pattern']))}"
    if schema.get("uniqueItems") is True:
        yield "no item twice"
    validations = schema.get("validations")
    for rule in validations if isinstance(validations, list) else ():
        if isinstance(rule, Mapping) and rule.get("validation_rule") in VALIDATIONS:
            text = VALIDATIONS[rule["validation_rule"]]
            yield text.format(_code(rule.get("validation_value")))
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield from _limits(branch)
    if isinstance(schema.get("items"), dict):
        yield from (f"each {limit}" for limit in _limits(schema["items"]))


def _range(schema: Schema, low: str, high: str, unit: str) -> Iterator[str]:
    least, most = schema.get(low), schema.get(high)
    if least is not None and most is not None:
        yield f"{least}{unit}" if least == most else f"{least} to {most}{unit}"
    elif least is not None and (least != 0 or not unit):
        yield f"at least {least}{unit}"
    elif most is not None:
        yield f"up to {most}{unit}"


def _curl(model_id: str, body: dict[str, Json]) -> str:
    data = shell(json_text(body, indent=2))
    base = "${RUNCOMFY_BASE_URL:-https://model-api.runcomfy.net}"
    return "\n".join(
        (
            f'curl --request POST "{base}/v1/models/{quote(model_id)}" \\',
            '  --header "Authorization: Bearer $RUNCOMFY_API_TOKEN" \\',
            '  --header "Content-Type: application/json" \\',
            f"  --data {data}",
        )
    )


def _call(module: Module, body: dict[str, Json], indent: int) -> str:
    """Return the expression that makes the example's input."""
    classes = {f"#/$defs/{cls.name}": cls for cls in module.classes}
    node = _construct(module, classes["#/$defs/Input"], body, classes)
    return lay_out(node, indent, indent, 1)


def _construct(
    module: Module, cls: Class, body: Mapping[str, Json], classes: Mapping[str, Class]
) -> Node:
    names = {field.wire_name: field for field in cls.fields}
    pairs = tuple(
        Pair(
            f"{names[key].name}=", _argument(module, names[key].schema, value, classes)
        )
        for key, value in body.items()
        if key in names
    )
    return Bracket(f"{module.name}.{cls.name}(", pairs, ")")


def _argument(
    module: Module, schema: Schema, value: Json, classes: Mapping[str, Class]
) -> Node:
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    objects = [branch for branch in (schema, *branches) if "$ref" in branch]
    if isinstance(value, dict) and len(objects) == 1:
        return _construct(module, classes[objects[0]["$ref"]], value, classes)
    items: Any = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        made = tuple(_argument(module, items, item, classes) for item in value)
        return Bracket("[", made, "]")
    return literal(value)
