"""Read what the service says when it does not answer with a catalogue.

An error may come as any status, as HTTP 200 too, and its words under any of several keys.
"""

import json
import re
from dataclasses import dataclass

from runcomfy_codegen.ir import Json

ABOUT_TOKEN = frozenset([400004, 401, 401001, 403, 403001, 403003])
BUSY = range(500000, 600000)
WORDS = ("error_message", "message", "error", "detail")
MOST_WORDS = 200
"""Characters of a message that are shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an error of the service says."""

    code: int | None = None
    message: str = ""

    def __str__(self) -> str:
        """Return it as a person reads it: `404001 no such model`."""
        code = "" if self.code is None else str(self.code)
        return f"{code} {self.message}".strip()

    @property
    def is_about_token(self) -> bool:
        """Whether another token would be answered otherwise."""
        return self.code in ABOUT_TOKEN

    @property
    def is_busy(self) -> bool:
        """Whether another try may be answered otherwise."""
        return self.code is not None and self.code in BUSY


def read_body(body: bytes) -> Said:
    """Return what the body of an error says; nothing if it is not JSON."""
    try:
        return read_answer(json.loads(body))
    except (ValueError, RecursionError):
        return Said()


def read_answer(answer: Json) -> Said:
    """Return what an answer says, if it is that of an error."""
    if not isinstance(answer, dict):
        return Said()
    code = str(answer.get("error_code", answer.get("code")))
    is_number = re.fullmatch(r"\d{1,9}", code, re.ASCII)
    message = ""
    for key in WORDS:
        found = answer.get(key)
        if found:
            message = found if isinstance(found, str) else json.dumps(found)
            break
    return Said(int(code) if is_number else None, message[:MOST_WORDS])
