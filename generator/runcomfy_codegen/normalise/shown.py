"""How much of a value is shown: in a note, and in what is generated."""

import json

from runcomfy_codegen.ir import Json

LONGEST, HEAD, TAIL = 120, 80, 30
"""Characters of a value in a note, and what is left of a longer one."""
MOST_SHOWN = 2**20
"""Characters of a default or an example; each is written down some ten times."""
TOO_LARGE = "it is too large to show"


def brief(value: Json) -> str:
    """Return a value as short JSON, or a string as it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:HEAD]} … {text[-TAIL:]}"


def is_too_large(value: Json) -> bool:
    """Whether a value is more than docs and tests show."""
    if isinstance(value, str):
        return len(value) > MOST_SHOWN
    return isinstance(value, dict | list) and len(json.dumps(value)) > MOST_SHOWN
