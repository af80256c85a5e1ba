"""Compare what two schemas say that does not decide what is valid: words and samples.

A default is not valid or invalid either, but it is what a caller gets who leaves the field
out. Where it says how much is made, how long or how large, he pays for the new one: that
breaks him, however valid his call still is.
"""

import re
from collections.abc import Iterator

from runcomfy_codegen.diff.change import Difference, Effect
from runcomfy_codegen.diff.limits import brief
from runcomfy_codegen.diff.shapes import MEANT
from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.parts import object_of
from runcomfy_codegen.schema.values import is_same

HOW_LONG = ("clip", "duration", "fps", "frame", "length", "minute", "sec", "second")
HOW_MUCH = ("amount", "batch", "count", "n", "num", "number", "outputs", "sample")
HOW_WIDE = ("height", "megapixel", "mp", "pixel", "resolution", "size", "width")
HOW_MANY_TIMES = ("factor", "scale", "upscale")
HOW_GOOD = ("hd", "mode", "pro", "quality", "step")
HOW_FAST = ("fast", "priority", "speed", "tier", "turbo")
WITH_SOUND = ("audio", "sound")
PRICED_BY = frozenset(
    (
        *HOW_LONG,
        *HOW_MUCH,
        *HOW_WIDE,
        *HOW_MANY_TIMES,
        *HOW_GOOD,
        *HOW_FAST,
        *WITH_SOUND,
    )
)
"""Words in the names of fields that prices go by."""


def words(old: Json, new: Json, field: str) -> Iterator[Difference]:
    """Yield what changed that does not say what is valid: text, samples, the default."""
    was, now = object_of(old), object_of(new)
    if field:  # of the whole, the model itself says so
        yield from _deprecation(was, now, field)
    said = was.keys() | now.keys()
    for key in sorted(said - MEANT - {"deprecated"}):
        before, after = was.get(key), now.get(key)
        if is_same(before, after):
            continue
        if key == "default":
            yield _default(field, before, after)
        else:
            what = f"{key} changed"
            yield Difference(field, key, "neutral", what, before, after)


def _default(field: str, before: Json, after: Json) -> Difference:
    """Return the difference that a default makes, which may be what a caller pays."""
    what = f"default {_shown(before)} -> {_shown(after)}"
    effect: Effect = "neutral"
    is_replaced = None not in (before, after)
    if is_replaced and is_priced_by(field):
        effect = "different"
        what += ", which may cost more where it is left out"
    return Difference(field, "default", effect, what, before, after)


def _shown(default: Json) -> str:
    return "none" if default is None else brief(default)


def _deprecation(was: Schema, now: Schema, field: str) -> Iterator[Difference]:
    """Yield that a field is deprecated now, or no longer."""
    match bool(was.get("deprecated")), bool(now.get("deprecated")):
        case False, True:
            yield Difference(field, "deprecated", "neutral", "deprecated")
        case True, False:
            what = "no longer deprecated"
            yield Difference(field, "undeprecated", "neutral", what)


def is_priced_by(field: str) -> bool:
    """Whether the name of a field, at a dotted place, is one that prices go by."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", field.rpartition(".")[2]).lower()
    parts = re.split(r"[^a-z]+", name)
    singular = [part.removesuffix("s") for part in parts]
    return not PRICED_BY.isdisjoint((*parts, *singular))
