"""Read an output folder: what is there, and what of it is ours."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runcomfy_codegen.atomic import TEMPORARY, link_error, system_error
from runcomfy_codegen.digests import digest
from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.output.manifest import (
    JOURNAL,
    is_trusted,
    read_journal,
    read_manifest,
    recorded_files,
)
from runcomfy_codegen.walking import Entry, is_visible, walk

CACHES = ("__pycache__",)
SITE = "site"
"""Where a site may be built: at the top of the tree alone, for a vendor may have the name."""
DESKTOP = ".DS_Store"
UNSEEN = (JOURNAL, DESKTOP)
"""What is not part of a tree: a run's own journal, and what a desktop leaves."""


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
    half_written: list[str] = []
    for path, file in tree_files(out, hidden, half_written):
        try:
            with open(file, "rb", buffering=0) as stream:
                present[path] = digest(stream.read())
        except OSError as error:
            raise system_error(out / path, error) from error
    manifest = read_manifest(out, len(present))
    trusted = manifest if is_trusted(manifest) else {}
    known = _known_digests(out, manifest, present)
    was_cut_short = bool(half_written) or (out / JOURNAL).exists()
    return Tree(out, present, trusted, known, was_cut_short)


def _known_digests(
    out: Path, manifest: Mapping[str, Any], present: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the digests under which each file may be ours."""
    known: dict[str, tuple[str, ...]] = {}
    for path, recorded in recorded_files(manifest):
        known[path] = (recorded,)
    for path, digests in read_journal(out, present).items():
        known[path] = (*known.get(path, ()), *digests)
    return known


def tree_files(
    folder: Path, hidden: bool = False, half_written: list[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield every file that is not a tool's leftover, by its path below and as it is.

    What a run that was killed was just writing goes to `half_written`. Raises StoreError
    for a folder that cannot be listed, and for what is not a file of ours: a link, or a
    pipe, which would never end.
    """
    top = os.path.join(folder, "")

    def is_entered(entry: Entry) -> bool:
        return is_visible(entry) and not _is_of_a_tool(entry, top)

    for entry in walk(folder, is_entered, _failed):
        if entry.name.endswith(TEMPORARY):
            if half_written is not None:
                half_written.append(entry.path)
            continue
        is_shown = hidden or is_visible(entry)
        if entry.name in UNSEEN or not is_shown:
            continue
        if entry.is_symlink():
            raise link_error(entry.path)
        if not entry.is_file():
            raise StoreError(entry.path, "is not a file", "remove it and run again")
        yield entry.path[len(top) :].replace(os.sep, "/"), entry.path


def _failed(error: OSError) -> None:
    """Raise that a folder cannot be listed; one that is not there holds nothing."""
    if not isinstance(error, FileNotFoundError):
        raise system_error(Path(error.filename), error) from error


def _is_of_a_tool(entry: Entry, top: str) -> bool:
    """Whether a folder is a built site, or what tools leave beside their sources."""
    if entry.path == top + SITE or entry.name in CACHES:
        return True
    return entry.name.endswith(".egg-info")
