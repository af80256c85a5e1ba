"""Bring the output folder to what was rendered, and say what differs. The last stage.

Only files that this program wrote, and that still are as it wrote them, are ever
replaced or deleted. `manifest.json` records what was written; a journal beside it
tells of a run that was cut short, so that the next one knows its own files.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from runcomfy_codegen.atomic import refuse_links, unusable, write_file
from runcomfy_codegen.ir import Drift, OutputFile, Written

MANIFEST = "manifest.json"
JOURNAL = ".manifest.journal.json"
NOT_OURS = ("__pycache__", "site")
"""Folders that tools leave in a generated tree. Hidden ones are passed over too."""


def manifest(
    files: Iterable[OutputFile],
    made_from: Mapping[str, Any],
    inputs: Mapping[str, str],
    recorded: Mapping[str, Any],
) -> OutputFile:
    """Return the manifest of a tree: what it was made from, and each file's hash.

    `inputs` is the hash of each model's inputs; what is not among the files is taken
    over as it was recorded.
    """
    made: dict[str, dict[str, str]] = {}
    shared: dict[str, str] = {}
    for file in files:
        owner = made.setdefault(file.model_id, {}) if file.model_id else shared
        owner[file.path] = digest(file.content)
    models = {
        model_id: (
            {"inputs": inputs[model_id], "files": made[model_id]}
            if model_id in made
            else recorded[model_id]
        )
        for model_id in sorted(inputs)
        if model_id in made or model_id in recorded
    }
    content = {**made_from, "models": models, "files": shared}
    return OutputFile(MANIFEST, (json.dumps(content, indent=1) + "\n").encode())


def recorded_models(out: Path) -> dict[str, Any]:
    """Return what the manifest in a folder says of each model."""
    models = _read_json(out, MANIFEST).get("models")
    return models if isinstance(models, dict) else {}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def compare(
    out: Path, files: Iterable[OutputFile], partial: bool = False
) -> list[Drift]:
    """Return each file that is not as rendered, in the order of the tree.

    A partial tree says nothing of the files that it lacks.
    """
    wanted = {file.path: file.content for file in files}
    known = _known(out)
    paths = {*wanted} if partial else {*wanted, *_present(out)}
    drifts = []
    for path in sorted(paths, key=lambda path: path.split("/")):
        content = _read(out, path)
        if path not in wanted:
            drifts.append(Drift(path, "orphaned"))
        elif content is None:
            drifts.append(Drift(path, "missing"))
        elif content != wanted[path]:
            ours = digest(content) in known.get(path, ()) or path == MANIFEST
            drifts.append(Drift(path, "stale" if ours else "edited"))
    return drifts


def write(
    out: Path,
    files: Iterable[OutputFile],
    force: bool = False,
    partial: bool = False,
) -> Written:
    """Bring a folder to what was rendered. With `force`, hand edits are replaced too.

    Each file is replaced atomically, the manifest last. Files that a person edited
    are kept and reported, unless forced; files that nobody of ours wrote stay.
    """
    files = tuple(files)
    wanted = {file.path: file.content for file in files}
    known = _known(out)
    drifts = compare(out, files, partial)
    touched = [d for d in drifts if d.state != "edited" or force]
    kept = [d for d in drifts if d.state == "edited" and not force]
    done: dict[str, list[str]] = {"created": [], "replaced": [], "deleted": []}
    if drifts:
        _check_writable(out)
        write_file(out, JOURNAL, _journal(known, wanted))
    for drift in sorted(touched, key=lambda drift: drift.path == MANIFEST):
        if drift.state == "orphaned":
            content = _read(out, drift.path)
            if content is None or digest(content) in known.get(drift.path, ()):
                _delete(out, drift.path)
                done["deleted"].append(drift.path)
            else:
                kept.append(
                    Drift(drift.path, "edited" if drift.path in known else "orphaned")
                )
            continue
        write_file(out, drift.path, wanted[drift.path])
        done["created" if drift.state == "missing" else "replaced"].append(drift.path)
    (out / JOURNAL).unlink(missing_ok=True)
    return Written(
        **{state: tuple(paths) for state, paths in done.items()},
        kept=tuple(kept),
        unchanged=len(wanted) - len([d for d in drifts if d.state != "orphaned"]),
    )


def _known(out: Path) -> dict[str, tuple[str, ...]]:
    """Return the hashes under which each file may be ours: the manifest's and the journal's."""
    known: dict[str, tuple[str, ...]] = {}
    recorded = _read_json(out, MANIFEST)
    tables = [recorded.get("files")]
    models = recorded.get("models")
    if isinstance(models, dict):
        tables += [m.get("files") for m in models.values() if isinstance(m, dict)]
    for table in tables:
        if isinstance(table, dict):
            known |= {path: (str(value),) for path, value in table.items()}
    for path, hashes in _read_json(out, JOURNAL).items():
        if isinstance(hashes, list):
            known[path] = (*known.get(path, ()), *map(str, hashes))
    return known


def _journal(
    known: Mapping[str, tuple[str, ...]], wanted: Mapping[str, bytes]
) -> bytes:
    paths = sorted({*known, *wanted})
    new = {path: [digest(wanted[path])] if path in wanted else [] for path in paths}
    return json.dumps({p: [*known.get(p, ()), *new[p]] for p in paths}).encode()


def _read_json(out: Path, path: str) -> dict[str, Any]:
    try:
        content = json.loads(_read(out, path) or b"{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _present(out: Path) -> Iterator[str]:
    """Yield every file in the output folder that is not a tool's leftover."""
    for parent, folders, names in os.walk(out):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_OURS
            and not name.startswith(".")
            and not name.endswith(".egg-info")
        )
        for name in names:
            if not name.startswith("."):
                yield Path(parent, name).relative_to(out).as_posix()


def _read(out: Path, path: str) -> bytes | None:
    file = out / path
    refuse_links(out, path)
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unusable(file, error) from error


def _check_writable(out: Path) -> None:
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
            leftovers = [p for p in parent.iterdir() if p.name != "__pycache__"]
            if leftovers:
                break
            for cached in parent.rglob("*.pyc"):
                cached.unlink()
            for folder in [*parent.iterdir(), parent]:
                folder.rmdir()
    except OSError as error:
        raise unusable(file, error) from error
