"""Read a schema folder as it stands, or as a git revision has it."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.ir import Problem
from runcomfy_codegen.store.folder import NOT_STORED, Folder, in_order, read_folder
from runcomfy_codegen.store.tables import NAMES_NAME, RETIRED_NAME, parse_table

SECONDS = 60
"""How long git may take."""


class _GitError(Exception):
    """What git says when it refuses, or why it cannot be run."""


def read_revision(name: str, schemas: Path) -> Folder:
    """Read a folder, or else the schemas of a git revision, into memory.

    A revision is what git takes for one (`HEAD~1`, a tag), with the path of the schema
    folder or without: `v1.0:schemas`. Raises UsageError, with what git says, if there is
    neither.
    """
    if Path(name).is_dir():
        return read_folder(Path(name))
    try:
        tree = _resolve(name, schemas)
        # In a folder below the top, `git archive` would archive that folder alone.
        top = _git("rev-parse", "--show-toplevel").decode().rstrip("\n") or "."
        archive = _git("-C", top, "archive", "--format=tar", tree)
    except _GitError as error:
        raise UsageError(
            name,
            "there is no such folder, and no such git revision with schemas in it "
            f"(git: {error})",
            f"give a folder, a revision that has {schemas.as_posix()}, or REV:PATH",
        ) from error
    return _folder(_unpack(archive))


def uncommitted(folders: Iterable[Path]) -> list[str]:
    """Return the files in some folders that git has not committed as they are.

    Nothing where there is no repository, or no git.
    """
    places = map(str, filter(Path.exists, folders))
    try:
        status = _git("status", "--porcelain", "-z", "--", *places)
    except _GitError:
        return []
    text = status.decode("utf-8", "replace")
    entries = text.rstrip("\0").split("\0")
    names = (entry[3:] for entry in entries)
    return [name for name in names if name]


def conflicts(folder: Path) -> list[Path]:
    """Return the files that a merge left in conflict, in the repository of a folder.

    Raises UsageError where there is none.
    """
    place = str(folder.resolve().parent)
    try:
        top = _git("-C", place, "rev-parse", "--show-toplevel").decode().rstrip("\n")
        listed = _git("-C", top, "diff", "--name-only", "--diff-filter=U", "-z")
    except _GitError as error:
        what = f"it is not in a git repository (git: {error})"
        raise UsageError(str(folder), what, "run it where the merge was") from error
    names = listed.decode("utf-8", "surrogateescape").split("\0")
    return sorted(Path(top).resolve() / name for name in names if name)


def stage(folder: Path) -> None:
    """Stage all that is in a folder. Raises UsageError if git refuses."""
    try:
        _git("-C", str(folder.resolve()), "add", "--all", "--", ".")
    except _GitError as error:
        fix = f"stage {folder.as_posix()} yourself"
        raise UsageError(str(folder), f"git: {error}", fix) from error


def _resolve(name: str, schemas: Path) -> str:
    """Return the id of what a revision has for schemas. Raises _GitError."""
    if name.startswith("-"):  # --end-of-options is too new for many a git
        raise _GitError("a revision does not begin with a hyphen")
    if ":" not in name:
        below = schemas.as_posix()
        if schemas.is_absolute():
            below = Path(os.path.relpath(schemas.resolve(), Path.cwd())).as_posix()
        name = f"{name}:./{below}"
    name = name.rstrip("/")
    _git("cat-file", "-e", name)  # it says what is wrong, as rev-parse does not
    return _git("rev-parse", "--verify", name).decode().strip()


def _git(*arguments: str) -> bytes:
    """Return what git answers. Raises _GitError if it refuses, or if there is no git."""
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise _GitError("it is not installed") from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise _GitError(str(error)) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise _GitError(said.removeprefix("fatal: ") or f"exit {done.returncode}")
    return done.stdout


def _unpack(archive: bytes) -> dict[str, bytes]:
    """Return the files in a tar archive, by path."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None:
                files[member.name] = content.read()
    return files


def _folder(files: Mapping[str, bytes]) -> Folder:
    """Return the schema folder that some files are."""
    problems: list[Problem] = []
    stored = {path: files[path] for path in files if _is_stored(path)}
    names, retired = (
        parse_table(name, files.get(name), problems)
        for name in (NAMES_NAME, RETIRED_NAME)
    )
    return Folder(in_order(stored), names, retired, tuple(problems))


def _is_stored(path: str) -> bool:
    """Whether a file of the folder is a stored model or an overlay."""
    folders = PurePosixPath(path).parts[:-1]
    is_hidden = any(folder.startswith(".") for folder in folders)
    return path.endswith(".json") and path not in NOT_STORED and not is_hidden
