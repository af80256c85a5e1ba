"""Write the calls that a page shows: the same request in Python and by curl."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from runcomfy_codegen.ir import Class, Json, Module, Schema
from runcomfy_codegen.render.escape import json_text, shell
from runcomfy_codegen.render.python.layout import Bracket, Node, Pair, lay_out, literal


def curl_data(body: Mapping[str, Json]) -> str:
    """Return a request body as one word of a shell."""
    return shell(json_text(dict(body), indent=2))


def curl_path(model_id: str) -> str:
    """Return a model_id as it stands in a URL, also between quotes in a shell."""
    return quote(model_id)


def python_call(module: Module, body: Mapping[str, Json], indent: int) -> str:
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
