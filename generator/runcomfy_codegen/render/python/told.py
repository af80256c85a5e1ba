"""Say below a field's description what an editor would not show: `0 to 20; default 2.5`."""

from collections.abc import Iterator

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.render.limits_in_words import (
    count_in_words,
    flags_in_words,
    limits_in_words,
)
from runcomfy_codegen.render.python.code import literal
from runcomfy_codegen.render.python.layout import flat
from runcomfy_codegen.schema.media import medium_of
from runcomfy_codegen.schema.read import items_of, other_branches

LONGEST_DEFAULT = 60
"""Characters of a default that is told; a longer one stands in the code alone."""


def told(schema: Schema, is_required: bool) -> str:
    """Return what a field of an input takes, its limits and its default."""
    parts = [*flags_in_words(schema), *_media(schema)]
    parts += limits_in_words(_counted(schema), str)
    default = schema.get("default")
    if default is not None and not is_required:
        written = flat(literal(default))
        parts += [f"default {written}"] if len(written) <= LONGEST_DEFAULT else []
    return "; ".join(dict.fromkeys(parts))


def _media(schema: Schema) -> Iterator[str]:
    """Yield which media a field takes, and how many."""
    for branch in other_branches(schema):
        yield from _media(branch)
    kind, of_each = medium_of(schema), medium_of(items_of(schema))
    if kind:
        yield f"{kind} URL or file"
    elif of_each:
        counts = [*count_in_words(schema, "minItems", "maxItems", " items"), "several"]
        yield f"{counts[0].partition(' item')[0]} {of_each} URLs or files"


def _counted(schema: Schema) -> Schema:
    """Return a list of media without its counts, which are told with the media."""
    if not medium_of(items_of(schema)):
        return schema
    return {k: v for k, v in schema.items() if k not in ("minItems", "maxItems")}
