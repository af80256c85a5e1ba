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
from runcomfy_codegen.ir import Json
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
    was, now = ({} if isinstance(s, bool) else s for s in (old, new))
    is_moved = bool(was.get("deprecated")) != bool(now.get("deprecated"))
    if is_moved and field:  # of the whole, the model itself says so
        yield _deprecation(field, bool(now.get("deprecated")))
    for key in sorted((was.keys() | now.keys()) - MEANT - {"deprecated"}):
        before, after = was.get(key), now.get(key)
        if is_same(before, after):
            continue
        what = f"{key} changed"
        effect: Effect = "neutral"
        if key == "default":
            shown = ("none" if v is None else brief(v) for v in (before, after))
            what = f"default {' -> '.join(shown)}"
            effect = _effect_of_default(field, before, after)
            if effect == "different":
                what += ", which may cost more where it is left out"
        yield Difference(field, key, effect, what, before, after)


def _deprecation(field: str, is_deprecated: bool) -> Difference:
    if is_deprecated:
        return Difference(field, "deprecated", "neutral", "deprecated")
    return Difference(field, "undeprecated", "neutral", "no longer deprecated")


def _effect_of_default(field: str, before: Json, after: Json) -> Effect:
    is_replaced = before is not None and after is not None
    return "different" if is_replaced and is_priced_by(field) else "neutral"


def is_priced_by(field: str) -> bool:
    """Whether the name of a field, at a dotted place, is one that prices go by."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", field.rpartition(".")[2]).lower()
    parts = re.split(r"[^a-z]+", name)
    singular = [part.removesuffix("s") for part in parts]
    return not PRICED_BY.isdisjoint((*parts, *singular))
