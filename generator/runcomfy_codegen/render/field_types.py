"""Type each field by datamodel-code-generator, in-process.

Its parser reads the classes of a module as one document and resolves every schema to
a type; what it resolved is laid out here. It gets schemas that have no words in them,
and names that were decided before, so that it has nothing to rename or to escape.
"""

import json
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from runcomfy_codegen.ir import Class, Json, Module, Problem, Schema
from runcomfy_codegen.render.layout import Bracket, Node, Pair, Union, literal

TYPING_KEYWORDS = (
    "$ref",
    "additionalProperties",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
    "type",
    "uniqueItems",
)
OPEN_KEYWORDS = ("$ref", "additionalProperties", "items", "type")
CONSTRAINTS = {
    "ge": "ge",
    "gt": "gt",
    "le": "le",
    "lt": "lt",
    "multiple_of": "multiple_of",
    "min_length": "min_length",
    "min_items": "min_length",
    "max_length": "max_length",
    "max_items": "max_length",
    "regex": "pattern",
    "pattern": "pattern",
}
"""The parser's names of constraints and pydantic's, in the order of writing."""


class UntypeableError(Exception):
    """A schema that came to no type."""


def field_types(module: Module) -> dict[str, dict[str, tuple[Node, list[Node]]]]:
    """Return, by class and field name, each field's type and its constraints.

    Raises UntypeableError, with what the parser said, for a schema it cannot read.
    """
    document = {
        "$defs": {
            cls.name: _object(cls, cls.kind.startswith("output"))
            for cls in module.classes
        }
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            results = _parse(json.dumps(document))
    except Exception as error:  # its errors and warnings have no base of their own
        raise UntypeableError(f"{type(error).__name__}: {error}") from error
    parsed = {_defined_name(model.reference): model for model in results}
    return {
        cls.name: dict(_typed_fields(cls, parsed[cls.name])) for cls in module.classes
    }


def _object(cls: Class, is_open: bool) -> Schema:
    return {
        "type": "object",
        "properties": {
            field.name: _plain(field.schema, is_open) for field in cls.fields
        },
        "required": [str(field.name) for field in cls.fields],
    }


def _plain(schema: Schema, is_open: bool) -> Schema:
    """Return what of a schema makes its type: no words, no null, no limits if open."""
    keywords = OPEN_KEYWORDS if is_open else TYPING_KEYWORDS
    plain = {key: schema[key] for key in keywords if key in schema}
    if "$ref" in plain:
        return {"$ref": plain["$ref"]}
    if isinstance(plain.get("type"), list):
        plain["type"] = next(name for name in plain["type"] if name != "null")
    for key in ("items", "additionalProperties"):
        if isinstance(plain.get(key), dict):
            plain[key] = _plain(plain[key], is_open)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is not None and all(_is_literal(value) for value in values):
        plain = {"enum": [value for value in values if value is not None]}
        if is_open:
            plain = {"anyOf": [plain, {"type": _type_of(schema)}]}
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if branches:
        kept = [b for b in branches if isinstance(b, dict) and b.get("type") != "null"]
        plain = {"anyOf": [_plain(branch, is_open) for branch in kept]}
    return plain


def _is_literal(value: Json) -> bool:
    return value is None or isinstance(value, str | int)


def _type_of(schema: Schema) -> str:
    named = schema.get("type", "string")
    names = named if isinstance(named, list) else [named]
    return str(next((name for name in names if name != "null"), "string"))


@cache
def _configuration() -> tuple[Any, dict[str, Any]]:
    """Return the parser's class and settings. Importing it costs more than a module."""
    from datamodel_code_generator._shared_types import LiteralType
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.model import get_data_model_types
    from datamodel_code_generator.parser.jsonschema import JsonSchemaParser

    python = PythonVersion.PY_311
    types = get_data_model_types(DataModelType.PydanticV2BaseModel, python)
    settings = {
        "allow_remote_refs": False,
        "data_model_field_type": types.field_model,
        "data_model_root_type": types.root_model,
        "data_model_type": types.data_model,
        "data_type_manager_type": types.data_type_manager,
        "enum_field_as_literal": LiteralType.All,
        "field_constraints": True,
        "strict_nullable": True,
        "target_python_version": python,
        "use_annotated": True,
        "use_standard_collections": True,
        "use_union_operator": True,
    }
    return JsonSchemaParser, settings


def _parse(document: str) -> list[Any]:
    from datamodel_code_generator.config import JSONSchemaParserConfig

    parser, settings = _configuration()
    reader = parser(document, config=JSONSchemaParserConfig(**settings))
    reader.parse_raw()
    return list(reader.results)


def _typed_fields(
    cls: Class, parsed: Any
) -> Iterator[tuple[str, tuple[Node, list[Node]]]]:
    fields = {field.original_name: field for field in parsed.fields}
    for field in cls.fields:
        found = fields[field.name]
        constraints = _constraints(found.constraints)
        if cls.kind.startswith("input"):
            constraints += _own_checks(field.schema)
        yield field.name, (_node(found.data_type), constraints)


def _node(data_type: Any) -> Node:
    """Return a type that the parser resolved as an expression."""
    if data_type.reference is not None:
        source = data_type.reference.source
        root = [field for field in source.fields if field.name in (None, "root")]
        if len(source.fields) == 1 and root:
            return annotated(
                _node(root[0].data_type), _constraints(root[0].constraints)
            )
        return _defined_name(data_type.reference)
    if data_type.literals:
        return _literal_type(data_type.literals)
    inner = [_node(member) for member in data_type.data_types]
    if data_type.is_list:
        return Bracket("list[", (_union(inner),), "]")
    if data_type.is_dict:
        return Bracket("dict[", ("str", _union(inner)), "]")
    if inner:
        return _union(inner)
    return str(data_type.type)


def _literal_type(values: list[Json]) -> Node:
    """Return a Literal; to Python, and so to pydantic, 1 is True and 0 is False."""
    node = Bracket("Literal[", tuple(map(literal, values)), "]")
    if any(value is True or value is False for value in values):
        return annotated(node, ["ONLY_BOOL"])
    return annotated(node, ["NOT_BOOL"] if {0, 1} & {*values} else [])


def _defined_name(reference: Any) -> str:
    """Return the name that we gave a class; the parser may have changed it."""
    return str(reference.path).removeprefix("#/$defs/")


def _union(members: list[Node]) -> Node:
    unique = list(dict.fromkeys(members))
    if not unique:
        return "Any"
    return unique[0] if len(unique) == 1 else Union(tuple(unique))


def annotated(node: Node, constraints: list[Node]) -> Node:
    """Return a type with its constraints."""
    if not constraints:
        return node
    keywords = tuple(c for c in constraints if isinstance(c, Pair))
    checks = tuple(c for c in constraints if not isinstance(c, Pair))
    field = (Bracket("Field(", keywords, ")"),) if keywords else ()
    return Bracket("Annotated[", (node, *field, *checks), "]")


def _constraints(parsed: Any) -> list[Node]:
    if parsed is None:
        return []
    given: Mapping[str, Any] = dict(parsed)
    found: dict[str, Node] = {}
    for name, keyword in CONSTRAINTS.items():
        value = given.get(name)
        value = getattr(value, "value", value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is not None:
            found[keyword] = Pair(f"{keyword}=", literal(value))
    return list(found.values())


def _own_checks(schema: Schema) -> list[Node]:
    """Return the checks that neither Literal nor Field can express."""
    checks: list[Node] = []
    if schema.get("uniqueItems") is True:
        checks.append("UNIQUE_ITEMS")
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if not all(_is_literal(value) for value in values):
        given = tuple(literal(value) for value in values if value is not None)
        checks.append(Bracket("one_of(", given, ")"))
    return checks


def untypeable(module: Module, error: UntypeableError) -> Problem:
    """Return the Problem of a module that came to no types."""
    return Problem(
        module.model.path,
        "",
        f"no Python type could be made of it: {str(error)[:300]}",
        "simplify the schema in an overlay",
    )
