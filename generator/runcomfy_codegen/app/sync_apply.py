"""Write what was planned. Wherever it is cut short, each file is whole.

Retirements are written before files are deleted, and taken back before files are
written: a run that was cut short in between is finished by the next one.
"""

from collections.abc import Iterable
from pathlib import Path

from runcomfy_codegen.app.retirements import RETIRED_FILE, edit_retired
from runcomfy_codegen.app.sync_plan import Plan
from runcomfy_codegen.errors import CodegenError, StoreError
from runcomfy_codegen.output.files import refuse_links, unusable, write_file
from runcomfy_codegen.store.folder import overlay_path


def apply(schemas: Path, made: Plan, prune: bool) -> list[CodegenError]:
    """Bring the folder to what was planned. Returns what could not be written."""
    gone = made.gone if prune else {}
    _retire(schemas, made.returned, gone)
    errors: list[CodegenError] = []
    for path, content in made.writes.items():
        try:
            write_file(schemas, path, content)
        except StoreError as error:
            errors.append(error)
    for path in gone.values():
        # The overlay goes first: an overlay without its model is a Problem.
        _delete(schemas, overlay_path(path))
        _delete(schemas, path)
    return errors


def _retire(schemas: Path, come: Iterable[str], gone: Iterable[str]) -> None:
    come, gone = tuple(come), tuple(gone)
    if not come and not gone:
        return
    file = schemas / RETIRED_FILE
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, ValueError) as error:
        raise StoreError(
            str(file), f"cannot be read: {error}", "correct it and run again"
        ) from error
    edited = edit_retired(text, come, gone)
    if edited != text:
        write_file(schemas, RETIRED_FILE, edited.encode())


def _delete(schemas: Path, path: str) -> None:
    """Delete a file, and the folders that it leaves empty."""
    refuse_links(schemas, path)
    file = schemas / path
    try:
        file.unlink(missing_ok=True)
        for parent in list(file.parents)[: path.count("/")]:
            if any(parent.iterdir()):
                break
            parent.rmdir()
    except OSError as error:
        raise unusable(file, error) from error
