"""Name what a model takes, in the words of a sentence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.render.about.media import MEDIA, properties_of
from runcomfy_codegen.schema.parts import object_of

TEXTS = {
    "lyrics": "lyrics",
    "prompt": "a prompt",
    "script": "a script",
    "tags": "tags",
    "text": "a text",
}
MEANT = {"ref": "reference", "tail": "last", "img": "image", "imgs": "image"}
UNSAID = frozenset(
    [
        "input",
        "source",
        "url",
        "urls",
        "uri",
        "uris",
        "link",
        "path",
        "file",
        "files",
        "prompt",
        "audio",
        "audios",
        "video",
        "videos",
        "image",
        "images",
        "photo",
        "photos",
        "clip",
        "clips",
        "the",
    ]
)
"""Words of a field's name that say no more than that it is a medium."""
NOUNS = frozenset(("frame", "mask", "sketch", "portrait", "face"))
STARTS = frozenset(("start", "first", "begin"))
ENDS = frozenset(("end", "last", "final"))
COUNTED = {"audio": ("audio clip", "audio clips")}


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing that a model takes, or several of one kind."""

    text: str
    required: bool
    is_plural: bool


@dataclass(frozen=True, slots=True)
class Medium:
    """A field that takes a medium, or a list of them."""

    role: str
    kind: str
    least: int
    most: int | None
    required: bool


def taken_things(model: Model) -> tuple[Taken, ...]:
    """Return the texts and media that a model takes, in the order of a sentence."""
    required = frozenset(map(str, model.input_schema.get("required", ())))
    things = [*_texts(model, required), *_media(model, required)]
    return tuple(sorted(things, key=lambda thing: not thing.required))


def listed(texts: Iterable[str], joint: str = "and") -> str:
    """Return texts as one: `a, b and c`."""
    *others, last = texts
    return f"{', '.join(others)} {joint} {last}" if others else last


def counted(least: int, most: int | None, one: str, many: str) -> str:
    """Return a number of things: `1 to 4 images`, `up to 9 images`, `an image`."""
    match least, most:
        case _, 1:
            return with_article(one)
        case 0 | 1, None:
            return many
        case _, None:
            return f"{least} or more {many}"
        case 0, _:
            return f"up to {most} {many}" if most else f"{most} {many}"
        case _:
            bounds = dict.fromkeys((str(least), str(most)))
            return f"{' to '.join(bounds)} {many}"


def with_article(noun: str) -> str:
    """Return a noun as one of its kind."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _texts(model: Model, required: frozenset[str]) -> Iterator[Taken]:
    for name in properties_of(model):
        said = TEXTS.get(name.lower())
        if said:
            yield Taken(said, name in required, not said.startswith("a "))


def _media(model: Model, required: frozenset[str]) -> Iterator[Taken]:
    """Yield the media; numbered fields, such as `image_url_1` to `_9`, are one."""
    found: dict[tuple[str, str], Medium] = {}
    for name, schema in properties_of(model).items():
        medium = _medium(name, schema, name in required)
        if medium is None:
            continue
        key = (medium.role, medium.kind)
        found[key] = _joined(found[key], medium) if key in found else medium
    for medium in sorted(found.values(), key=_place_in_time):
        one, many = _called(medium)
        text = counted(medium.least, medium.most, one, many)
        yield Taken(text, medium.required, medium.most != 1)


def _called(medium: Medium) -> tuple[str, str]:
    """Return what one, and what several of a medium are called."""
    role, kind = medium.role, medium.kind
    one, many = COUNTED.get(kind, (kind, f"{kind}s"))
    if not role:
        return one, many
    says_the_noun = role.rpartition(" ")[2] in NOUNS
    if says_the_noun:
        return role, f"{role}s"
    return f"{role} {one}", f"{role} {many}"


def _place_in_time(medium: Medium) -> int:
    """Return what puts a start before, and an end behind, what is neither."""
    words = frozenset(medium.role.split())
    return -1 if words & STARTS else int(bool(words & ENDS))


def _joined(first: Medium, second: Medium) -> Medium:
    """Return two fields of one role and kind as one."""
    most = first.most and second.most and first.most + second.most
    least = first.least + second.least
    required = first.required or second.required
    return Medium(first.role, first.kind, least, most, required)


def _medium(name: str, schema: Schema, required: bool) -> Medium | None:
    """Return what medium a field takes, and how many; None for one that takes none."""
    kind = medium_kind(schema)
    if not kind:
        return None
    role = _role(name)
    forms = map(object_of, (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())))
    for form in forms:
        if form.get("type") == "array":
            least = max(form.get("minItems", 0), int(required))
            return Medium(role, kind, least, form.get("maxItems"), required)
    return Medium(role, kind, int(required), 1, required)


def medium_kind(schema: Schema) -> str:
    """Return the kind of medium that a field, or an item or branch of it, takes."""
    for form in (schema, schema.get("items"), *_branches(schema)):
        kind = object_of(form).get("x-media")
        if isinstance(kind, str) and kind in MEDIA:
            return kind
    return ""


def _branches(schema: Schema) -> Iterator[object]:
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield branch
        if isinstance(branch, dict):
            yield branch.get("items")


def _role(name: str) -> str:
    """Return what a field's name says of its medium: `start_image_url` is start."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name).lower()
    found: list[str] = re.findall(r"[a-z]+", words)
    said = [MEANT.get(word, word) for word in found]
    return " ".join(word for word in said if word not in UNSAID)
