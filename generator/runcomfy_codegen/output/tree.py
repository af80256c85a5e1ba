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
    JOURNAL,
    is_trusted,
    read_journal,
    read_manifest,
    recorded_files,
)

CACHES = ("__pycache__",)
SITE = "site"
"""Where a site may be built: at the top of the tree alone, for a vendor may have the name."""
DESKTOP = ".DS_Store"


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
    was_cut_short: bool = False
    """Whether a run that wrote to it did not come to its end."""

    @property
    def recorded(self) -> Mapping[str, Any]:
        """What the manifest says of each model."""
        models: Mapping[str, Any] = self.manifest.get("models", {})
        return models

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        return (self.out / path).read_bytes()


def read_tree(out: Path, hidden: bool = False) -> Tree:
    """Read an output folder. Raises StoreError for one that cannot be read.

    `hidden` tells of hidden files too, which some tools read.
    """
    present = {}
    for path, file in _files(out, hidden):
        try:
            with open(file, "rb", buffering=0) as stream:
                present[path] = digest(stream.read())
        except OSError as error:
            raise system_error(out / path, error) from error
    manifest = read_manifest(out)
    known = {path: (recorded,) for path, recorded in recorded_files(manifest)}
    for path, digests in read_journal(out).items():
        known[path] = (*known.get(path, ()), *digests)
    trusted = manifest if is_trusted(manifest) else {}
    return Tree(out, present, trusted, known, (out / JOURNAL).exists())


def _files(
    folder: str | Path, hidden: bool, below: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield every file that is not a tool's leftover, by its path below and as it is."""
    for entry in _entries(folder):
        name = entry.name
        if _is_leftover(entry, hidden, is_top=not below):
            continue
        if entry.is_symlink():
            raise link_error(entry.path)
        if entry.is_dir():
            yield from _files(entry.path, hidden, f"{below}{name}/")
        elif entry.is_file():
            yield below + name, entry.path
        else:  # a pipe would never end
            raise StoreError(entry.path, "is not a file", "remove it and run again")


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """Return what stands in a folder, in order; nothing if it is not there."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise system_error(Path(folder), error) from error


def _is_leftover(entry: os.DirEntry[str], hidden: bool, is_top: bool) -> bool:
    """Whether a tool leaves such a thing in a tree, and no run writes it."""
    name = entry.name
    is_folder = entry.is_dir()
    if name.startswith("."):
        return is_folder or not hidden or name in (JOURNAL, DESKTOP)
    if is_folder:
        is_site = is_top and name == SITE
        return is_site or name in CACHES or name.endswith(".egg-info")
    return False
