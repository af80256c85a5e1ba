"""Reading a field's schema, normalised or as the service publishes it. Pure.

The package's schemas are standard. Those of a model that the package does not have come
from the service as they are: `float` for a type, media by their format, no items.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]

MEDIA = ("image", "video", "audio")
DEEPEST = 6
"""Levels of objects in objects that are looked into: schemas may mention themselves."""
TYPES = {
    "float": "number",
    "double": "number",
    "int": "integer",
    "bool": "boolean",
    "str": "string",
    "list": "array",
    "dict": "object",
}
_MEDIUM_NAME = re.compile(
    r"(^|_)(image|video|audio)(_?(ur[li]|file))?s?(_\d+)?$", re.IGNORECASE
)
_PYTHON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
    (type(None), "null"),
)


class Reader:
    """What a model's input schema says of its fields."""

    def __init__(self, root: object) -> None:
        self.root: Schema = root if isinstance(root, Mapping) else {}

    def branches(self, schema: object, depth: int = 0) -> list[Schema]:
        """Return what a value may be: the schema itself, or each of its alternatives."""
        if not isinstance(schema, Mapping) or depth > DEEPEST:
            return []
        if "$ref" in schema:
            return self.branches(self._referenced(schema["$ref"]), depth + 1)
        for keyword in ("anyOf", "oneOf"):
            if isinstance(schema.get(keyword), list):
                found: list[Schema] = []
                for branch in schema[keyword]:
                    found += self.branches(branch, depth + 1)
                return found
        return [self._merged(schema, depth)]

    def properties(self, schema: object) -> dict[str, Schema]:
        """Return the fields that an object may have, by their wire names."""
        found: dict[str, Schema] = {}
        for branch in self.branches(schema):
            named = branch.get("properties")
            if isinstance(named, Mapping):
                for name, each in named.items():
                    found.setdefault(name, each if isinstance(each, Mapping) else {})
        return found

    def additional(self, schema: object) -> Schema | None:
        """Return what fields without a name may hold; None if there must be none."""
        for branch in self.branches(schema):
            if "object" not in self.kinds(branch):
                continue
            additional = branch.get("additionalProperties", "properties" not in branch)
            if isinstance(additional, Mapping):
                return additional
            if additional:
                return {}
        return None

    def required(self, schema: object) -> set[str]:
        """Return the fields that an object must have, whatever it is."""
        wanted = [
            set(branch.get("required") or ())
            for branch in self.branches(schema)
            if "object" in self.kinds(branch)
        ]
        return set.intersection(*wanted) if wanted else set()

    def items(self, schema: object) -> Schema | None:
        """Return what a list holds; None if it is not a list."""
        for branch in self.branches(schema):
            if "array" in self.kinds(branch):
                items = branch.get("items")
                if isinstance(items, Mapping):
                    return items
                medium = _medium_said(branch)
                return {"type": "string", "x-media": medium} if medium else {}
        return None

    def kinds(self, schema: object) -> set[str]:
        """Return the JSON types that a value may have; empty where any may be."""
        found: set[str] = set()
        for branch in self.branches(schema):
            said = _types_said(branch)
            if not said:
                return set()
            found |= said
        return found

    def choices(self, schema: object) -> list[Any]:
        """Return the values that are named, of whichever alternative."""
        found: list[Any] = []
        for branch in self.branches(schema):
            named = branch.get("enum")
            if "const" in branch:
                named = [branch["const"]]
            found += named if isinstance(named, list) else []
        return found

    def is_choice(self, schema: object) -> bool:
        """Tell whether a value must be one of those named."""
        return bool(self.choices(schema)) and all(
            "enum" in branch or "const" in branch for branch in self.branches(schema)
        )

    def medium(self, schema: object, name: str = "") -> str:
        """Return the kind of medium that a text refers to; empty where it is none.

        A published field may not say it but by its name.
        """
        for branch in self.branches(schema):
            said = _medium_said(branch)
            if said and "array" not in self.kinds(branch):
                return said
        if self.kinds(schema) - {"null"} != {"string"} or self.choices(schema):
            return ""
        match = _MEDIUM_NAME.search(name)
        return match[2].lower() if match else ""

    def at(self, path: Path) -> Schema:
        """Return the schema of what is at a path; empty where nothing is known."""
        schema: Schema | None = self.root
        for part in path:
            if isinstance(part, int):
                schema = self.items(schema)
            else:
                schema = self.properties(schema).get(part) or self.additional(schema)
        return schema or {}

    def _merged(self, schema: Schema, depth: int) -> Schema:
        merged: dict[str, Any] = {}
        for part in schema.get("allOf") or ():
            for branch in self.branches(part, depth + 1)[:1]:
                properties = {**merged.get("properties", {})}
                properties |= branch.get("properties") or {}
                merged |= {**branch, "properties": properties} if properties else branch
        return {**merged, **schema} if merged else schema

    def _referenced(self, reference: object) -> object:
        found: object = self.root
        for part in str(reference).removeprefix("#").strip("/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


def kind_of(value: object) -> str:
    """Return the JSON type of a value."""
    for python_type, name in _PYTHON_TYPES:
        if isinstance(value, python_type):
            return name
    return "string"


def is_kind(value: object, kinds: set[str]) -> bool:
    """Tell whether a value has one of some JSON types; none at all is any."""
    kind = kind_of(value)
    return not kinds or kind in kinds or (kind == "integer" and "number" in kinds)


def numbers(schema: Schema, *names: str) -> Iterator[float]:
    """Yield those of a schema's limits that are numbers."""
    for name in names:
        limit = schema.get(name)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            yield limit


def _types_said(schema: Schema) -> set[str]:
    said = schema.get("type")
    names = said if isinstance(said, list) else [said] if said else []
    found = {TYPES.get(str(name).lower(), str(name).lower()) for name in names}
    if not found and isinstance(schema.get("enum"), list):
        found = {kind_of(value) for value in schema["enum"]}
    if not found and "const" in schema:
        found = {kind_of(schema["const"])}
    if not found and "properties" in schema:
        found = {"object"}
    if not found and "items" in schema:
        found = {"array"}
    return found | {"null"} if found and schema.get("nullable") is True else found


def _medium_said(schema: Schema) -> str:
    names = (schema.get("x-media"), str(schema.get("format")).partition("_uri")[0])
    return next((kind for kind in MEDIA if kind in names), "")
