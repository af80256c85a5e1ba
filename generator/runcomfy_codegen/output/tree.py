"""Read an output folder: what is there, and what of it is ours."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runcomfy_codegen.atomic import link_error, system_error
from runcomfy_codegen.digests import digest
from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.output.manifest import (
    is_trusted,
    read_journal,
    read_manifest,
    recorded_files,
)

NOT_OURS = ("__pycache__", "site")
"""Folders that tools leave in a generated tree. Hidden ones are passed over too."""


@dataclass(frozen=True, slots=True)
class Tree:
    """An output folder as it stands."""

    out: Path
    present: Mapping[str, str]
    """The digest of each file."""
    manifest: Mapping[str, Any]
    """What was recorded; empty if it is missing, or not as we left it."""
    known: Mapping[str, tuple[str, ...]]
    """The digests under which each file may be ours: the manifest's and the journal's."""

    @property
    def recorded(self) -> Mapping[str, Any]:
        """What the manifest says of each model."""
        models: Mapping[str, Any] = self.manifest.get("models", {})
        return models

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        return (self.out / path).read_bytes()


def read_tree(out: Path) -> Tree:
    """Read an output folder. Raises StoreError for one that cannot be read."""
    present = {}
    for path, file in _files(out):
        try:
            with open(file, "rb", buffering=0) as stream:
                present[path] = digest(stream.read())
        except OSError as error:
            raise system_error(out / path, error) from error
    manifest = read_manifest(out)
    known = {path: (recorded,) for path, recorded in recorded_files(manifest)}
    for path, digests in read_journal(out).items():
        known[path] = (*known.get(path, ()), *digests)
    return Tree(out, present, manifest if is_trusted(manifest) else {}, known)


def _files(folder: str | Path, below: str = "") -> Iterator[tuple[str, str]]:
    """Yield every file that is not a tool's leftover, by its path below and as it is."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        is_folder = entry.is_dir()
        if is_folder and (name in NOT_OURS or name.endswith(".egg-info")):
            continue
        if entry.is_symlink():
            raise link_error(entry.path)
        if is_folder:
            yield from _files(entry.path, f"{below}{name}/")
        elif entry.is_file():
            yield below + name, entry.path
        else:  # a pipe would never end
            raise StoreError(entry.path, "is not a file", "remove it and run again")
