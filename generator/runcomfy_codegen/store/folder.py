"""Read the schema folder: stored models, overlays, names and retirements."""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from runcomfy_codegen.errors import StoreError, UsageError
from runcomfy_codegen.ir import Json, Problem, StoredModel
from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.strict_json import parse_json

OVERLAY_SUFFIX = ".overlay.json"
SCHEMA_NAME = "stored-model.schema.json"
HISTORY_NAME = "history.json"
"""What the changelog remembers: see `changelog.py`."""
MAX_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Store:
    """Everything in a schema folder."""

    models: tuple[StoredModel, ...]
    names: Mapping[str, Json] = field(default_factory=dict)
    """`names.toml`: the Python names that a person chose."""
    retired: Mapping[str, Json] = field(default_factory=dict)
    """`retired.toml`: models gone, and their successors."""
    problems: tuple[Problem, ...] = ()


def shipped(name: str, checkout_folder: str) -> Path:
    """Return the path of a data file: beside the package in a wheel, else in the checkout."""
    packaged = Path(__file__).parents[1] / name
    if packaged.exists():
        return packaged
    return Path(__file__).parents[3] / checkout_folder / name


@dataclass(frozen=True, slots=True)
class Folder:
    """A schema folder as it was read: bytes by path, and the tables."""

    files: Mapping[str, bytes]
    """Stored models and overlays, in the order of their paths."""
    names: Mapping[str, Json]
    retired: Mapping[str, Json]
    problems: tuple[Problem, ...]
    history: bytes = b""
    """`history.json`, if there is one."""

    def model_paths(self) -> Iterator[str]:
        """Yield the paths of the stored models."""
        return (path for path in self.files if not path.endswith(OVERLAY_SUFFIX))


def read(folder: Path) -> Folder:
    """Read the bytes of a schema folder, and its tables.

    Raises UsageError if there is no such folder, and StoreError if it cannot be read.
    What is wrong with one file becomes a Problem of that file.
    """
    if not folder.is_dir():
        raise UsageError(
            str(folder), "there is no such folder", "give one with --schemas"
        )
    problems: list[Problem] = []
    files = {}
    for path in sorted(_json_files(folder), key=lambda path: path.split("/")):
        content = _read_file(folder, path, problems)
        if content is not None:
            files[path] = content
    for path in files:
        owner = path.removesuffix(OVERLAY_SUFFIX) + ".json"
        if path.endswith(OVERLAY_SUFFIX) and owner not in files:
            what = f"there is no {owner} for this overlay"
            problems.append(
                Problem(path, "", what, "add the model or delete the overlay")
            )
    names = _read_toml(folder, "names.toml", problems)
    retired = _read_toml(folder, "retired.toml", problems)
    history = _read_file(folder, HISTORY_NAME, problems, is_optional=True) or b""
    return Folder(files, names, retired, tuple(problems), history)


def overlay_path(path: str) -> str:
    """Return where the overlay of a stored model stands."""
    return path.removesuffix(".json") + OVERLAY_SUFFIX


def parse(folder: Folder, paths: Iterable[str] | None = None) -> Store:
    """Parse the stored models at some paths, or all of them."""
    problems = list(folder.problems)
    models = []
    for path in folder.model_paths() if paths is None else paths:
        entry = _parse_object(path, folder.files[path], problems)
        place = overlay_path(path)
        overlay = None
        if place in folder.files:
            overlay = _parse_object(place, folder.files[place], problems)
        if entry is None:
            continue
        invalid = list(violations(path, entry))
        if overlay and not invalid:
            invalid = list(violations(place, _patched(entry, overlay)))
        problems += invalid
        if not invalid:
            models.append(StoredModel(path, entry, overlay, place))
    return Store(tuple(models), folder.names, folder.retired, tuple(problems))


def _json_files(folder: Path) -> Iterator[str]:
    def fail(error: OSError) -> None:
        raise StoreError(
            str(error.filename), str(error.strerror), "make it readable, or remove it"
        )

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = os.path.relpath(parent, folder).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        for name in names:
            if name.endswith(".json") and prefix + name not in (
                SCHEMA_NAME,
                HISTORY_NAME,
            ):
                yield prefix + name


def _read_file(
    folder: Path, path: str, problems: list[Problem], is_optional: bool = False
) -> bytes | None:
    file = folder / path
    try:
        if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
            raise ValueError("it is a link that leads out of the schema folder")
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would never end
            raise ValueError("it is no file")
        with open(file, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    except (OSError, ValueError, RuntimeError) as error:
        if not (is_optional and isinstance(error, FileNotFoundError)):
            problems.append(_unreadable(path, error))
        return None
    return content


def _parse_object(
    path: str, content: bytes, problems: list[Problem]
) -> dict[str, Any] | None:
    try:
        parsed = parse_json(content)
    except (ValueError, RecursionError) as error:
        problems.append(_unreadable(path, error))
        return None
    if isinstance(parsed, dict):
        return parsed
    problems.append(_unreadable(path, "it holds no JSON object"))
    return None


def _unreadable(path: str, why: Exception | str) -> Problem:
    what = "it is nested too deeply" if isinstance(why, RecursionError) else why
    return Problem(path, "", f"cannot be read: {what}", "save the entry again")


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    schema = parse_json(shipped(SCHEMA_NAME, "schemas").read_bytes())
    return Draft202012Validator(schema)


def violations(path: str, entry: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a Problem for each way in which an entry is not as stored models are."""
    for error in _validator().iter_errors(entry):
        pointer = pointer_to(error.path)
        yield Problem(
            path,
            pointer,
            f"is not as a stored model should be: {_short(error.message)}",
            "correct it at its source and add it again, or in an overlay",
        )


def _patched(entry: Mapping[str, Json], overlay: Mapping[str, Json]) -> dict[str, Json]:
    """Return an entry as an overlay leaves it, in so far as `violations` looks at it."""
    whole = {**entry, **overlay}
    return {k: v for k, v in whole.items() if k not in overlay or v is not None}


def _short(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:120]} … {message[-70:]}"


def _read_toml(folder: Path, name: str, problems: list[Problem]) -> dict[str, Any]:
    content = _read_file(folder, name, problems, is_optional=True)
    try:
        table = tomllib.loads((content or b"").decode("utf-8"))
        json.dumps(table, default=_no_date)
    except (ValueError, RecursionError) as error:
        problems.append(
            Problem(name, "", f"cannot be read: {error}", "correct the TOML")
        )
        return {}
    return table


def _no_date(value: object) -> None:
    raise ValueError(f"{value} is a date or a time, and no text")


def path_of(model_id: str) -> str:
    """Return where a model is stored, relative to the schema folder.

    Raises ValueError for an id that would be no path below it.
    """
    pattern = parse_json(shipped(SCHEMA_NAME, "schemas").read_bytes())
    is_id = re.search(pattern["properties"]["model_id"]["pattern"], model_id)
    is_taken = f"{model_id}.json".endswith(OVERLAY_SUFFIX) or ".json/" in model_id
    if not is_id or is_taken:
        raise ValueError(f"{model_id!r} is no model_id")
    return f"{model_id}.json"


def dump_json(content: Json) -> bytes:
    """Return JSON as this project writes it: two spaces, keys in their own order."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
