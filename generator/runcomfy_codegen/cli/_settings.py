"""Read `[tool.runcomfy-codegen]`, from the nearest `pyproject.toml` upwards that has one.

A setting stands for the option of its name wherever that is not given. Paths are from
the file's folder. tomllib is imported only for a file that holds the table: most runs
end before they are worth an import.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from runcomfy_codegen.errors import UsageError

TABLE = "runcomfy-codegen"
NAMED = re.compile(rb"""tool["']?\s*(?:\]|=|\.\s*["']?runcomfy-codegen)""")
"""What a file that has the table has somewhere: most have our name for other reasons."""
FILE = "pyproject.toml"
PATHS = ("schemas", "out", "templates", "site")
TEXTS = ("base-url", "url")
NUMBERS = ("jobs",)
SETTINGS = (*PATHS, *TEXTS, *NUMBERS)


def read_settings() -> dict[str, Any]:
    """Return the settings for the current folder, by the names of their options.

    Raises UsageError for one that is unknown, or of the wrong type.
    """
    folder = os.getcwd()
    while True:
        path = os.path.join(folder, FILE)
        table = _read_table(path)
        if table is not None:
            return _checked(path, folder, table)
        above = os.path.dirname(folder)
        if above == folder:
            return {}
        folder = above


def _read_table(path: str) -> Any:
    """Return what a file has under the table's name, or None if it has nothing."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return None
    if TABLE.encode() not in content or not NAMED.search(content):
        return None
    import tomllib

    try:
        tools = tomllib.loads(content.decode("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(_shown(path), str(error), "correct the file") from None
    return tools.get(TABLE) if isinstance(tools, Mapping) else None


def _checked(path: str, folder: str, table: Any) -> dict[str, Any]:
    """Return a table's settings, each of its type, with paths from here."""
    place = f"{_shown(path)}: [tool.{TABLE}]"
    if not isinstance(table, Mapping):
        raise UsageError(place, "it is not a table", "write `[tool.runcomfy-codegen]`")
    settings: dict[str, Any] = {}
    for name, value in table.items():
        where = f"{place} {name}"
        if name not in SETTINGS:
            raise UsageError(where, "there is no such setting", _advice(name))
        if name in NUMBERS:
            if type(value) is not int or value < 1:
                what = f"{value!r} is not a whole number"
                raise UsageError(where, what, "give a number of 1 or more")
        elif not isinstance(value, str):
            raise UsageError(where, f"{value!r} is not a text", "put it in quotes")
        elif not value:
            raise UsageError(where, "'' is empty", "give it a value, or delete it")
        if name in PATHS:
            value = os.path.relpath(os.path.join(folder, str(value)))
        settings[name.replace("-", "_")] = value
    return settings


def _advice(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, SETTINGS, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"use one of {', '.join(SETTINGS)}"


def _shown(path: str) -> str:
    return os.path.relpath(path)
