"""Read `accepted.toml`: the warnings that a person has accepted, each with a reason.

[[accepted]]
model = "acme/paint"                                    # a model_id
code = "notice-prose"                                   # as `lint` prints it
pointer = "/input_schema/properties/size/description"   # optional: there alone
reason = "the size is checked by the service"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import Problem

ACCEPTED_NAME = "accepted.toml"
REQUIRED = ("model", "code", "reason")
KEYS = (*REQUIRED, "pointer")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Warnings of one kind, at one model or one place of it."""

    model_id: str
    code: str
    pointer: str | None
    reason: str


def read_accepted(schemas: Path) -> tuple[Accepted, ...]:
    """Return what a schema folder's table accepts; nothing if it has none.

    Raises ProblemsError with all that is wrong in it.
    """
    try:
        text = (schemas / ACCEPTED_NAME).read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsError([_problem("", str(error), "make it readable")]) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProblemsError([_problem("", str(error), "correct it")]) from error
    problems = [
        _problem(f"/{key}", "there is no such key", "write [[accepted]]")
        for key in table
        if key != "accepted"
    ]
    rows = table.get("accepted", [])
    if not isinstance(rows, list):
        problems.append(_problem("/accepted", "it is not a list", "write [[accepted]]"))
        rows = []
    accepted = []
    for index, row in enumerate(rows):
        wrong = _wrong(row)
        if wrong:
            what, fix = wrong
            problems.append(_problem(f"/accepted/{index}", what, fix))
        else:
            accepted.append(
                Accepted(row["model"], row["code"], row.get("pointer"), row["reason"])
            )
    if problems:
        raise ProblemsError(problems)
    return tuple(accepted)


def _wrong(row: Any) -> tuple[str, str] | None:
    """Return what is wrong with a row, and what to do; None if it is right."""
    if not isinstance(row, Mapping):
        return "it is not a table", "write [[accepted]]"
    for key, value in row.items():
        if key not in KEYS:
            return f"there is no key `{key}`", f"use {', '.join(KEYS)}"
        if not isinstance(value, str):
            return f"{key} is not a text", "put it in quotes"
    for key in REQUIRED:
        if not row.get(key, "").strip():
            return f"there is no {key}", f"add `{key}`"
    return None


def _problem(pointer: str, what: str, fix: str) -> Problem:
    return Problem(ACCEPTED_NAME, pointer, what, fix)
