"""A bare HTTP client for the simulator: no client of ours between test and wire."""

import http.client
import json
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

from runcomfy_models.simulator import Simulator

EDIT = "blackforestlabs/flux-2/pro/edit"
EDIT_BODY = {"prompt": "a suit", "image_urls": ["https://example.com/in.png"]}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


class RawAPI:
    """One keep-alive connection, opened again when the server closed it."""

    def __init__(self, simulator: Simulator) -> None:
        where = urlsplit(simulator.url)
        assert where.hostname
        self._connection = http.client.HTTPConnection(
            where.hostname, where.port, timeout=10
        )
        self.headers = {"Authorization": f"Bearer {simulator.token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    @property
    def sock(self) -> socket.socket | None:
        found: socket.socket | None = self._connection.sock
        return found

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body)
        sent = self.headers if headers is None else headers
        try:
            self._connection.request(method, path, raw, sent)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        kept = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, kept, content)

    def submit(self, body: Any = None, model_id: str = EDIT) -> Answer:
        sent = EDIT_BODY if body is None else body
        return self.call("POST", f"/v1/models/{quote(model_id)}", sent)

    def job(self, body: Any = None, model_id: str = EDIT) -> str:
        answer = self.submit(body, model_id)
        assert answer.status == 200, answer
        request_id: str = answer.json["request_id"]
        return request_id

    def status(self, request_id: str) -> Answer:
        return self.call("GET", f"/v1/requests/{request_id}/status")

    def result(self, request_id: str, query: str = "") -> Answer:
        return self.call("GET", f"/v1/requests/{request_id}/result{query}")

    def cancel(self, request_id: str) -> Answer:
        return self.call("POST", f"/v1/requests/{request_id}/cancel")

    def finish(self, request_id: str) -> Any:
        """Poll to the end; return the result."""
        while self.status(request_id).json["status"] in ("in_queue", "in_progress"):
            pass
        return self.result(request_id).json

    def media(self, url: str, method: str = "GET") -> Answer:
        return self.call(method, urlsplit(url).path, headers={})
