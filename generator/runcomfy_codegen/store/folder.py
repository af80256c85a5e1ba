"""Read the bytes of a schema folder, and say where in it a model stands.

A file that cannot be read is a Problem of that file, and the others are read all the
same.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from runcomfy_codegen.digests import unix_lines
from runcomfy_codegen.errors import StoreError, UsageError
from runcomfy_codegen.ir import Json, Problem
from runcomfy_codegen.portable import portable
from runcomfy_codegen.resources import shipped
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.tables import (
    NAMES_NAME,
    RETIRED_NAME,
    SHOWN_NAME,
    parse_table,
    read_shown,
)
from runcomfy_codegen.walking import is_visible, walk

OVERLAY_SUFFIX = ".overlay.json"
SCHEMA_NAME = "stored-model.schema.json"
HISTORY_NAME = "history.json"
"""What the changelog remembers: see `history.py`."""
NOT_STORED = (SCHEMA_NAME, HISTORY_NAME)
"""The JSON files of the folder that are not stored models."""
MAX_BYTES = 16 * 2**20
"""The largest file that is read."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A schema folder as it was read: bytes by path, and the tables."""

    files: Mapping[str, bytes]
    """Stored models and overlays, in the order of their paths."""
    names: Mapping[str, Json]
    """`names.toml`: the Python names that a person chose."""
    retired: Mapping[str, Json]
    """`retired.toml`: models gone, and their successors."""
    problems: tuple[Problem, ...] = ()
    history: bytes = b""
    """`history.json`, if there is one."""
    shown: str = ""
    """`shown.toml`: the model that README and guides show."""

    def model_paths(self) -> Iterator[str]:
        """Yield the paths of the stored models."""
        return (path for path in self.files if not path.endswith(OVERLAY_SUFFIX))

    def model_files(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield the path of each stored model, its content, and that of its overlay."""
        for path in self.model_paths():
            yield path, self.files[path], self.files.get(overlay_path(path), b"")


def overlay_path(path: str) -> str:
    """Return where the overlay of a stored model stands."""
    return path.removesuffix(".json") + OVERLAY_SUFFIX


def path_of(model_id: str) -> str:
    """Return where a model is stored, relative to the schema folder.

    Raises ValueError for an id that would not be a path below it.
    """
    is_taken = f"{model_id}.json".endswith(OVERLAY_SUFFIX) or ".json/" in model_id
    if is_taken or not is_model_id(model_id):
        raise ValueError(f"{model_id!r} is not a model_id")
    return "/".join(map(portable, model_id.split("/"))) + ".json"


def is_model_id(text: str) -> bool:
    """Whether a text has the form of a model_id."""
    schema = parse_json(shipped(SCHEMA_NAME, "schemas").read_bytes())
    return re.search(schema["properties"]["model_id"]["pattern"], text) is not None


def in_order(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files in the order of their paths, each folder together."""
    return {path: files[path] for path in sorted(files, key=_by_parts)}


def _by_parts(path: str) -> list[str]:
    return path.split("/")


def read_folder(folder: Path) -> Folder:
    """Read the bytes of a schema folder, and its tables.

    Raises UsageError if there is no such folder, and StoreError if it cannot be listed.
    What is wrong with one file becomes a Problem of that file.
    """
    if not folder.is_dir():
        raise UsageError(
            str(folder), "there is no such folder", "give one with --schemas"
        )
    problems: list[Problem] = []
    files = {}
    for path in sorted(_stored_paths(folder), key=_by_parts):
        content = _read_file(folder, path, problems)
        if content is not None:
            files[path] = content
    names, retired = (
        parse_table(
            name, _read_file(folder, name, problems, is_optional=True), problems
        )
        for name in (NAMES_NAME, RETIRED_NAME)
    )
    problems += _ownerless_overlays(files, retired)
    history = _read_file(folder, HISTORY_NAME, problems, is_optional=True) or b""
    table = _read_file(folder, SHOWN_NAME, problems, is_optional=True)
    shown = read_shown(table, problems)
    return Folder(files, names, retired, tuple(problems), history, shown)


def _stored_paths(folder: Path) -> Iterator[str]:
    """Yield the path of each file that may be a stored model or an overlay."""

    def fail(error: OSError) -> None:
        raise StoreError(
            str(error.filename), str(error.strerror), "make it readable, or remove it"
        )

    start = len(os.path.join(folder, ""))
    for entry in walk(folder, is_visible, fail):
        path = entry.path[start:].replace(os.sep, "/")
        is_folder = entry.is_symlink() and os.path.isdir(entry.path)
        if path.endswith(".json") and path not in NOT_STORED and not is_folder:
            yield path


def _ownerless_overlays(
    files: Mapping[str, bytes], retired: Iterable[str]
) -> Iterator[Problem]:
    """Yield a Problem for each overlay beside which no stored model stands.

    That of a retired model waits for its return.
    """
    known = {*files, *_paths_of(retired)}
    overlays = [path for path in files if path.endswith(OVERLAY_SUFFIX)]
    for path in overlays:
        owner = path.removesuffix(OVERLAY_SUFFIX) + ".json"
        if owner not in known:
            what = f"there is no {owner} for this overlay"
            yield Problem(path, "", what, "add the model or delete the overlay")


def _paths_of(models: Iterable[str]) -> Iterator[str]:
    """Yield where models are stored; nothing for what is not a model_id."""
    for model_id in models:
        try:
            yield path_of(model_id)
        except ValueError:
            continue


def _read_file(
    folder: Path, path: str, problems: list[Problem], is_optional: bool = False
) -> bytes | None:
    """Return a file's content; None, and a Problem, if it cannot be read.

    That an optional one is not there is not a Problem.
    """
    file = folder / path
    try:
        if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
            raise ValueError("it is a link that leads out of the schema folder")
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would never end
            raise ValueError("it is not a file")
        with open(file, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    except (OSError, ValueError, RuntimeError) as error:
        if not (is_optional and isinstance(error, FileNotFoundError)):
            problems.append(unreadable(path, error))
        return None
    return unix_lines(content)


def unreadable(path: str, why: Exception | str) -> Problem:
    """Return the Problem of a file that cannot be read."""
    what = "it is nested too deeply" if isinstance(why, RecursionError) else why
    return Problem(path, "", f"cannot be read: {what}", "save the entry again")
