"""Edit the text of `retired.toml`, and keep its comments and lines."""

import json
import tomllib
from collections.abc import Collection

from runcomfy_codegen.errors import StoreError

RETIRED_FILE = "retired.toml"


def edit_retired(text: str, come: Collection[str], gone: Collection[str]) -> str:
    """Return the text without the lines of models that came back, and with the new ones.

    A model that is retired already keeps its line, and so its successor. Raises
    StoreError if the text has a form that cannot be edited line by line.
    """
    before = _parsed(text)
    if before is None:
        raise StoreError(RETIRED_FILE, "is no TOML", "correct it, then run again")
    lines = [line for line in text.splitlines() if _key(line) not in come]
    new = [model_id for model_id in sorted(gone) if model_id not in before]
    lines += [f'{json.dumps(model_id)} = ""' for model_id in new]
    edited = "".join(f"{line}\n" for line in lines)
    wanted = {key: value for key, value in before.items() if key not in come}
    if _parsed(edited) != wanted | dict.fromkeys(new, ""):
        missing = ", ".join([*sorted(set(come) & before.keys()), *new])
        raise StoreError(
            RETIRED_FILE,
            "cannot be edited line by line",
            f"write one model a line in it, then run again; this is about {missing}",
        )
    return edited


def _key(line: str) -> str | None:
    """Return the model_id that a line retires, if it is such a line."""
    table = _parsed(line)
    return next(iter(table)) if table and len(table) == 1 else None


def _parsed(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except ValueError:
        return None
