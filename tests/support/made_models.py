"""Make stored models from a seed, some thousand a second: the whole dialect, and beyond it.

Hypothesis draws the seeds. Its own strategies, in tests/dialect/stored_models.py, make a
dozen models a second and can shrink them; these make many, and `minimal.py` shrinks.
"""

import random
import re
from collections.abc import Callable
from typing import Any

from tests.support.stored_models import HOSTILE, JUNK, KEYWORDS, MARK, PATTERNS, TYPES

Schema = dict[str, Any]

MORE_PATTERNS = (
    "^[^/]+$", "a{2,3}", "a{,3}", "a{", "\\bred\\b", "\\<b\\>", "[a-f\\d]{6}", "^#?[0-9A-F]{3,6}$",
    "(?<!a)b", "(a)\\1", "(?P<x>a)(?P=x)", "^$", "", "^\\s*$", "[^\\n]", "(?x) a b", "(?s)^.+$", "\\x41",
    "\\u00e9", "(?:a|b|ab)*c", "^(\\w+\\s?)*$", "(.*)(.*)(.*)(.*)(.*)x", "a|", "|", "[]a]", "[^]a]", "\\/",
    "a++b", "(?>a+)b", "[a-z&&[^x]]", "[a--b]", "\\h", "\\0", "\\B", "^https?://", "\\d{1000}", "(?i)É",
    "(((((((((((a)))))))))))", "\\N{DIGIT ONE}", "$^", "a$b", "(?m)^a$", "^a\\Z", "[\\w-]+@x", "x{99999}",
)  # fmt: skip
NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 2, 3, 8, 20, 100, 4294967295, 2**63, 10**30, -(10**30), 0.1, 0.5, 1.5, -0.25, -0.0, 1.0,
    3.0, 1e-9, 1e22, 1e300, 5e-324, 1e16, 9007199254740993, 0.30000000000000004, 10**400,
)  # fmt: skip
NAMES = (
    "prompt", "image_url", "image_urls", "promptImage", "33_video", "class", "json", "x", "_a", "__init__",
    "self", "cls", "model_config", "model_fields", "Input", "Output", "Literal", "Field", "None", "true",
    "list", "str", "image_size", "loras", "é", "", " ", "a.b", "a/b", "a~b", "$ref", "properties", "type",
    "model_id", "output_type", "unchecked", "copy", "validate", "seed", "constructor", "__proto__", "con",
)  # fmt: skip
FORMATS = (
    "image_uri", "video_uri", "audio_uri", "image_uris", "video_uris", "audio_uris", "IMAGE_URI", "uri",
    "url", "date-time", "email", "binary", MARK,
)  # fmt: skip
RULES = ("file_size_mb<", "width/height>", "width_pixels>", "nothing we know", MARK)


