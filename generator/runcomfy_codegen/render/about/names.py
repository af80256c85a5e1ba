"""Spell the name of a model as a person would, from its model_id."""

import re

from runcomfy_codegen.render.about.tasks import without_task

SPELLED = {
    "ace": "ACE",
    "ai": "AI",
    "gpt": "GPT",
    "happyhorse": "HappyHorse",
    "hd": "HD",
    "hidream": "HiDream",
    "ltx": "LTX",
    "minimax": "MiniMax",
    "openai": "OpenAI",
    "pixverse": "PixVerse",
    "sd": "SD",
    "sdxl": "SDXL",
    "tts": "TTS",
    "uhd": "UHD",
}
"""Names that are not spelled as their letters suggest."""
LETTER_AND_NUMBER = re.compile(r"[a-uw-z]\d+(?:\.\d+)*|\d+k")
VERSION_PART = re.compile(r"\d{1,2}")


def spelled_name(model_id: str) -> str:
    """Return family and tier: `kling/kling-3.0/pro/image-to-video` is Kling 3.0 Pro."""
    vendor, *segments = model_id.split("/")
    named = [spelled(without_task(segment)) for segment in segments]
    return " ".join(filter(None, named)) or spelled(vendor)


def spelled(segment: str) -> str:
    """Return one part of a model_id as words: `wan-2-7` is Wan 2.7."""
    words: list[str] = []
    is_version = False
    for token in re.split(r"[-_ ]+", segment.strip("-_ ")):
        is_part = VERSION_PART.fullmatch(token) is not None
        if is_part and is_version:
            words[-1] += f".{token}"
        else:
            words.append(_word(token))
        is_version = is_part
    return " ".join(words)


def _word(token: str) -> str:
    lower = token.lower()
    if lower in SPELLED:
        return SPELLED[lower]
    if LETTER_AND_NUMBER.fullmatch(token):
        return token.upper()
    return token[:1].upper() + token[1:]
