"""Why a mutant that nothing notices does what the original does."""

import ast

ORDER = "an order: keywords and values mean the same in any"
WORDS = "words for people: they change nothing that is sent or read"
WHOLE = "each whole number is a number"
NAMED = "each value that it takes is named, so its type says no more"
MULTIPLE = "true and false are multiples of nothing"
KEYS = "the names in a JSON object are texts"
REQUIRED = "a required field is sent, whatever it holds"
OPEN = "an output is open: nothing of it is required, and nothing refused"
SAMPLE = "a sample: of a required field, a medium or free text, it is not a default"
NO_DEFAULT = "its field refuses it, so it is not a default"
EXAMPLE = "an example: the tests start from it, the module does not know it"
ROOT = "an input is closed: what it takes beside its fields nobody could name"


def of_module(kind: str, said: str, tree: ast.Module) -> str:
    """Return why a changed module is equivalent; empty if it should be noticed."""
    if kind in ("field order", "enum order"):
        return ORDER
    if kind == "docstring":
        return WORDS
    if kind == "nullable" and said.endswith("null is sent"):
        return "" if " = " in _declaration(said.partition(": ")[0], tree) else REQUIRED
    return _of_type(said, tree) if kind == "type" else ""


def of_schema(kind: str, said: str, is_same_module: bool) -> str:
    """Return why a changed schema is equivalent; empty if it should be noticed."""
    if kind.endswith("order"):
        return ORDER
    if kind == "open" and said.startswith("input_schema:"):
        return ROOT
    if not is_same_module:
        return ""
    if kind.endswith("words"):
        return WORDS
    if kind.startswith("output"):
        return OPEN
    if kind == "default":
        return SAMPLE
    if kind == "example":
        return EXAMPLE
    if kind == "type" and {"number", "integer"} < {*said.split(" ")}:
        return NAMED
    return ""


def _of_type(said: str, tree: ast.Module) -> str:
    """Return why a field that may be more takes nothing that it did not take before."""
    place, _, change = said.partition(": ")
    text = _declaration(place, tree)
    if "one_of(" in text and ("or " in change or "Any" in change):
        return NAMED
    if "multiple_of(" in text and change == "or bool":
        return MULTIPLE
    if change == "Any for str" and "dict[Any" in text:
        return KEYS
    if change == "or int" and "float" in text:
        return WHOLE
    return ""


def _declaration(place: str, tree: ast.Module) -> str:
    """Return the line that declares `Class.field`."""
    class_name, _, name = place.partition(".")
    for cls in tree.body:
        if isinstance(cls, ast.ClassDef) and cls.name == class_name:
            for line in map(ast.unparse, cls.body):
                if line.startswith(f"{name}:"):
                    return line
    return ""
