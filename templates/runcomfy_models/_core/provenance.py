"""Operations around a download: a medium as bytes, and a record beside each file."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .downloading import OnProgress, download
from .effects import Operation, run_blocking

if TYPE_CHECKING:
    from .._models import InputModel
    from ..results import Result
    from .settings import Settings


def read_medium(settings: Settings, medium: str, max_bytes: int) -> Operation[bytes]:
    """Return what a medium holds. Raises DownloadError."""
    from tempfile import TemporaryDirectory

    from .._models import OutputModel
    from ..results import Result

    folder = yield from run_blocking(TemporaryDirectory)
    try:
        alone = Result(OutputModel.model_construct(), "", {"output": medium})
        if alone.media() != [medium]:
            alone = Result(
                OutputModel.model_construct(),
                "",
                {"output": f"unusable://{medium!r:.80}"},
            )
        paths = yield from download(settings, alone, folder.name, max_bytes, None)
        return (yield from run_blocking(paths[0].read_bytes))
    finally:
        folder.cleanup()


def download_with_record(
    settings: Settings,
    result: Result[Any],
    directory: str | os.PathLike[str],
    max_bytes: int,
    on_progress: OnProgress | None,
    provenance: bool | InputModel[Any],
) -> Operation[list[Path]]:
    """Download a result, and write `<file>.json` beside each file, if that is wanted."""
    record = None
    if provenance is not False:
        record = yield from run_blocking(partial(_record, result, provenance))
    paths = yield from download(settings, result, directory, max_bytes, on_progress)
    if record is not None:
        for path, url in zip(paths, result.media(), strict=True):
            yield from run_blocking(partial(_write, path, url, record))
    return paths


def _record(result: Result[Any], provenance: bool | InputModel[Any]) -> dict[str, Any]:
    """Return what is known of where a result's media come from."""
    from .._media.inline import described
    from .._models import InputModel, wire_body

    body, model_id = result.input, result.model_id or _model_id_of(result)
    if isinstance(provenance, InputModel):
        body, model_id = described(wire_body(provenance)), provenance.model_id
    shown = result.to_dict()
    return {
        "model_id": model_id,
        "input": body,
        "request_id": result.request_id,
        "cost_usd": shown["cost"],
        "created_at": shown["created_at"],
        "finished_at": shown["finished_at"],
    }


def _model_id_of(result: Result[Any]) -> str | None:
    """Return the model whose `Output` a result has, if it is typed."""
    module = sys.modules.get(type(result.output).__module__)
    input_type = getattr(module, "Input", None)
    if getattr(input_type, "output_type", None) is not type(result.output):
        return None
    return getattr(input_type, "model_id", None)


def _write(path: Path, url: str, record: dict[str, Any]) -> None:
    """Write the record of a file beside it, as a whole or not at all."""
    from hashlib import file_digest

    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    whole = {
        "file": path.name,
        "sha256": digest,
        "url": url if url[:5].lower() != "data:" else "data:",
        **record,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=2, default=str)
    part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    part.write_text(f"{text}\n", "utf-8")
    os.replace(part, path.with_name(f"{path.name}.json"))
