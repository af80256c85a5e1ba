"""Read the tables beside the stored models, and edit `retired.toml` as a person would.

names.toml    Python names that a person chose
retired.toml  models that are gone, and their successors
shown.toml    the model that README and guides show

Comments, order and lines of a table stay as they are: tomlkit keeps what it does not
change.
"""

import json
import tomllib
from collections.abc import Collection
from typing import Any

from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.ir import Problem

NAMES_NAME, RETIRED_NAME, SHOWN_NAME = "names.toml", "retired.toml", "shown.toml"


def parse_table(
    path: str, content: bytes | None, problems: list[Problem]
) -> dict[str, Any]:
    """Return the table in a file's content; an empty one if there is none.

    What is not TOML, and what JSON could not hold, is a Problem.
    """
    try:
        table = tomllib.loads((content or b"").decode("utf-8"))
        json.dumps(table, default=_refuse_date)
    except (ValueError, RecursionError) as error:
        what = f"cannot be read: {error}"
        problems.append(Problem(path, "", what, "correct the TOML"))
        return {}
    return table


def _refuse_date(value: object) -> None:
    raise ValueError(f"{value} is a date or a time, and not a text")


def edit_retired(text: str, returned: Collection[str], gone: Collection[str]) -> str:
    """Return the text of `retired.toml` without some models, and with others.

    A model that is retired already keeps its line, and so its successor. Raises
    StoreError if the text is not TOML, or has a form that cannot be edited.
    """
    import tomlkit  # slow to import, and seldom needed
    from tomlkit.exceptions import TOMLKitError

    try:
        before = tomllib.loads(text)
        table = tomlkit.parse(f"{text}\n" if text and text[-1] != "\n" else text)
    except (ValueError, TOMLKitError) as error:
        what = f"is not TOML ({error})"
        raise StoreError(RETIRED_NAME, what, "correct it, then run again") from error
    for model_id in returned:
        table.pop(model_id, None)
    new = [model_id for model_id in sorted(gone) if model_id not in before]
    for model_id in new:
        table[model_id] = ""
    edited = tomlkit.dumps(table)
    wanted = {key: value for key, value in before.items() if key not in returned}
    if tomllib.loads(edited) != wanted | dict.fromkeys(new, ""):
        missing = ", ".join([*sorted(before.keys() & returned), *new])
        fix = f"write one model a line in it, then run again; this is about {missing}"
        raise StoreError(RETIRED_NAME, "cannot be edited", fix)
    return edited


def read_shown(content: bytes | None, problems: list[Problem]) -> str:
    """Return the model that `shown.toml` names; empty if there is none."""
    model_id = parse_table(SHOWN_NAME, content, problems).get("model", "")
    if isinstance(model_id, str):
        return model_id
    what = f"{model_id!r} is not a model_id"
    problems.append(Problem(SHOWN_NAME, "/model", what, "put one in quotes"))
    return ""


def dump_shown(model_id: str) -> bytes:
    """Return the content of a `shown.toml` that names a model."""
    head = "# The model that README and guides show. Choose another here.\n"
    return f"{head}model = {json.dumps(model_id)}\n".encode()
