"""A catalogue that lies, repeats itself, breaks off and floods."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.scripted_server import Received, Reply, ScriptedServer

Entry = dict[str, Any]


def entry(model_id: str, **changes: Any) -> Entry:
    properties = {"prompt": {"type": "string"}, "seed": {"type": "integer"}}
    schema = {"type": "object", "required": ["prompt"], "properties": properties}
    return {
        "model_id": model_id,
        "display_name": model_id.title(),
        "kind": "model",
        "categories": ["text-to-image"],
        "input_schema": schema,
        **changes,
    }


def entries(count: int) -> list[Entry]:
    return [entry(f"acme/model-{number:04}") for number in range(count)]


class LyingCatalogue(ScriptedServer):
    """Serves entries page by page, honestly unless it is told otherwise."""

    def __init__(self, served: list[Any]) -> None:
        super().__init__()
        self.served = served
        self.total: Callable[[int], Any] = lambda calls: len(self.served)
        self.most = 500
        """The most that it gives in one page."""
        self.ignores_offset = False
        self.faults: dict[int, Reply] = {}
        """The replies to the calls of these numbers, from 0."""
        self.always: Reply | None = None
        self.unlisted: list[Entry] = []
        """What it has and does not list."""
        self.of_one: dict[str, Reply] = {}
        """The replies to those who ask for one model, by its id."""

    def reply_to(self, call: Received) -> Reply:
        number = len(self.received)
        self.received.append(call)
        if self.always or number in self.faults:
            return self.always or self.faults[number]
        if not call.path.endswith("/v1/models"):
            return self._one(unquote(call.path.partition("/v1/models/")[2]))
        query = dict(parse_qsl(urlsplit(call.target).query))
        offset = 0 if self.ignores_offset else int(query["offset"])
        limit = min(int(query["limit"]), self.most)
        answer = {"models": self.served[offset : offset + limit]}
        total = self.total(number)
        if total is not None:
            answer["total"] = total
        return Reply(body=json.dumps(answer).encode())

    def _one(self, model_id: str) -> Reply:
        """Return one entry, as `GET /v1/models/{model_id}` does."""
        if model_id in self.of_one:
            return self.of_one[model_id]
        for each in (*self.served, *self.unlisted):
            if isinstance(each, dict) and each.get("model_id") == model_id:
                return Reply(json=each)
        return Reply(404, json={"error_code": 404001, "message": "no such model"})
