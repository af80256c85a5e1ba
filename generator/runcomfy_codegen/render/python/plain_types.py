"""Type the plainest fields without the parser: one name, a list of it, or listed values.

Of these there is nothing to know that could be got wrong, and most models have no others.
To import the parser costs more than all else that a model is made by, so a run that
makes models of plain fields alone never does. All else is the parser's.
"""

from dataclasses import dataclass

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.python.documents import INNER, PREFIX

INNER_PLACE = PREFIX + INNER
"""Where a definition is that is not a class: the parser has to read it."""
NAMES = {"boolean": "bool", "integer": "int", "number": "float", "string": "str"}


@dataclass(frozen=True, slots=True)
class PlainReference:
    """A class, by its place in the document."""

    path: str


@dataclass(frozen=True, slots=True)
class PlainType:
    """A type as the parser would give it: the same attributes, where they are read."""

    type: str = ""
    literals: tuple[Json, ...] = ()
    data_types: "tuple[PlainType, ...]" = ()
    reference: PlainReference | None = None
    is_list: bool = False
    is_dict: bool = False


def plain_type(field: Schema) -> PlainType | None:
    """Return the type of a field that is written for the parser; None if it is not plain."""
    match field:
        case {"$ref": str(path), **rest} if not (rest or path.startswith(INNER_PLACE)):
            return PlainType(reference=PlainReference(path))
        case {"type": str(name), **rest} if not rest and name in NAMES:
            return PlainType(NAMES[name])
        case {"enum": list(values), **rest} if not rest and _are_alike(values):
            return PlainType(literals=tuple(values))
        case {"type": "array", "items": dict(items), **rest} if not rest:
            inner = plain_type(items)
            is_listed = inner is not None and bool(inner.literals)
            if inner is None or is_listed:
                return None
            return PlainType(data_types=(inner,), is_list=True)
    return None


def _are_alike(values: list[Json]) -> bool:
    """Whether some values are texts, or whole numbers, each another."""
    kinds = {type(value) for value in values}
    return kinds in ({str}, {int}) and len(set(values)) == len(values)
