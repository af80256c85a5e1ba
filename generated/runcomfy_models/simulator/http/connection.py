"""HTTP/1.1 over asyncio streams: read requests, deliver replies, misbehave on demand.

Knows nothing of what requests mean.
"""

import asyncio
import contextlib
import os
import re
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus

from ..faults.faults import Fault
from .messages import APIError, Reply, Request

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024 * 1024

Answer = Callable[[Request], tuple[Reply, Fault]]

_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) (/[!-~]*) HTTP/1\.([01])")
_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*")
_BODILESS = (204, 304)
_TRICKLE_PIECES = 20
_LINGER_SECONDS = 2.0


async def serve_connection(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer
) -> None:
    """Answer requests on one connection until either side ends it."""
    sock: socket.socket = writer.get_extra_info("socket")
    # asyncio leaves this out for sockets that were made without a protocol number.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        try:
            while request := await _read_request(reader, writer):
                reply, fault = answer(request)
                if not await _deliver(reader, writer, request, reply, fault):
                    break
        except APIError as error:
            await _refuse(reader, writer, error)
    except (OSError, asyncio.IncompleteReadError):
        pass  # the client left
    finally:
        writer.close()


async def _read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """Read one request; None at the end. Raise `APIError` for what is not HTTP."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise APIError(400, 400000, "The request breaks off.") from None
        return None
    except asyncio.LimitOverrunError:
        raise APIError(431, 431000, "The headers are too large.") from None
    lines = head[:-4].decode("latin-1").lstrip("\r\n").split("\r\n")
    matched = _REQUEST_LINE.fullmatch(lines[0])
    if not matched:
        raise APIError(400, 400000, "The request line is not HTTP/1.1.")
    headers = _parse_headers(lines[1:])
    if matched[3] == "0":
        headers.setdefault("connection", "close")
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Request(matched[1], matched[2], headers, await _read_body(reader, headers))


def _parse_headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        matched = _HEADER.fullmatch(line)
        if not matched:
            raise APIError(400, 400000, "A header line is not HTTP/1.1.")
        name = matched[1].lower()
        known = headers.get(name)
        headers[name] = matched[2] if known is None else f"{known}, {matched[2]}"
    return headers


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "0")
    coding = headers.get("transfer-encoding")
    if coding is None:
        if not (length.isascii() and length.isdigit()):
            raise APIError(400, 400000, "Content-Length is not a number.")
        return await reader.readexactly(_within_limit(length, 10))
    if coding.lower() != "chunked" or "content-length" in headers:
        raise APIError(400, 400000, "The body's length is unclear.")
    body = bytearray()
    while size := await _chunk_size(reader, len(body)):
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise APIError(400, 400000, "A chunk does not end where it should.")
    while (await _line(reader)) != b"\r\n":
        pass
    return bytes(body)


async def _chunk_size(reader: asyncio.StreamReader, sofar: int) -> int:
    text = (await _line(reader)).partition(b";")[0].strip().decode("latin-1")
    if not re.fullmatch(r"[0-9A-Fa-f]+", text):
        raise APIError(400, 400000, "A chunk's size is not a number.")
    return _within_limit(text, 16, sofar)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n")
    except asyncio.LimitOverrunError:
        raise APIError(400, 400000, "A line is too long.") from None


def _within_limit(digits: str, base: int, sofar: int = 0) -> int:
    size = int(digits, base) if len(digits) < 20 else BODY_LIMIT + 1
    if size + sofar > BODY_LIMIT:
        raise APIError(413, 413000, f"A body has at most {BODY_LIMIT} bytes.")
    return size


async def _deliver(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    request: Request,
    reply: Reply,
    fault: Fault,
) -> bool:
    """Send the reply as the fault says; tell whether the connection lives on."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.delivery == "hung":
        await _until_gone(reader)
        return False
    if fault.delivery == "reset":
        _reset_on_close(writer)
    if fault.delivery in ("dropped", "reset"):
        return False
    close = request.headers.get("connection", "").lower() == "close"
    head = _head(reply, close)
    if request.method == "HEAD" or reply.status in _BODILESS:
        writer.write(head)
    elif fault.delivery == "truncated":
        writer.write(head + reply.body[: len(reply.body) // 2])
        close = True
    elif fault.delivery == "trickled":
        writer.write(head)
        await _trickle(writer, reply.body, fault.seconds)
    elif fault.delivery == "dripped":
        await _trickle(writer, head + reply.body, fault.seconds)
    else:
        writer.writelines((head, reply.body))
    await writer.drain()
    return not close


def _head(reply: Reply, close: bool) -> bytes:
    try:
        reason = HTTPStatus(reply.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {reason}"]
    if reply.status not in _BODILESS:
        lines.append(f"Content-Type: {reply.content_type}")
        lines.append(f"Content-Length: {len(reply.body)}")
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


async def _trickle(writer: asyncio.StreamWriter, data: bytes, seconds: float) -> None:
    size = max(1, -(-len(data) // _TRICKLE_PIECES))
    for start in range(0, len(data), size):
        await asyncio.sleep(seconds / _TRICKLE_PIECES)
        writer.write(data[start : start + size])
        await writer.drain()


async def _until_gone(reader: asyncio.StreamReader) -> None:
    while await reader.read(HEAD_LIMIT):
        pass


async def _refuse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, error: APIError
) -> None:
    """Answer what is not HTTP, and let a client that is still sending read why."""
    reply = error.reply()
    writer.write(_head(reply, close=True) + reply.body)
    writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            await _until_gone(reader)


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(
        socket.SOL_SOCKET,
        socket.SO_LINGER,
        struct.pack("hh" if os.name == "nt" else "ii", 1, 0),
    )
