"""Write what a sync planned. Wherever it is cut short, each file is whole.

Retirements are written before files are deleted, and taken back before files are
written: a run that was cut short in between is finished by the next one.
"""

from collections.abc import Collection
from pathlib import Path

from runcomfy_codegen.app.sync_plan import SyncPlan
from runcomfy_codegen.atomic import delete_file, write_file
from runcomfy_codegen.errors import CodegenError, StoreError
from runcomfy_codegen.store.folder import overlay_path
from runcomfy_codegen.store.tables import RETIRED_NAME, edit_retired


def apply_sync(schemas: Path, made: SyncPlan, prune: bool) -> list[CodegenError]:
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
        delete_file(schemas, overlay_path(path))
        delete_file(schemas, path)
    return errors


def _retire(schemas: Path, returned: Collection[str], gone: Collection[str]) -> None:
    """Take models that are published again out of the retired ones, and add others."""
    if not returned and not gone:
        return
    file = schemas / RETIRED_NAME
    try:
        text = file.read_text("utf-8") if file.exists() else ""
    except (OSError, ValueError) as error:
        raise StoreError(
            str(file), f"cannot be read: {error}", "correct it and run again"
        ) from error
    edited = edit_retired(text, returned, gone)
    if edited != text:
        write_file(schemas, RETIRED_NAME, edited.encode())
