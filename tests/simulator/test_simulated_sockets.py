"""However a client leaves, the simulator closes its end too."""

import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runcomfy_models.simulator import Simulator

CLOSE_WAIT = "08"
HALF = b"POST /v1/models/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
WHOLE = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"
LONGEST = 20.0
"""Seconds until a socket that is still open counts as left."""


def half_closed() -> int:
    """Count this process's sockets that the other end has closed, and it has not."""
    descriptors = (f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd"))
    opened = {os.readlink(path) for path in descriptors if os.path.islink(path)}
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    waiting = {f"socket:[{row[9]}]" for row in rows if row[3] == CLOSE_WAIT}
    return len(waiting & opened)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("sent", [b"", b"GET", HALF, WHOLE])
def test_no_connection_stays_half_closed(simulator: Simulator, sent: bytes) -> None:
    address = urlsplit(simulator.url)
    for _ in range(20):
        with socket.create_connection((address.hostname, address.port)) as client:
            client.sendall(sent)
    end = time.monotonic() + LONGEST
    while half_closed() and time.monotonic() < end:
        time.sleep(0.01)
    assert half_closed() == 0
