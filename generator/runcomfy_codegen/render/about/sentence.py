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
    taken = listed(thing.text for thing in needed) if needed else ""
    if not made:
        said = f"takes {taken}"
    elif not taken:
        said = f"makes {made}"
    else:
        is_plural = len(needed) > 1 or needed[0].is_plural
        said = f"{taken} {'become' if is_plural else 'becomes'} {made}"
    return f"{said}; {listed(beside)} may be given too" if beside else said


def _made(model: Model, task: str, makes: tuple[str, ...]) -> str:
    """Return what a model makes, with its bounds."""
    if len(makes) != 1:
        return listed(map(with_article, makes), "or") if makes else ""
    properties, kind = properties_of(model), makes[0]
    if kind == "image":
        return _images(properties, task)
    noun = "audio" if kind == "audio" else with_article(kind)
    if task in EDITS:
        noun = f"an edited {kind}"
    resolutions = _resolutions(properties) if kind == "video" else ""
    return f"{noun}{_seconds(properties)}{resolutions}"


def _images(properties: Mapping[str, Schema], task: str) -> str:
    most = next(
        (properties[name].get("maximum") for name in COUNTS if name in properties), 1
    )
    word = "edited image" if task in EDITS else "image"
    return counted(1, most if isinstance(most, int) else None, word, f"{word}s")


def _seconds(properties: Mapping[str, Schema]) -> str:
    """Return how long it lasts: ` of 3 to 15 seconds`."""
    schema = next((properties[name] for name in DURATIONS if name in properties), None)
    if schema is None:
        return ""
    given = schema.get("enum")
    numbers = sorted(
        set(filter(None, map(_number, given if isinstance(given, list) else ())))
    )
    if numbers and len(numbers) <= SEVERAL:
        return f" of {listed(map(_shown, numbers), 'or')} seconds"
    least = numbers[0] if numbers else _number(schema.get("minimum"))
    most = numbers[-1] if numbers else _number(schema.get("maximum"))
    if least is None or most is None:
        return f" of up to {_shown(most)} seconds" if most else ""
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
    given = properties.get("resolution", {}).get("enum")
    values = [
        v for v in (given if isinstance(given, list) else ()) if isinstance(v, str)
    ]
    known = [value for value in values if RESOLUTION.fullmatch(value)]
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
