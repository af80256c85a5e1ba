"""Compare the values that two schemas list, or the one lists and the other describes."""

from collections.abc import Iterator

from runcomfy_codegen.diff.change import Difference
from runcomfy_codegen.diff.limits import brief
from runcomfy_codegen.diff.shapes import meant
from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.validator import SchemaJudge
from runcomfy_codegen.schema.values import identity

MOST_LISTED = 6


def values(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield which listed values came and went; a type in their place is judged by them."""
    before, after = old.get("enum"), new.get("enum")
    olds, news = before or [], after or []
    if after is None:
        yield Difference(field, "enum", "wider", f"not only {listed(olds)}", before)
    if before is None:
        what = f"only {listed(news)}"
        yield Difference(field, "enum", "narrower", what, None, after)
    gone = _refused(olds, new)
    if gone:
        what = f"{listed(gone)} is no longer allowed"
        yield Difference(field, "enum", "narrower", what, before, after)
    come = _refused(news, old)
    if come:
        what = f"{listed(come)} is allowed too"
        yield Difference(field, "enum", "wider", what, before, after)


def listed(found: list[Json]) -> str:
    """Return some values in a line, and how many they are if that is too many to list."""
    shown = ", ".join(brief(value) for value in found[:MOST_LISTED])
    if len(found) <= MOST_LISTED:
        return shown
    return f"{shown}, … ({len(found)} values)"


def _refused(found: list[Json], schema: Schema) -> list[Json]:
    """Return those of the values that a schema does not allow."""
    if "enum" in schema:
        allowed = set(map(identity, schema["enum"]))
        return [value for value in found if identity(value) not in allowed]
    judge = SchemaJudge(meant(schema))
    return [value for value in found if not judge.is_valid(value)]
