"""Find and read the templates."""

from collections.abc import Iterator
from pathlib import Path

from runcomfy_codegen import __version__
from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.ir import Templates
from runcomfy_codegen.store.folder import shipped

RUNTIME = "runcomfy_models/"


def load_templates(overrides: Path | None = None) -> Templates:
    """Read the shipped templates, and those of a folder that override them by path."""
    files = dict(_read_files(templates_folder()))
    if overrides is not None:
        if not overrides.is_dir():
            raise UsageError(
                str(overrides), "there is no such folder", "give one with --templates"
            )
        files |= dict(_read_files(overrides))
    return Templates(dict(sorted(files.items())), __version__)


def templates_folder() -> Path:
    """Return where the shipped templates are."""
    return shipped("templates", ".")


def _read_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        # What came from running the templates' Python is not a template.
        leftover = any(part == "__pycache__" or part[0] == "." for part in below.parts)
        if path.is_file() and not leftover:
            yield below.as_posix(), path.read_bytes()


def runtime_names(templates: Templates) -> set[str]:
    """Return the names in the package that are the runtime's own."""
    names = {"find", "load", "models"}
    for path in templates.files:
        if path.startswith(RUNTIME):
            first = path.removeprefix(RUNTIME).partition("/")[0]
            names.add(first.partition(".")[0])
    return names
