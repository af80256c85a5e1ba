"""Find the files that are shipped with the program, and read the templates."""

from collections.abc import Iterator
from pathlib import Path

from runcomfy_codegen import __version__
from runcomfy_codegen.digests import unix_lines
from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.ir import Templates
from runcomfy_codegen.portable import DEVICES

PACKAGE = Path(__file__).parent
RUNTIME = "runcomfy_models/"


def shipped(name: str, checkout_folder: str) -> Path:
    """Return the path of a data file: beside the package in a wheel, else in the checkout."""
    packaged = PACKAGE / name
    return (
        packaged if packaged.exists() else PACKAGE.parents[1] / checkout_folder / name
    )


def templates_folder() -> Path:
    """Return where the shipped templates are."""
    return shipped("templates", ".")


def load_templates(overrides: Path | None = None) -> Templates:
    """Read the shipped templates, and those of a folder that override them by path.

    Line ends become those that are written, as a checkout on Windows has others.
    """
    files = dict(_read_files(templates_folder()))
    if overrides is not None:
        if not overrides.is_dir():
            raise UsageError(
                str(overrides), "there is no such folder", "give one with --templates"
            )
        own = dict(_read_files(overrides))
        if own and files.keys().isdisjoint(own):
            what = "none of its files has the path of a shipped template"
            raise UsageError(str(overrides), what, f"see {templates_folder()}")
        files |= own
    return Templates(dict(sorted(files.items())), __version__)


def _read_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each template with its path, without what running their Python left."""
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        leftover = any(part == "__pycache__" or part[0] == "." for part in below.parts)
        if path.is_file() and not leftover:
            yield below.as_posix(), unix_lines(path.read_bytes())


def runtime_names(templates: Templates) -> frozenset[str]:
    """Return the names in the package that no vendor may have."""
    names = {"find", "load", "models", *DEVICES}
    for path in templates.files:
        if path.startswith(RUNTIME):
            first = path.removeprefix(RUNTIME).partition("/")[0]
            names.add(first.partition(".")[0])
    return frozenset(names)
