"""Parse stored models and their overlays, and say where one is not as it should be."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from runcomfy_codegen.ir import Json, Problem, StoredModel
from runcomfy_codegen.resources import shipped
from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.folder import SCHEMA_NAME, Folder, overlay_path, unreadable

LONGEST_MESSAGE = 200
EMPTY: tuple[Json, ...] = (None, "", [], {})
"""What says nothing."""


@dataclass(frozen=True, slots=True)
class Store:
    """The stored models of a schema folder, and what is wrong with the folder."""

    models: tuple[StoredModel, ...]
    problems: tuple[Problem, ...] = ()


def parse_models(folder: Folder, paths: Iterable[str] | None = None) -> Store:
    """Parse the stored models at some paths of a folder, or all of them.

    One that is not as a stored model should be is left out, and is a Problem. So is all
    that was wrong when the folder was read.
    """
    problems = list(folder.problems)
    models = []
    for path in folder.model_paths() if paths is None else paths:
        model = _parse_model(folder, path, problems)
        if model is not None:
            models.append(model)
    return Store(tuple(models), tuple(problems))


def _parse_model(
    folder: Folder, path: str, problems: list[Problem]
) -> StoredModel | None:
    """Return a stored model with its overlay; None, and Problems, if it is not one."""
    entry = _parse_object(folder, path, problems)
    place = overlay_path(path)
    overlay = None
    if place in folder.files:
        overlay = _parse_object(folder, place, problems)
    if entry is None:
        return None
    invalid = [*violations(path, entry)]
    if overlay and not invalid:
        patched = _patched(entry, overlay)
        invalid = [*violations(place, patched)]
    problems += invalid
    if invalid:
        return None
    return StoredModel(path, entry, overlay, place)


def _parse_object(
    folder: Folder, path: str, problems: list[Problem]
) -> dict[str, Any] | None:
    """Return the JSON object in a file; None, and a Problem, if it holds none."""
    try:
        parsed = parse_json(folder.files[path])
    except (ValueError, RecursionError) as error:
        problems.append(unreadable(path, error))
        return None
    if isinstance(parsed, dict):
        return parsed
    problems.append(unreadable(path, "it does not hold a JSON object"))
    return None


def _patched(entry: Mapping[str, Json], overlay: Mapping[str, Json]) -> dict[str, Json]:
    """Return an entry as an overlay leaves it, in so far as `violations` looks at it."""
    patched = dict(entry)
    for key, value in overlay.items():
        if value is None:
            patched.pop(key, None)
        else:
            patched[key] = value
    return patched


def violations(path: str, entry: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a Problem for each way in which an entry is not as stored models are."""
    for error in _validator().iter_errors(entry):
        yield Problem(
            path,
            pointer_to(error.path),
            f"is not as a stored model should be: {_shortened(error.message)}",
            "correct it at its source and add it again, or in an overlay",
        )


@cache  # of a shipped file, so the same in every run
def _validator() -> Any:
    from jsonschema import Draft202012Validator  # slow to import

    schema = parse_json(shipped(SCHEMA_NAME, "schemas").read_bytes())
    return Draft202012Validator(schema)


def _shortened(message: str) -> str:
    """Return the beginning and the end of a message that quotes a whole schema."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    return f"{message[:120]} … {message[-70:]}"


def merged_entry(
    stored: Mapping[str, Json], published: Mapping[str, Json]
) -> dict[str, Json]:
    """Return a stored entry with what was published of it anew.

    What is published wins, unless it says nothing: a page may have said more. Keys that
    it does not have are kept.
    """
    merged = dict(stored)
    for key, value in published.items():
        says_nothing = value in EMPTY
        if says_nothing and key in stored:
            continue
        merged[key] = value
    return merged


def dump_json(content: Json) -> bytes:
    """Return JSON as this project writes it: two spaces, keys in their own order."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
