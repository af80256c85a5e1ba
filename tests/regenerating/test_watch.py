"""`watch` regenerates on a save, survives a broken schema, and stops cleanly."""

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Save = Callable[..., None]
PATIENCE = 20.0


class Watcher:
    """A running `watch`, and the lines it says."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "runcomfy_codegen", "watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.process.stdout.close()

    def says(self, text: str) -> None:
        """Wait for a line that holds a text."""
        end = time.monotonic() + PATIENCE
        while text not in self.lines.get(timeout=max(end - time.monotonic(), 0)):
            pass


@pytest.fixture
def watcher(save: Save) -> Iterator[Watcher]:
    save("first", "one")
    running = Watcher()
    running.says("watching")
    yield running
    running.process.kill()
    running.process.wait()


def test_watch(watcher: Watcher, save: Save, folder: Path) -> None:
    page = Path("generated/docs/models/acme/one.md")
    assert "first" in page.read_text()
    save("second", "one")
    watcher.says("1 changed")
    assert "second" in page.read_text()
    broken = folder / "schemas/acme/two.json"
    broken.write_text("{")
    watcher.says("schemas/acme/two.json#: cannot be read")
    save("third", "one", "two")
    watcher.says("2 changed")
    assert "third" in page.read_text()
    time.sleep(1)
    while not watcher.lines.empty():
        assert "0 changed" not in watcher.lines.get(), "its own history made it run"
    watcher.process.send_signal(signal.SIGINT)
    assert watcher.process.wait(timeout=PATIENCE) == 0
