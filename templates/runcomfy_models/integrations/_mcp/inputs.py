"""From what an agent gives to a request body: the model looked up, the input checked."""

from __future__ import annotations

import asyncio
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..._catalogue import MODELS, RETIRED
from ..._core.fields.dialect import Path as Place
from ..._core.fields.dialect import Reader
from ..._core.fields.media_fields import replace_files
from ..._core.fields.mistakes import did_you_mean, of_unlisted, of_validation
from ..._core.model_info import ModelInfo
from ..._index import load
from ..._media.inline import data_uri
from ...errors import ModelNotFoundError, RunComfyError
from .ledger import RefusedError
from .places import inside
from .tools import input_schema

if TYPE_CHECKING:
    from ...async_client import AsyncRunComfy


class CallMistakesError(Exception):
    """Arguments or an input that nothing takes: each mistake, with what is right."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class Inputs:
    """Reads the inputs of calls; local files from one folder alone, if from any."""

    def __init__(self, client: AsyncRunComfy, folder: Path | None) -> None:
        self._client = client
        self._files = folder

    async def known(self, model_id: str) -> tuple[ModelInfo, dict[str, Any], Any]:
        """Return a model, its input schema and an example, of the package or live."""
        if model_id in RETIRED:
            raise RefusedError(
                f"The model {model_id!r} was retired; use {RETIRED[model_id]!r}."
            )
        if model_id in MODELS:
            info = load(model_id).info
            schema = await asyncio.to_thread(input_schema, info)
            return info, schema, _example(info)
        try:
            info = await self._client.model(model_id)
        except RunComfyError as error:
            guess = did_you_mean(model_id, MODELS, 3)
            if isinstance(error, ModelNotFoundError):
                raise RefusedError(
                    f"There is no model {model_id!r}{guess or '; use find_models.'}"
                ) from None
            raise
        found = info.entry.get("input_schema")
        live: dict[str, Any] = found if isinstance(found, dict) else {}
        return info, live, info.entry.get("example")

    async def body(self, model_id: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Return the request body of an input; CallMistakesError with all that is wrong."""
        info, schema, _ = await self.known(model_id)
        reader = Reader(schema)
        opened, lost = await asyncio.to_thread(
            replace_files, reader, fields, self._open
        )
        unreadable = [f"{dotted(path)}: {reason}" for path, reason in lost.items()]
        body, faults = _checked(info, reader, opened, set(lost))
        if unreadable or faults:
            raise CallMistakesError([*unreadable, *faults])
        return body

    def _open(self, name: str) -> Any:
        """Return what is sent of a local file; ValueError where it may not be read."""
        return data_uri(inside(self._files, name))


def _checked(
    info: ModelInfo, reader: Reader, fields: dict[str, Any], skipped: set[Place]
) -> tuple[dict[str, Any], list[str]]:
    """Return a body as it is sent, and what is wrong with it, but for some fields."""
    if not info.module:
        return fields, of_unlisted(reader, fields, dotted, skipped)
    from pydantic import ValidationError

    from ..._models import wire_body

    try:
        return wire_body(load(info.model_id).Input.model_validate(fields)), []
    except ValidationError as error:
        return fields, of_validation(error, reader, dotted, skipped)


def dotted(path: Place) -> str:
    """Return how a field is named in JSON: `image_size.width`."""
    return ".".join(map(str, path)) or "the input"


def _example(info: ModelInfo) -> Any:
    package = __name__.split(".", 1)[0]
    path = files(package).joinpath("_schemas", info.vendor, f"{info.module}.json")
    return json.loads(path.read_text("utf-8")).get("example")
