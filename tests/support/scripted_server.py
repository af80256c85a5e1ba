"""A small HTTP server that answers as a test says: the judge of what the client does.

Raw sockets, so that it can also drop, hang and send nonsense. Each endpoint has a
list of replies, of which the last is repeated; unless told otherwise, all goes well.
"""

import json
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

MODELS = "/v1/models/"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 20


@dataclass
class Reply:
    """One answer. `drop` and `hang` are of the moment at which the answer is due."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Take the request, then close the connection."""
    hang: bool = False
    """Take the request, then say nothing."""
    cut: int | None = None
    """Close after so many bytes of the body, though more are announced."""
    trickle: float | None = None
    """Seconds between single bytes of the body."""
    drip: float | None = None
    """Seconds between single bytes of head and body."""

    def head_and_body(self) -> tuple[bytes, bytes]:
        body = self.body if self.json is None else json.dumps(self.json).encode()
        headers = {"Content-Length": str(len(body)), **self.headers}
        if self.json is not None:
            headers.setdefault("Content-Type", "application/json")
        lines = [f"HTTP/1.1 {self.status} Whatever"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body


@dataclass
class Received:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ScriptedServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[Received] = []
        self.scripts: dict[str, list[Reply]] = {}
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.jobs: list[tuple[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.002,), daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def script(self, endpoint: str, *replies: Reply) -> None:
        """Set the replies of `submit`, `status`, `result`, `cancel` or a path."""
        self.scripts[endpoint] = list(replies)

    def calls(self, endpoint: str) -> list[Received]:
        return [call for call in self.received if self.endpoint(call) == endpoint]

    @property
    def submitted(self) -> int:
        """How many jobs were taken by now."""
        return len(self.jobs)

    def taken_of(self, model_id: str) -> list[str]:
        """Return the request_ids that were given for a model by now."""
        with self.lock:
            return [taken for model, taken in self.jobs if model == model_id]

    @staticmethod
    def endpoint(call: Received) -> str:
        if call.method == "POST" and call.path.startswith(MODELS):
            return "submit"
        if call.path.startswith("/v1/requests/"):
            return call.path.rpartition("/")[2]
        return call.path

    def reply_to(self, call: Received) -> Reply:
        endpoint = self.endpoint(call)
        with self.lock:
            self.received.append(call)
            script = self.scripts.get(endpoint)
            if script:
                return script.pop(0) if len(script) > 1 else script[0]
            if endpoint == "submit":
                request_id = f"req-{len(self.jobs) + 1}"
                self.jobs.append((call.path.removeprefix(MODELS), request_id))
                return Reply(json={"request_id": request_id})
        return self.default(endpoint, call.path.split("/")[-2])

    def default(self, endpoint: str, request_id: str) -> Reply:
        about = {"request_id": request_id}
        if endpoint == "status":
            return Reply(json={**about, "status": "completed"})
        if endpoint == "result":
            output = {"image": f"{self.url}/media/{request_id}.png"}
            return Reply(json={**about, "status": "succeeded", "output": output})
        if endpoint == "cancel":
            return Reply(json={**about, "status": "cancelled", "outcome": "cancelled"})
        if endpoint.startswith("/media/"):
            return Reply(body=PNG, headers={"Content-Type": "image/png"})
        return Reply(404, json={"error_code": 404001, "error_message": "no such path"})


class Handler(socketserver.StreamRequestHandler):
    server: ScriptedServer
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            while (call := self.read()) is not None:
                if not self.answer(self.server.reply_to(call)):
                    return
        except OSError:
            return

    def read(self) -> Received | None:
        line = self.rfile.readline().decode("latin-1")
        if not line.strip():
            return None
        method, target, _ = line.split()
        headers = {}
        while header := self.rfile.readline().decode("latin-1").strip():
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            return None  # cut off in the midst: it was not taken
        return Received(method, target, headers, body)

    def answer(self, reply: Reply) -> bool:
        if reply.drop:
            return False
        if reply.hang:
            self.server.stopping.wait(30)
            return False
        head, body = reply.head_and_body()
        if reply.drip is not None:
            return self.drip(head + body, reply.drip)
        if reply.trickle is not None:
            self.wfile.write(head)
            return self.drip(body, reply.trickle)
        self.wfile.write(head + body[: reply.cut])
        return reply.cut is None

    def drip(self, data: bytes, pause: float) -> bool:
        for byte in data:
            if self.server.stopping.wait(pause):
                return False
            self.wfile.write(bytes([byte]))
        return True
