"""Bring the output folder to what was planned, and say what differs. The last stage.

Only files that this program wrote, and that still are as it wrote them, are ever
replaced or deleted. `manifest.json` records what was written; a journal beside it
tells of a run that was cut short, so that the next one knows its own files.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.ir import Drift, Written
from runcomfy_codegen.output.files import a_link, sweep, unusable, write_file
from runcomfy_codegen.progress import Progress, no_progress

MANIFEST = "manifest.json"
JOURNAL = ".manifest.journal.json"
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


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_tree(out: Path) -> Tree:
    """Read an output folder. Raises StoreError for one that cannot be read."""
    present = {}
    for path, file in _present(out):
        try:
            with open(file, "rb", buffering=0) as stream:
                present[path] = digest(stream.read())
        except OSError as error:
            raise unusable(out / path, error) from error
    manifest = _read_object(out / MANIFEST)
    known: dict[str, tuple[str, ...]] = {
        path: (value,) for path, value in _recorded_files(manifest)
    }
    for path, digests in _read_object(out / JOURNAL).items():
        if isinstance(digests, list):
            known[path] = (*known.get(path, ()), *map(str, digests))
    is_ours = manifest.get("seal") == _seal(manifest)
    return Tree(out, present, manifest if is_ours else {}, known)


def seal(manifest: dict[str, Any]) -> bytes:
    """Return the manifest's text, sealed: one that was edited or merged is not trusted."""
    whole = {**manifest, "seal": _seal(manifest)}
    return (json.dumps(whole, indent=1) + "\n").encode()


def _seal(manifest: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "seal"}
    return digest(json.dumps(rest).encode())


def compare(
    tree: Tree, expected: Mapping[str, str], partial: bool = False
) -> list[Drift]:
    """Return each file that is not as expected, in the order of the tree.

    A partial plan says nothing of the files that it lacks.
    """
    paths = {*expected} if partial else {*expected, *tree.present}
    drifts = []
    for path in sorted(paths, key=lambda path: path.split("/")):
        found = tree.present.get(path)
        if path not in expected:
            drifts.append(Drift(path, "orphaned"))
        elif found is None:
            drifts.append(Drift(path, "missing"))
        elif found != expected[path]:
            is_ours = path == MANIFEST or found in tree.known.get(path, ())
            drifts.append(Drift(path, "stale" if is_ours else "edited"))
    return drifts


def write(
    tree: Tree,
    contents: Mapping[str, bytes],
    expected: Mapping[str, str],
    force: bool = False,
    partial: bool = False,
    progress: Progress = no_progress,
) -> Written:
    """Bring a folder to what is expected. With `force`, hand edits are replaced too.

    Each file is replaced atomically, the manifest last. Files that a person edited
    are kept and reported, unless forced; files that nobody of ours wrote stay.
    """
    drifts = compare(tree, expected, partial)
    done: dict[str, list[str]] = {"created": [], "replaced": [], "deleted": []}
    kept: list[Drift] = []
    ready: set[str] = set()
    if drifts:
        _make(tree.out)
        write_file(tree.out, JOURNAL, _journal(tree.known, expected))
    ordered = sorted(drifts, key=lambda drift: drift.path == MANIFEST)
    for number, drift in enumerate(ordered, 1):
        if drift.state == "orphaned":
            if tree.present[drift.path] in tree.known.get(drift.path, ()):
                _delete(tree.out, drift.path)
                done["deleted"].append(drift.path)
            else:
                is_known = drift.path in tree.known
                kept.append(Drift(drift.path, "edited") if is_known else drift)
        elif drift.state == "edited" and not force:
            kept.append(drift)
        else:
            write_file(tree.out, drift.path, contents[drift.path], ready)
            state = "created" if drift.state == "missing" else "replaced"
            done[state].append(drift.path)
        progress("files written", number, len(ordered))
    if (tree.out / JOURNAL).exists():
        sweep(tree.out)
        (tree.out / JOURNAL).unlink()
    return Written(
        **{state: tuple(paths) for state, paths in done.items()}, kept=tuple(kept)
    )


def _recorded_files(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    models = manifest.get("models")
    records = models.values() if isinstance(models, dict) else ()
    for record in (manifest, *records):
        files = record.get("files") if isinstance(record, dict) else None
        if isinstance(files, dict):
            yield from ((path, str(value)) for path, value in files.items())


def _journal(
    known: Mapping[str, tuple[str, ...]], expected: Mapping[str, str]
) -> bytes:
    digests = {
        path: [*known.get(path, ()), *([expected[path]] if path in expected else [])]
        for path in sorted({*known, *expected})
    }
    return json.dumps(digests).encode()


def _read_object(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _present(folder: str | Path, below: str = "") -> Iterator[tuple[str, str]]:
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
            raise a_link(entry.path)
        if not (is_folder or entry.is_file()):  # a pipe would never end
            raise StoreError(entry.path, "is no file", "remove it and run again")
        if is_folder:
            yield from _present(entry.path, f"{below}{name}/")
        else:
            yield below + name, entry.path


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(out, error) from error


def _delete(out: Path, path: str) -> None:
    """Delete a file, and the folders that it leaves empty."""
    file = out / path
    try:
        file.unlink(missing_ok=True)
        for parent in list(file.parents)[: len(Path(path).parts) - 1]:
            if any(child.name != "__pycache__" for child in parent.iterdir()):
                break
            for cached in parent.rglob("*.pyc"):
                cached.unlink()
            for folder in [*parent.iterdir(), parent]:
                folder.rmdir()
    except OSError as error:
        raise unusable(file, error) from error
