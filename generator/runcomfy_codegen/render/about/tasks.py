"""Tell what a model does: by its categories, else by its model_id.

The words are those of the service's own categories. Where it publishes none, a
model_id nearly always ends in one: `flux-2/pro/edit`, `seedance-2.5/first-last-frame/480p`.
"""

import re

from runcomfy_codegen.ir import Model

WORDS = {
    "audio-inpaint": "audio-inpaint",
    "audio-outpaint": "audio-outpaint",
    "avatar": "avatar",
    "background-removal": "remove-background",
    "edit": "edit",
    "edit-image": "edit",
    "edit-video": "video-edit",
    "extend": "extend-video",
    "extend-video": "extend-video",
    "face-swap": "face-swap",
    "first-last-frame": "first-last-frame-to-video",
    "i2i": "image-to-image",
    "i2v": "image-to-video",
    "image-edit": "edit",
    "inpaint": "inpaint",
    "inpainting": "inpaint",
    "lip-sync": "lip-sync",
    "lipsync": "lip-sync",
    "outpaint": "outpaint",
    "outpainting": "outpaint",
    "remove-background": "remove-background",
    "t2i": "text-to-image",
    "t2v": "text-to-video",
    "transition": "transition",
    "tts": "text-to-speech",
    "upscale": "upscale",
    "upscaler": "upscale",
    "v2v": "video-to-video",
    "video-edit": "video-edit",
    "video-extend": "extend-video",
}
"""What a part of a model_id or a category means, by how it is written."""
MAKES = {
    "audio-inpaint": "audio",
    "audio-outpaint": "audio",
    "avatar": "video",
    "extend-video": "video",
    "lip-sync": "video",
    "transition": "video",
    "video-edit": "video",
}
"""What a task makes whose name does not say it."""
TARGETS = {"image": "image", "music": "audio", "song": "audio", "speech": "audio"} | {
    kind: kind for kind in ("audio", "video")
}
SOURCES = [
    "text",
    "image",
    "images",
    "video",
    "audio",
    "reference",
    "references",
    "speech",
    "music",
    "first-last-frame",
    "start-end-frame",
    "keyframes",
    "frames",
    "photo",
    "sketch",
    "prompt",
]
CONVERSION = re.compile(rf"(?:{'|'.join(SOURCES)})-to-(?:{'|'.join(TARGETS)})")
LABELS = {
    "audio-inpaint": "audio inpainting",
    "audio-outpaint": "audio outpainting",
    "edit": "image edit",
    "extend-video": "video extension",
    "face-swap": "face swap",
    "inpaint": "inpainting",
    "outpaint": "outpainting",
    "remove-background": "background removal",
    "upscale": "upscaling",
    "video-edit": "video edit",
}


def tasks_of(model: Model) -> tuple[str, ...]:
    """Return what a model does, as published; else what its model_id says, if anything."""
    published = [known_task(category) or category for category in model.categories]
    if any(map(known_task, published)):
        return tuple(dict.fromkeys(published))
    for segment in reversed(model.model_id.split("/")[1:]):
        _, task = _divided(segment)
        if task:
            return (*published, task)
    return tuple(dict.fromkeys(published))


def task_of_shape(takes: frozenset[str], makes: tuple[str, ...]) -> str:
    """Return the task of a model that must be given some kinds; empty if it is unclear."""
    source = next(
        (kind for kind in ("video", "image", "audio", "text") if kind in takes), ""
    )
    return f"{source}-to-{makes[0]}" if source and len(makes) == 1 else ""


def known_task(text: str) -> str:
    """Return a task by any of its names; empty if it is none."""
    plain = _plain(text)
    return plain if CONVERSION.fullmatch(plain) else WORDS.get(plain, "")


def without_task(segment: str) -> str:
    """Return what a part of a model_id says beside the task."""
    return _divided(segment)[0]


def made_by(task: str) -> str:
    """Return the kind of medium that a task makes; empty if its name does not say."""
    return TARGETS.get(task.rpartition("-to-")[2], MAKES.get(task, ""))


def label(task: str) -> str:
    """Return a task as it stands in a sentence."""
    return LABELS.get(task, task)


def heading(task: str) -> str:
    """Return a task as it stands behind a name: `Image-to-Video`, `Edit`."""
    words = re.split(r"([- ])", task if task == "edit" else label(task))
    return "".join(w if w in ("to", "-", " ") else w[:1].upper() + w[1:] for w in words)


def _plain(text: str) -> str:
    return re.sub(r"[-_ ]+", "-", text.strip().lower())


def _divided(segment: str) -> tuple[str, str]:
    """Return a part of a model_id without its task, and the task."""
    tokens = re.split(r"[-_ ]+", segment.strip())
    for start in range(len(tokens)):
        task = known_task("-".join(tokens[start:]))
        if task:
            return "-".join(tokens[:start]), task
    return segment, ""
