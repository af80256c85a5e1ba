"""The token, so that no repr, log, error or traceback shows it. Pure."""

from __future__ import annotations

from urllib.parse import quote

SHORTEST = 8
"""A shorter text is not looked for: it is a placeholder, and stands in any answer."""
VOCABULARY = frozenset(
    {
        *("request_id", "queue_position", "status_url", "result_url", "cancel_url"),
        *("completed", "succeeded", "cancelled", "in_queue", "in_progress", "canceled"),
        *(
            "created_at",
            "finished_at",
            "error_code",
            "error_message",
            "not_cancellable",
        ),
    }
)
"""The API's own words, which stay what they are whatever the token is."""


def _forms(value: str) -> tuple[str, ...]:
    """Return the ways in which a text shows a token.

    Plain, in a repr (exceptions show so what they were sent), in JSON, in a URL.
    """
    escaped = value.replace("\\", "\\\\")
    quoted = [escaped.replace(mark, f"\\{mark}") for mark in ("'", '"')]
    return tuple(dict.fromkeys((value, escaped, *quoted, quote(value, safe=""))))


class Secret:
    """A token that no repr, log or traceback shows."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str | None) -> None:
        self._value = value or ""
        self._forms = _forms(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a token is not to be pickled")

    def stripped(self) -> Secret:
        """Return the same without the white space around it."""
        return Secret(self._value.strip())

    def is_clean(self) -> bool:
        """Tell whether it can stand in a header: visible ASCII alone."""
        return all("!" <= character <= "~" for character in self._value)

    def authorization(self) -> str:
        """Return the header's value. Keep it out of local variables."""
        return f"Bearer {self._value}"

    def redact(self, text: str) -> str:
        """Return a text with the token blotted out."""
        if len(self._value) < SHORTEST or text in VOCABULARY:
            return text
        for form in self._forms:
            text = text.replace(form, "***")
        return text

    def redact_json(self, value: object) -> object:
        """Return a JSON value with the token blotted out of its texts and keys."""
        match value:
            case str():
                return self.redact(value)
            case list():
                return [self.redact_json(item) for item in value]
            case dict():
                return {
                    self.redact(key): self.redact_json(item)
                    for key, item in value.items()
                }
        return value
