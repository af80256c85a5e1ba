"""Say in one sentence what a model is, where the service does not.

Task, family and tier, what it takes (required ones first), what it makes, its bounds:
"Image-to-video by Kling 3.0 Pro: a prompt and a start image become a video of 3 to 15
seconds."
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.render.about.inputs import (
    Taken,
    counted,
    listed,
    taken_things,
    with_article,
)
from runcomfy_codegen.render.about.media import properties_of
from runcomfy_codegen.render.about.names import spelled_name
from runcomfy_codegen.render.about.tasks import known_task, label
from runcomfy_codegen.schema.parts import list_of

DURATIONS = ("duration", "duration_seconds", "seconds", "length_seconds")
COUNTS = ("num_images", "max_images", "number_of_images", "n")
SEVERAL = 3
"""Values that are listed; of more, the least and the most are told."""
RESOLUTION = re.compile(r"\d{3,4}p|\d{1,2}k", re.IGNORECASE)
EDITS = frozenset(("edit", "video-edit", "inpaint", "outpaint"))


def sentence(model: Model, tasks: tuple[str, ...], makes: tuple[str, ...]) -> str:
    """Return the sentence."""
    task = next(filter(None, map(known_task, tasks)), "")
    name = spelled_name(model.model_id)
    opening = f"{_capital(label(task))} by {name}" if task else name
    things = taken_things(model)
    made = _made(model, task, makes)
    return f"{opening}: {_deed(things, made)}." if things or made else f"{opening}."


def _deed(things: tuple[Taken, ...], made: str) -> str:
    """Return what becomes what, and what may be given beside it."""
    needed = [thing for thing in things if thing.required] or list(things[:1])
    beside = [thing.text for thing in things if thing not in needed]
    said = _becoming(needed, made)
    if not beside:
        return said
    return f"{said}; {listed(beside)} may be given too"


def _becoming(needed: list[Taken], made: str) -> str:
    """Return what becomes what."""
    if not needed:
        return f"makes {made}"
    taken = listed(thing.text for thing in needed)
    if not made:
        return f"takes {taken}"
    is_plural = len(needed) > 1 or needed[0].is_plural
    verb = "become" if is_plural else "becomes"
    return f"{taken} {verb} {made}"


def _made(model: Model, task: str, makes: tuple[str, ...]) -> str:
    """Return what a model makes, with its bounds."""
    properties = properties_of(model)
    match makes:
        case ():
            return ""
        case ("image",):
            return _images(properties, task)
        case ("video",):
            noun = _noun("video", task, "a video")
            return f"{noun}{_seconds(properties)}{_resolutions(properties)}"
        case (kind,):
            plain = "audio" if kind == "audio" else with_article(kind)
            return f"{_noun(kind, task, plain)}{_seconds(properties)}"
        case _:
            return listed(map(with_article, makes), "or")


def _noun(kind: str, task: str, plain: str) -> str:
    return f"an edited {kind}" if task in EDITS else plain


def _images(properties: Mapping[str, Schema], task: str) -> str:
    """Return how many images come: `1 to 4 images`."""
    counts = (properties[name] for name in COUNTS if name in properties)
    most = next(counts, {"maximum": 1}).get("maximum")
    word = "edited image" if task in EDITS else "image"
    return counted(1, most if isinstance(most, int) else None, word, f"{word}s")


def _seconds(properties: Mapping[str, Schema]) -> str:
    """Return how long it lasts: ` of 3 to 15 seconds`."""
    durations = (properties[name] for name in DURATIONS if name in properties)
    schema = next(durations, {})
    numbers = sorted(set(filter(None, map(_number, list_of(schema.get("enum"))))))
    if 0 < len(numbers) <= SEVERAL:
        return f" of {listed(map(_shown, numbers), 'or')} seconds"
    if numbers:
        return _lasting(numbers[0], numbers[-1])
    return _lasting(_number(schema.get("minimum")), _number(schema.get("maximum")))


def _lasting(least: Decimal | None, most: Decimal | None) -> str:
    """Return between what bounds it lasts; empty where there is no upper one."""
    if not most:
        return ""
    if least is None:
        return f" of up to {_shown(most)} seconds"
    return f" of {_shown(least)} to {_shown(most)} seconds"


def _number(value: Json) -> Decimal | None:
    """Return a number, also from a text such as `5` or `5s`; None of anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip().removesuffix("s"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _resolutions(properties: Mapping[str, Schema]) -> str:
    """Return the least and the greatest resolution to choose from."""
    known = []
    for value in list_of(properties.get("resolution", {}).get("enum")):
        if isinstance(value, str) and RESOLUTION.fullmatch(value):
            known.append(value)
    if not known:
        return ""
    known.sort(key=_lines)
    ends = dict.fromkeys((known[0], known[-1]))
    return f" at {' to '.join(ends)}"


def _lines(resolution: str) -> int:
    """Return about how many lines a resolution has, for their order."""
    number = int(resolution[:-1])
    return number * 540 if resolution[-1] in "kK" else number


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
