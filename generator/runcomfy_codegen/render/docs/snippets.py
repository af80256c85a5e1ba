"""Write the calls that a page shows: the same request in Python and by curl."""

from collections.abc import Mapping
from urllib.parse import quote

from runcomfy_codegen.escape import json_text, shell
from runcomfy_codegen.ir import Class, Json, Module, Schema
from runcomfy_codegen.render.python.code import (
    Code,
    Node,
    call,
    keyword,
    listed,
    literal,
)
from runcomfy_codegen.render.python.layout import lay_out
from runcomfy_codegen.schema.read import branches_of, items_of


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
    """Return the call that makes an object of a class."""
    fields = {field.wire_name: field for field in cls.fields}
    arguments = []
    for key, value in body.items():
        if key in fields:
            node = _argument(module, fields[key].schema, value, classes)
            arguments.append(keyword(fields[key].name, node))
    return call(Code(f"{module.name}.{cls.name}"), *arguments)


def _argument(
    module: Module, schema: Schema, value: Json, classes: Mapping[str, Class]
) -> Node:
    """Return a value as Python; one that is an object is made by its class."""
    branches = (schema, *branches_of(schema))
    references = [branch["$ref"] for branch in branches if "$ref" in branch]
    if isinstance(value, dict) and len(references) == 1:
        return _construct(module, classes[references[0]], value, classes)
    if isinstance(value, list) and (items := items_of(schema)):
        return listed(*(_argument(module, items, item, classes) for item in value))
    return literal(value)
