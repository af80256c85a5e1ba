"""Choose words and addresses for a sample, by what a field and a task ask for.

A reader learns from a sample what a field is for: tags look like tags, an edit is told
what to change, and a medium's address says that it is to be replaced.
"""

import re

EXTENSIONS = {"image": "png", "video": "mp4", "audio": "wav"}
PLACE = "https://example.com/replace-this"
"""What every address of ours begins with: there is nothing, and it says so."""
UNSAID = frozenset(("uri", "uris", "url", "urls", "link", "path"))
PROMPT = "A red fox in fresh snow, soft morning light"
PROMPTS = {
    "audio-to-video": "A singer on a small stage in warm light, slow push in",
    "avatar": "She looks into the camera and speaks calmly",
    "edit": "Replace the background with a snowy forest at dawn",
    "extend-video": "The camera moves on through the trees as the sun comes out",
    "face-swap": "Keep the light and the expression",
    "first-last-frame-to-video": "One slow, continuous move from the first frame to the last",
    "image-to-image": "The same scene as a watercolour painting",
    "image-to-video": "The camera moves closer while wind stirs the scene",
    "inpaint": "A wooden bench in the same light",
    "lip-sync": "She speaks calmly into the camera",
    "outpaint": "The landscape goes on to both sides",
    "reference-to-video": "The subject of the reference walks along a beach at sunset",
    "remove-background": "Keep the person in front",
    "text-to-audio": "Gentle rain on a tin roof, thunder far away",
    "text-to-music": "A slow piano piece with soft strings",
    "text-to-speech": "Good morning. The train to the coast leaves from platform two.",
    "text-to-video": "A red fox trots through fresh snow, the camera follows beside it",
    "transition": "The first picture melts into the second",
    "upscale": "Sharp, natural detail",
    "video-edit": "Turn the day into a rainy night",
    "video-to-video": "The same scene as a hand-drawn animation",
}
TEXTS = {
    "lyrics": "[Verse]\nSnow on the fields, and the morning is new\n"
    "[Chorus]\nRun, little fox, for the day runs with you",
    "negative": "blurry, distorted, watermark",
    "tags": "lo-fi, mellow, piano, brushed drums",
    "genre": "lo-fi",
    "mood": "calm",
    "style": "watercolour",
    "title": "Morning snow",
    "caption": PROMPT,
    "description": PROMPT,
    "instruction": PROMPTS["edit"],
    "script": PROMPTS["text-to-speech"],
    "prompt": PROMPT,
    "text": PROMPTS["text-to-speech"],
}
"""What a field holds, by a word of its name; the first that is found counts."""
OF_THE_TASK = frozenset(("prompt", "caption", "description", "instruction", "text"))
SPOKEN = frozenset(("text-to-speech", "lip-sync", "avatar"))


def words(kind: str, name: str, index: int) -> str:
    """Return an address for a medium, else words that suit a field's name."""
    number = f"-{index + 1}" if index else ""
    if kind in EXTENSIONS:
        return f"{PLACE}{_place(kind, name)}{number}.{EXTENSIONS[kind]}"
    noun = _noun(name)
    return (TEXTS[noun] if noun else "example") + number


def words_for_task(name: str, task: str) -> str:
    """Return words that suit a field's name and what the model does."""
    noun = _noun(name)
    if noun == "text" and task not in SPOKEN and task in PROMPTS:
        return words("", name, 0)
    return PROMPTS.get(task, TEXTS[noun]) if noun in OF_THE_TASK else words("", name, 0)


def _noun(name: str) -> str:
    """Return the first of the known nouns that a word of a name begins with."""
    said = _split(name)
    for noun in TEXTS:
        if any(word.startswith(noun) for word in said):
            return noun
    return ""


def _place(kind: str, name: str) -> str:
    """Return what tells one medium of a body from another: `-first-frame`, `-image-1`."""
    said = [word for word in _split(name) if word not in UNSAID]
    return "-" + ("-".join(said) or kind)


def _split(name: str) -> list[str]:
    """Return the words and numbers of a name."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()
    return re.findall(r"[a-z]+|\d+", spaced)
