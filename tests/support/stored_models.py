"""Stored models made by hypothesis: the whole dialect, at times broken, full of hostile text."""

from typing import Any

from hypothesis import strategies as st

MARK = "zqx"
"""Stands in every hostile text, so that it can be found where it does not belong."""
HOSTILE = (
    '"""', "'''", "\\", "\n", "\r\n", "\t", "\x00", "\x07", "\x1b[31m", "\u202e", "\u2028",
    "{{ 7*7 }}", "{% raw %}", "{# x #}", "#}", f"<script>{MARK}()</script>", "<!--", "-->",
    f"<img src=x onerror={MARK}()>", "</code></pre>", "|", "`", "``` \n", "\n---\n", "\n...\n",
    f"[a](javascript:{MARK})", f"![i](http://evil.example/{MARK})", f"<http://evil.example/{MARK}>",
    f"http://evil.example/{MARK}", f"www.evil.example/{MARK}", f"{MARK}@evil.example",
    f"[r]: http://evil.example/{MARK}\n", "\n# head\n", "\n- li", "\n!!! note\n", "\n=== 'tab'\n",
    "    indented", "*b*", "_i_", "~~s~~", "&lt;", "&#60;", ":smile:", "../../etc/passwd", "..",
    "${HOME}", "$(id)", "%s", "{width, height}", "<sks>", "$0.040", "é", "漢", "😀", "yes", "null", "~",
    "- a: b", "!!python/object:x", "# comment", "; import os", "\n    import os\n", "=", ")", "]", ",",
)  # fmt: skip
PATTERNS = (
    "^[a-z]+$", "[0-9]{2,4}", "^(red|green)$", ".", "^a\\.b\"'$", "^\\w+\\s\\d$",
    "(a+)+$", "^(?=.*z)", "(", "[[a]", "\\Z", "(?i)abc", "x*", "\\p{L}", f"^{MARK}",
)  # fmt: skip
TYPES = {
    "string": ("string", "String", "str"),
    "integer": ("integer", "INTEGER", "int"),
    "number": ("number", "float", "double"),
    "boolean": ("boolean", "bool"),
    "array": ("array", "list"),
    "object": ("object", "dict"),
}
JUNK = (None, True, 0, -1, 1.5, "", "x", [], [1], {}, {"x": 1}, "10", [None])
KEYWORDS = (
    "type", "enum", "const", "items", "properties", "required", "minimum", "maxLength",
    "pattern", "format", "default", "examples", "anyOf", "allOf", "$ref", "nullable",
    "additionalProperties", "multipleOf", "title", "description", "validations", "not",
    "prefixItems", "minItems", "uniqueItems", "exclusiveMinimum", "$defs", "example",
)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    """Return a strategy of hostile texts, each with the mark in it."""
    plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    parts = st.lists(st.sampled_from(HOSTILE) | plain, max_size=4)
    return parts.map(lambda found: MARK.join(["", *found, ""]))


def names() -> st.SearchStrategy[str]:
    usual = (
        "prompt",
        "image_url",
        "promptImage",
        "33_video",
        "class",
        "json",
        "x",
        "_a",
    )
    return st.sampled_from(usual) | texts()


def json_values() -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers(-3, 3) | texts()
    plain |= st.sampled_from([0.5, 1.0, -2.5, 1e300, 10**25])
    return st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(names(), inner, max_size=2)
        ),
        max_leaves=3,
    )


def _words() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={"title": texts(), "description": texts(), "nullable": st.booleans()},
    )


