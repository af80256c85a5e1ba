"""Read what a schema demands of a value of its type, and what that type is."""

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.python.layout import Bracket, Node, Pair, Union, literal
from runcomfy_codegen.schema.validator import is_explosive

LIMITS = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "minItems": "min_length",
    "maxLength": "max_length",
    "maxItems": "max_length",
    "minProperties": "min_length",
    "maxProperties": "max_length",
    "pattern": "pattern",
}
"""Keywords of JSON Schema and of pydantic, in the order of writing."""


def union(members: list[Node]) -> Node:
    """Return a type that is any of its members, each once."""
    flat: list[Node] = []
    for member in members:
        flat += member.members if isinstance(member, Union) else (member,)
    unique = list(dict.fromkeys(flat))
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


def limits(schema: Schema) -> list[Node]:
    """Return what a schema demands of its own type: Field's keywords, then our checks."""
    if schema.get("additionalProperties") is False and "$ref" not in schema:
        schema = {**schema, "maxProperties": 0}
    found: list[Node] = [
        Pair(f"{ours}=", literal(schema[keyword]))
        for keyword, ours in LIMITS.items()
        if keyword in schema
        and (ours != "min_length" or schema[keyword] > 0)
        and not (keyword.endswith("Properties") and "$ref" in schema)
        and not (ours == "pattern" and is_explosive(schema[keyword]))
    ]
    if is_explosive(schema.get("pattern", "")):
        found.append(Bracket("matching(", (literal(schema["pattern"]),), ")"))
    step = schema.get("multipleOf")
    if isinstance(step, int) and type_name(schema) == "integer":
        found.append(Pair("multiple_of=", literal(step)))
    elif step is not None:
        found.append(Bracket("multiple_of(", (literal(step),), ")"))
    counts = [schema.get("minProperties", 0), schema.get("maxProperties")]
    if counts != [0, None] and "$ref" in schema:
        found.append(Bracket("count_fields(", tuple(map(literal, counts)), ")"))
    if schema.get("uniqueItems") is True:
        found.append("UNIQUE_ITEMS")
    values = values_of(schema)
    if not all(is_literal(value) for value in values):
        given = tuple(literal(value) for value in values if value is not None)
        found.append(Bracket("one_of(", given, ")"))
    if "oneOf" in schema and _may_overlap(schema["oneOf"]):
        found.append("ONE_BRANCH")
    return found


def _may_overlap(branches: list[Schema]) -> bool:
    """Whether a value could fit several branches: their types alone do not tell."""
    names = [type_name(branch) for branch in branches]
    known = "" not in names and len({*names}) == len(names)
    return not known or {"integer", "number"} <= {*names}


def type_name(schema: Schema) -> str:
    """Return the name of a schema's type, null left out if there is another; "" if none."""
    branches = branches_of(schema)
    if branches and all(type_name(branch) == "null" for branch in branches):
        return "null"
    named = schema.get("type", "")
    names = named if isinstance(named, list) else [named]
    return str(next((name for name in names if name != "null"), "null"))


def is_nullable(schema: Schema) -> bool:
    """Whether a schema takes null, beside other values."""
    named, values = schema.get("type"), values_of(schema)
    if isinstance(named, list):
        return "null" in named and (not values or None in values)
    return any(b.get("type") == "null" or is_nullable(b) for b in branches_of(schema))


def values_of(schema: Schema) -> list[Json]:
    """Return the only values that a schema takes; none if it takes others too."""
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum", [])
    return values if isinstance(values, list) else []


def branches_of(schema: Schema) -> list[Schema]:
    """Return the schemas of which a value has to fit one."""
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [branch for branch in branches if isinstance(branch, dict)]


def is_literal(value: Json) -> bool:
    """Whether `Literal` can hold a value: to pydantic, an integer there has 64 bits."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, str)
