"""A service that answers every call at once, in the words of all peers: `python service.py`.

Prints its address. What it costs is no part of what is measured.
"""

import asyncio
import json

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
        writer.write(REPLY)


async def serve() -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