class Maker:
    """Makes schemas and entries; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.is_wild = self.often(0.3)

    def often(self, chance: float) -> bool:
        """Return true this often."""
        return self.random.random() < chance

    def breaks(self, chance: float) -> bool:
        """Return true more often than this, but only where much may be broken."""
        return self.is_wild and self.often(3 * chance)

    def pick(self, values: Any) -> Any:
        """Return one of several values."""
        return self.random.choice(values)

    def several(self, make: Callable[[], Any], most: int, least: int = 0) -> list[Any]:
        """Return some values, made one by one."""
        return [make() for _ in range(self.random.randint(least, most))]

    def text(self) -> str:
        """Return a hostile text with the mark in it, or an ordinary one without."""
        if self.often(0.2):
            return self.pick(("A red fox", "cat.png", "https://example.com/a.png", "1"))
        parts = self.several(self._part, 4)
        return MARK.join(["", *parts, ""])

    def _part(self) -> str:
        if self.often(0.7):
            return self.pick(HOSTILE)
        most = self.pick((0x7F, 0x7F, 0x2FF, 0xFFFF, 0x10FFFF))
        found = self.several(lambda: chr(self.random.randint(0, most)), 4, 1)
        return "".join(c for c in found if not 0xD800 <= ord(c) <= 0xDFFF)

    def name(self) -> str:
        """Return the name of a property."""
        return self.pick(NAMES) if self.often(0.7) else self.text()

    def value(self, depth: int = 0) -> Any:
        """Return any JSON value."""
        kind = self.random.randrange(8 if depth < 2 else 6)
        if kind < 2:
            return self.text()
        if kind < 4:
            return self.pick(NUMBERS)
        if kind < 6:
            return self.pick((None, True, False, "", 1, 1.0, "1", [], {}))
        if kind == 6:
            return self.several(lambda: self.value(depth + 1), 3)
        return {self.name(): self.value(depth + 1) for _ in range(2)}

    def schema(self, depth: int = 0) -> Schema:
        """Return a schema of any shape."""
        shapes = (self._string, self._string, self._number, self._number, self._boolean)
        shapes += (self._media, self._values)
        if depth < 3:
            shapes += (self._array, self.object, self._choice, self._types)
            shapes += (self._reference, self._all_of, self._odd, self._places)
        schema = self.pick(shapes)(depth)
        self._words(schema)
        if self.breaks(0.03):
            schema[self.pick(KEYWORDS)] = self.pick((*JUNK, self.value()))
        return schema

    def _words(self, schema: Schema) -> None:
        for keyword in ("title", "description"):
            if self.often(0.3):
                schema[keyword] = self.text()
        if self.often(0.1):
            schema["nullable"] = self.often(0.7)
        if self.often(0.1):
            schema["example"] = self.value()
        if self.often(0.1):
            schema["examples"] = self.several(self.value, 2)
        if self.often(0.05):
            schema["validations"] = self.several(self._validation, 2)
        if self.often(0.03):
            schema[self.pick(("$comment", "readOnly", "x-any", self.text()))] = (
                self.value()
            )
        if self.often(0.02):
            schema.setdefault(self.pick(KEYWORDS), None)

    def _validation(self) -> Schema:
        return {
            "validation_rule": self.pick(RULES),
            "validation_value": self.pick(NUMBERS),
            "validation_error": self.text(),
        }

    def _typed(self, name: str) -> Schema:
        return {"type": self.pick((TYPES[name][0], self.pick(TYPES[name])))}

    def _string(self, depth: int) -> Schema:
        schema = self._typed("string")
        if self.often(0.2):
            schema["minLength"] = self.pick((0, 1, 3, 4, 3.0, 25_000))
        if self.often(0.2):
            schema["maxLength"] = self.pick((0, 2, 5, 9, 9.0, 10**9))
        if self.often(0.2):
            schema["pattern"] = self.pick(
                (self.pick(PATTERNS), self.pick(MORE_PATTERNS))
            )
        if self.often(0.1):
            schema["format"] = self.pick(FORMATS)
        if self.often(0.3):
            schema["enum"] = self.several(self.text, 4, 1)
        if self.often(0.3):
            schema["default"] = self.pick((self.text(), *schema.get("enum", ()), 1))
        return schema

    def _number(self, depth: int) -> Schema:
        schema = self._typed(self.pick(("integer", "number")))
        low = self.pick((*range(-3, 9), self.pick(NUMBERS)))
        if self.often(0.4):
            schema["minimum"] = low
        if self.often(0.4):
            schema["maximum"] = low + self.pick((0, 1, 5, 20))
        if self.often(0.15):
            schema["exclusiveMinimum"] = self.pick((True, False, low - 1))
        if self.often(0.15):
            schema["exclusiveMaximum"] = self.pick((True, False, low + 30))
        if self.often(0.1):
            schema["multipleOf"] = self.pick((1, 2, 5, 0.5, 0.1, 3.0, 0.01, 64))
        if self.often(0.1):
            schema["enum"] = self.several(lambda: self.pick(NUMBERS), 4, 1)
        if self.often(0.3):
            schema["default"] = self.pick((low, 0, 1, 1.0, -1, self.pick(NUMBERS)))
        return schema

    def _integer(self, depth: int) -> Schema:
        return {**self._number(depth), "type": "integer"}

    def _boolean(self, depth: int) -> Schema:
        schema = self._typed("boolean")
        if self.often(0.5):
            schema["default"] = self.pick((True, False, "true", 1))
        if self.often(0.1):
            schema["enum"] = self.pick(([True], [False], [True, False]))
        return schema

    def _media(self, depth: int) -> Schema:
        schema = self._typed(self.pick(("string", "array")))
        schema["format"] = self.pick(FORMATS)
        if self.often(0.3):
            schema["items"] = {"type": "string", "format": self.pick(FORMATS)}
        if self.often(0.4):
            schema["default"] = self.pick(
                ("a.png", ["b.mp4"], "https://example.com/c.wav", "", [], self.text())
            )
        if self.often(0.2):
            schema["maxItems"] = self.pick((1, 3, 9))
        return schema

    def _values(self, depth: int) -> Schema:
        if self.often(0.3):
            return {"const": self.value()}
        schema: Schema = {"enum": self.several(self.value, 4, 1)}
        if self.breaks(0.3):
            schema |= self._typed(self.pick(sorted(TYPES)))
        return schema

    def _array(self, depth: int) -> Schema:
        schema = self._typed("array")
        if self.often(0.8):
            schema["items"] = self.schema(depth + 1)
        if self.often(0.3):
            schema["minItems"] = self.pick((0, 1, 2, 3))
        if self.often(0.3):
            schema["maxItems"] = self.pick((1, 2, 4, 4.0, 0))
        if self.often(0.2):
            schema["uniqueItems"] = self.often(0.7)
        if self.often(0.1):
            schema["default"] = self.pick(([], self.several(self.value, 2)))
        return schema

    def object(self, depth: int = 0) -> Schema:
        """Return the schema of an object."""
        schema = self._typed("object")
        names = {self.name() for _ in range(self.random.randint(0, 4))}
        if names or self.often(0.5):
            schema["properties"] = {
                name: self.schema(depth + 1) for name in sorted(names)
            }
        if self.often(0.4):
            known = [*sorted(names), "gone"]
            schema["required"] = self.several(lambda: self.pick(known), 3)
        if self.often(0.25):
            others = (True, False, {}, self.schema(depth + 1))
            schema["additionalProperties"] = self.pick(others)
        if self.often(0.1):
            schema["minProperties"] = self.pick((0, 1, 2))
        if self.often(0.1):
            schema["maxProperties"] = self.pick((1, 3, 9))
        if self.often(0.1):
            schema["default"] = self.pick(({}, self.value()))
        return schema

    def _choice(self, depth: int) -> Schema:
        branches = self.several(lambda: self.schema(depth + 1), 3, 1)
        if self.often(0.2):
            branches.append({"type": "null"})
        if self.breaks(0.1):
            branches.append(self.pick((True, {}, None, 1)))
        schema: Schema = {self.pick(("anyOf", "oneOf")): branches}
        if self.breaks(0.1):
            schema |= self.pick((self._string, self._number))(depth)
        if self.often(0.2):
            schema["default"] = self.value()
        return schema

    def _types(self, depth: int) -> Schema:
        names = self.several(lambda: self.pick([*TYPES, "null"]), 3, 1)
        schema: Schema = {"type": names}
        for make in (self._string, self._number, self._array):
            if self.often(0.3):
                schema = {**make(depth), **schema}
        return schema

    def _reference(self, depth: int) -> Schema:
        places = (
            "#/$defs/Shared",
            "#/$defs/Shared",
            "#/$defs/Shared",
            "#/$defs/a~1b%20c",
        )
        rare = (
            "#",
            "#/properties/x",
            "other.json",
            "#/$defs/none",
            "#/$defs/loop",
            "##",
            "#%",
        )
        schema: Schema = {"$ref": self.pick(rare if self.breaks(0.1) else places)}
        if self.often(0.2):
            schema |= self.pick(
                ({"title": "x"}, {"minimum": 1}, self.object(depth + 1))
            )
        return schema

    def _all_of(self, depth: int) -> Schema:
        make = self.pick((self._integer, self._string, self.object))
        make = self.schema if self.breaks(0.2) else make
        schema: Schema = {"allOf": self.several(lambda: make(depth + 1), 3, 1)}
        if self.often(0.2):
            schema |= make(depth + 1)
        return schema

    def _odd(self, depth: int) -> Schema:
        """Return a schema with what no Python type can say, or no type at all."""
        schema = {} if self.breaks(0.1) else self.schema(depth + 1)
        inner = self.schema(depth + 1)
        schema |= self.pick(
            (
                {"not": inner},
                {"if": inner, "then": inner, "else": True},
                {"patternProperties": {"^x": inner}},
                {"propertyNames": {"pattern": "^a"}},
                {"dependentRequired": {"a": ["b"]}},
                {"dependentSchemas": {"a": inner}},
                {"contains": inner, "minContains": 1},
                {"unevaluatedProperties": False},
                {"$id": "urn:x", "$anchor": "here", "$schema": self.text()},
                {"required": True},
            )
        )
        return schema

    def _places(self, depth: int) -> Schema:
        """Return an array whose items have places of their own, in either draft."""
        inner = self.several(lambda: self.schema(depth + 1), 2, 1)
        keyword = self.pick(("prefixItems", "items"))
        rest = self.pick(("items", "additionalItems"))
        return {"type": "array", rest: False, keyword: inner}

    def entry(self, model_id: str) -> dict[str, Any]:
        """Return a stored model."""
        root = {**self.object(), "type": "object"}
        if self.often(0.8):
            root.setdefault("properties", {})["x"] = self.schema(1)
        root["$defs"] = self._definitions()
        self._words(root)
        root.pop("nullable", None)
        entry = {"model_id": model_id, "input_schema": root}
        for key in (
            "display_name",
            "description",
            "kind",
            "price_unit",
            "pricing_note",
        ):
            if self.often(0.4):
                entry[key] = self.text() if self.often(0.95) else None
        self._details(entry)
        if self.breaks(0.01):
            entry[self.pick(sorted(entry))] = self.value()
        return entry

    def _definitions(self) -> dict[str, Schema]:
        shared = self.pick((self._number, self._string, self.object))(2)
        loop = {"anyOf": [{"$ref": "#/$defs/loop"}]}
        return {"Shared": shared, "a/b c": self._number(2), "loop": loop}

    def _details(self, entry: dict[str, Any]) -> None:
        if self.often(0.3):
            entry["categories"] = self.several(self.text, 3)
        if self.often(0.4):
            entry["base_price_usd"] = self.pick((0, 0.04, 1e-9, 12, 1e300, -0.0))
        if self.often(0.3):
            entry["source_url"] = self.pick(
                (
                    "https://example.com/a",
                    "https://e.example/?"
                    + re.sub(f"[\\s<>\"']|{MARK}", "", self.text()),
                )
            )
        if self.often(0.5):
            properties = entry["input_schema"].get("properties") or {}
            make = self.pick((self.text, self.value, lambda: 1))
            entry["example"] = {name: make() for name in [*properties, "gone"][:2]}
        if self.often(0.5):
            output = self.pick((self.object, self.object, self.schema))()
            output["$defs"] = self._definitions()
            entry["output_schema"] = self.pick((output, {"output": output}))
        if self.often(0.05):
            entry[self.text()] = self.value()

    def overlay(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return an overlay that changes some of an entry."""
        patch: dict[str, Any] = {}
        if self.often(0.5):
            patch[self.pick(("display_name", "description", "pricing_note"))] = (
                self.text()
            )
        if self.often(0.8):
            schema = entry["input_schema"]
            known = schema.get("properties") if isinstance(schema, dict) else None
            name = self.pick(["x", *(known if isinstance(known, dict) else ())])
            change = self.pick((self.schema(2), {"default": self.value()}, None))
            patch["input_schema"] = {"properties": {name: change}}
        if self.often(0.2):
            patch["example"] = self.pick(({}, None, {"x": self.value()}))
        if self.often(0.1):
            patch[self.pick(sorted(entry))] = self.pick((None, self.value()))
        return patch
