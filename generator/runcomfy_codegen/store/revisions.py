"""Read a schema folder as it stands, or as a git revision has it."""

import io
import os
import subprocess
import tarfile
import tomllib
from pathlib import Path, PurePosixPath

from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.ir import Json, Problem
from runcomfy_codegen.store.folder import HISTORY_NAME, SCHEMA_NAME, Folder, read

SECONDS = 60


def read_revision(name: str, schemas: Path) -> Folder:
    """Read a folder, or else the schemas of a git revision, into memory.

    A revision is what git takes for one (`HEAD~1`, a tag), with the path of the schema
    folder or without: `v1.0:schemas`. Raises UsageError if there is neither.
    """
    if Path(name).is_dir():
        return read(Path(name))
    tree = _resolve(name, schemas)
    # In a folder below the top, `git archive` would archive that folder alone.
    archive = tree and _git("-C", _top(), "archive", "--format=tar", tree)
    if not archive:
        raise UsageError(
            name,
            "there is no such folder, and no such git revision with schemas in it",
            f"give a folder, a revision that has {schemas.as_posix()}, or REV:PATH",
        )
    return _folder(_files(archive))


def _resolve(name: str, schemas: Path) -> str:
    """Return the id of what a revision has for schemas; empty if it has nothing."""
    if name.startswith("-"):  # --end-of-options is too new for many a git
        return ""
    if ":" not in name:
        below = schemas.as_posix()
        if schemas.is_absolute():
            below = os.path.relpath(schemas.resolve(), Path.cwd())
        name = f"{name}:./{below}"
    found = _git("rev-parse", "--verify", "--quiet", name.rstrip("/"))
    return found.decode().strip() if found else ""


def _top() -> str:
    """Return the top folder of the work tree, or this one."""
    found = _git("rev-parse", "--show-toplevel")
    return found.decode().rstrip("\n") if found else "."


def _git(*arguments: str) -> bytes | None:
    """Return what git says; None if it refuses, or if there is no git."""
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _files(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            member.name: content.read()
            for member in tar
            if member.isfile() and (content := tar.extractfile(member)) is not None
        }


def _folder(files: dict[str, bytes]) -> Folder:
    problems: list[Problem] = []
    stored = {
        path: files[path]
        for path in sorted(files, key=lambda path: path.split("/"))
        if path.endswith(".json")
        and path not in (SCHEMA_NAME, HISTORY_NAME)
        and not _hidden(path)
    }
    names, retired = (
        _toml(files, f"{table}.toml", problems) for table in ("names", "retired")
    )
    return Folder(stored, names, retired, tuple(problems))


def _hidden(path: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(path).parts[:-1])


def _toml(files: dict[str, bytes], name: str, problems: list[Problem]) -> Json:
    try:
        return tomllib.loads(files.get(name, b"").decode())
    except ValueError as error:
        what = f"cannot be read: {error}"
        problems.append(Problem(name, "", what, "correct the TOML"))
        return {}
