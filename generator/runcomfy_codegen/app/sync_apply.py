"""Write what a sync planned. Wherever it is cut short, each file is whole.

Retirements are written before files are deleted, and taken back before files are
written: a run that was cut short in between is finished by the next one.
"""

from collections.abc import Collection
from pathlib import Path

from runcomfy_codegen.app.sync_plan import SyncPlan
from runcomfy_codegen.atomic import delete_file, write_file
from runcomfy_codegen.errors import CodegenError, StoreError
from runcomfy_codegen.store.listed import LISTED_NAME, dump_listed, read_listed
from runcomfy_codegen.store.tables import RETIRED_NAME, edit_retired


def apply_sync(
    schemas: Path, made: SyncPlan, retiring: Collection[str]
) -> list[CodegenError]:
    """Bring the folder to what was planned. Returns what could not be written.

    The overlay of a model that is retired stays, for the day on which it is back.
    """
    _retire(schemas, made.returned, retiring)
    errors: list[CodegenError] = []
    for path, content in made.writes.items():
        try:
            write_file(schemas, path, content)
        except StoreError as error:
            errors.append(error)
    for model_id in retiring:
        delete_file(schemas, made.gone[model_id])
    _record(schemas, made.listed.difference(retiring))
    return errors


def _record(schemas: Path, listed: frozenset[str]) -> None:
    """Write down what was ever listed, unless that is there already."""
    if listed != (read_listed(schemas) or frozenset()):
        write_file(schemas, LISTED_NAME, dump_listed(listed))


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
