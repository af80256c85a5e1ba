"""A page in chromium, driven through its debugging pipe: no port, no other package."""

import json
import os
import select
import subprocess
from pathlib import Path
from typing import Any

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
]
# Chromium reads what it is told from 3, and writes what it says to 4.
PLACED = 'exec 10<&"$1" 11>&"$2"; shift 2; exec "$@" 3<&10 4>&11 10<&- 11>&-'
LOADED = """new Promise((resolve) => {
  if (document.readyState === "complete") resolve();
  else addEventListener("load", resolve);
})"""
FOUND = """new Promise((resolve) => {
  const look = () => {
    const found = (%s);
    if (found) resolve(found);
    else requestAnimationFrame(look);
  };
  look();
})"""
LONGEST = 60.0


class Browser:
    """One page, which is as large as a phone has it."""

    def __init__(self, program: str, profile: Path) -> None:
        told, self._writes = os.pipe()
        self._reads, says = os.pipe()
        placed = ["bash", "-c", PLACED, "bash", str(told), str(says)]
        self._process = subprocess.Popen(
            [*placed, program, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(told, says),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(told)
        os.close(says)
        self._received = b""
        self._count = 0
        self._session: dict[str, str] = {}
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=400,
            height=700,
            deviceScaleFactor=1,
            mobile=False,
        )

    def open(self, page: Path, fragment: str = "") -> None:
        """Go to a page on the disk, and await that it is loaded."""
        self._ask("Page.navigate", url="about:blank")
        self._ask("Page.navigate", url=f"{page.as_uri()}{fragment}")
        self.run(LOADED)

    def run(self, script: str) -> Any:
        """Return the value of an expression, or what it promises."""
        return self._evaluate(script, returnByValue=True).get("value")

    def until(self, script: str) -> Any:
        """Return the value of an expression as soon as it is true."""
        return self.run(FOUND % script)

    def choose(self, selector: str, *files: Path) -> None:
        """Choose files in a picker, as a person does in the dialog."""
        found = self._evaluate(f"document.querySelector({json.dumps(selector)})")
        names = [str(file) for file in files]
        self._ask("DOM.setFileInputFiles", objectId=found["objectId"], files=names)

    def close(self) -> None:
        """End it, and await that."""
        self._session = {}
        self._ask("Browser.close")
        self._process.wait(LONGEST)
        os.close(self._writes)
        os.close(self._reads)

    def _evaluate(self, script: str, **options: Any) -> dict[str, Any]:
        given = {"expression": script, "awaitPromise": True, **options}
        answer = self._ask("Runtime.evaluate", **given)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        result: dict[str, Any] = answer["result"]
        return result

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command, and return its answer; what is told beside it is dropped."""
        self._count += 1
        call = {"id": self._count, "method": method, "params": params, **self._session}
        rest = json.dumps(call).encode() + b"\0"
        while rest:
            rest = rest[os.write(self._writes, rest) :]
        while (said := self._next()).get("id") != self._count:
            pass
        assert "error" not in said, said["error"]
        result: dict[str, Any] = said["result"]
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._reads], [], [], LONGEST)
            part = os.read(self._reads, 1 << 16) if ready else b""
            assert part, "chromium says nothing more"
            self._received += part
        message, _, self._received = self._received.partition(b"\0")
        said: dict[str, Any] = json.loads(message)
        return said