def _with(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    whole = st.fixed_dictionaries(required, optional=optional)
    return st.builds(lambda words, schema: {**words, **schema}, _words(), whole)


def _type(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(TYPES[name])


def _strings() -> st.SearchStrategy[Any]:
    limits = {
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(2, 9),
        "pattern": st.sampled_from(PATTERNS),
        "format": st.sampled_from(
            ["image_uri", "video_uris", "uri", "date-time", MARK]
        ),
        "default": texts() | st.integers(0, 3),
        "enum": st.lists(texts(), min_size=1, max_size=4),
        "const": texts(),
    }
    some = st.lists(st.sampled_from(sorted(limits)), max_size=2, unique=True)
    return some.flatmap(
        lambda chosen: _with({"type": _type("string")}, {k: limits[k] for k in chosen})
    )


def _numbers(name: str) -> st.SearchStrategy[Any]:
    number = st.integers(-5, 20)
    if name == "number":
        number = number | st.sampled_from([0.1, 0.5, 1.5, 1e22, -0.25])
    limits = {
        "minimum": number,
        "maximum": number.map(lambda n: n + 20),
        "exclusiveMinimum": number | st.booleans(),
        "exclusiveMaximum": number.map(lambda n: n + 20),
        "multipleOf": st.sampled_from([1, 2, 5, 0.5, 0.1, 3.0]),
        "default": number,
        "enum": st.lists(number, min_size=1, max_size=3),
    }
    some = st.lists(st.sampled_from(sorted(limits)), max_size=3, unique=True)
    return some.flatmap(
        lambda chosen: _with({"type": _type(name)}, {k: limits[k] for k in chosen})
    )


def _lists(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _with(
        {"type": _type("array")},
        {
            "items": inner,
            "minItems": st.integers(0, 2),
            "maxItems": st.integers(2, 4),
            "uniqueItems": st.booleans(),
            "format": st.sampled_from(["image_uris", "audio_uris"]),
            "default": st.just([]),
        },
    )


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    properties = st.dictionaries(names(), inner, max_size=3)
    others = st.booleans() | inner

    def whole(found: dict[str, Any]) -> st.SearchStrategy[Any]:
        known = st.sampled_from([*sorted(found), "gone"])
        return _with(
            {"type": _type("object"), "properties": st.just(found)},
            {
                "required": st.lists(known, max_size=3),
                "additionalProperties": others,
                "minProperties": st.integers(0, 1),
                "maxProperties": st.integers(2, 4),
            },
        )

    return properties.flatmap(whole)


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    types = st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=2)
    return st.one_of(
        _with({"anyOf": several}, {}),
        _with({"oneOf": several}, {}),
        _with({"allOf": several}, {}),
        _with({"type": types}, {"minimum": st.just(1), "maxLength": st.just(3)}),
        _with({"enum": st.lists(json_values(), min_size=1, max_size=3)}, {}),
        _with({"const": json_values()}, {}),
        _with({"$ref": st.just("#/$defs/Shared")}, {"minimum": st.just(2)}),
        _with({"type": st.just("string"), "not": inner}, {}),
    )


def schemas() -> st.SearchStrategy[Any]:
    leaves = st.one_of(
        _strings(),
        _numbers("integer"),
        _numbers("number"),
        _with({"type": _type("boolean")}, {"default": st.booleans()}),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(_lists(inner), objects(inner), _combined(inner)),
        max_leaves=5,
    )


@st.composite
def _broken(draw: st.DrawFn) -> Any:
    schema = dict(draw(schemas()))
    junk = st.sampled_from(JUNK) | json_values()
    schema[draw(st.sampled_from(KEYWORDS))] = draw(junk)
    return schema


def entries(
    inner: st.SearchStrategy[Any] | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of stored models. Some of their schemas are broken."""
    inner = (
        inner
        if inner is not None
        else st.one_of(schemas(), schemas(), schemas(), _broken())
    )
    roots = st.builds(
        lambda root, shared: {**root, "nullable": False, "$defs": {"Shared": shared}},
        objects(inner),
        _numbers("integer"),
    )
    outputs = st.one_of(roots, st.builds(lambda s: {"output": s}, roots), inner)
    return st.fixed_dictionaries(
        {
            "model_id": st.sampled_from(
                ["acme/brush", "acme/4K.b c/x", "import/class"]
            ),
            "input_schema": roots,
        },
        optional={
            "display_name": texts(),
            "description": texts(),
            "kind": texts(),
            "categories": st.lists(texts(), max_size=2),
            "base_price_usd": st.sampled_from([0, 0.04, 1e-9, 12]),
            "price_unit": texts(),
            "pricing_note": texts(),
            "example": st.dictionaries(names(), json_values(), max_size=2),
            "output_schema": outputs,
        },
    )
