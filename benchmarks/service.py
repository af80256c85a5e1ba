"""A service that answers every call at once, in the words of all peers: `python service.py`.

With `jobs` it answers as RunComfy does: each submit is a job of its own, which has
succeeded when it is asked for. Prints its address. What it costs is no part of what is
measured.
"""

import asyncio
import json
import sys
from itertools import count

ANSWER = {
    "request_id": "req-1",
    "id": "17f20503-6c24-4c16-946b-35dbbce2af2f",
    "status": "starting",
    "version": "v1",
    "model": "m",
    "input": {},
    "created_at": "2026-01-01T00:00:00Z",
    "created": 1,
    "data": [{"url": "https://example.com/a.png"}],
    "urls": {"get": "http://127.0.0.1/", "cancel": "http://127.0.0.1/"},
    "response_url": "http://127.0.0.1/",
    "status_url": "http://127.0.0.1/",
    "result_url": "http://127.0.0.1/",
    "cancel_url": "http://127.0.0.1/",
}
BODY = json.dumps(ANSWER).encode()
HEAD = (
    f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}"
)
REPLY = HEAD.encode() + b"\r\n\r\n" + BODY
NUMBERS = count(1)
IS_OF_JOBS = "jobs" in sys.argv


def reply_to(head: bytes) -> bytes:
    """Return the answer to a request."""
    if not IS_OF_JOBS:
        return REPLY
    method, path, _ = head.split(b" ", 2)
    found = {"status": "completed"}
    if method == b"POST":
        found = {"request_id": f"req-{next(NUMBERS)}"}
    elif b"/result" in path:
        output = {"image": "https://example.com/a.png"}
        found = {"status": "succeeded", "output": output, "cost": 0.04}
    body = json.dumps(found).encode()
    start = HEAD.replace(str(len(BODY)), str(len(body)))
    return start.encode() + b"\r\n\r\n" + body


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                await reader.readexactly(int(value))
        writer.write(reply_to(head))


async def serve() -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
