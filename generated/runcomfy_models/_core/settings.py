"""What a client is told, cleaned: the token, the base URL, headers and numbers.

Pure but for reading the environment.
"""

from __future__ import annotations

import os
import re
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import AuthenticationError, ConfigurationError
from . import service_rules
from .outbox import Outbox
from .pacing import Pacing
from .secret import Secret
from .timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .outbox import Uploader

TOKEN_VARIABLES = ("RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY")
BASE_URL_VARIABLE = "RUNCOMFY_BASE_URL"
DEFAULT_BASE_URL = "https://model-api.runcomfy.net"
DEFAULT_ACCOUNT_URL = "https://api.runcomfy.net"
MAX_ANSWER_BYTES = 96 * 1024 * 1024
"""Bytes of an API answer that are read at most: it may echo the largest request, of
64 MiB, in an encoding that takes more room."""
FOREVER = 1e9
"""Seconds, some thirty years, from which a timeout is none."""
OWN_HEADERS = frozenset(
    {
        *("authorization", "host", "content-length", "content-type"),
        *("transfer-encoding", "accept-encoding", "connection", "cookie"),
    }
)


class Settings:
    """What every operation of a client needs to know, and what its calls share."""

    __slots__ = (
        *(
            "account_url",
            "base_url",
            "headers",
            "max_answer_bytes",
            "max_retries",
            "pacing",
        ),
        *("outbox", "poll_interval", "secret", "timing"),
    )

    def __init__(
        self,
        secret: Secret,
        *,
        base_url: str | None = None,
        account_url: str | None = None,
        max_retries: int = 4,
        poll_interval: float | Callable[[float], float] | None = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        headers: Mapping[str, str] | None = None,
        timing: Timing | None = None,
        uploader: Uploader | None = None,
    ) -> None:
        self.secret = clean_token(secret)
        self.base_url = clean_base_url(
            base_url or os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
        )
        self.account_url = account_origin(account_url, self.base_url)
        if not max_retries >= 0:
            raise ConfigurationError("max_retries must be 0 or more.")
        if not max_answer_bytes > 0:
            raise ConfigurationError("max_answer_bytes must be more than 0.")
        self.max_retries = max_retries
        self.max_answer_bytes = max_answer_bytes
        self.poll_interval = poll_schedule(poll_interval)
        self.headers = clean_headers(headers)
        self.timing = timing or Timing()
        self.pacing = Pacing()
        self.outbox = Outbox(clean_uploader(uploader))


def clean_token(secret: Secret) -> Secret:
    """Return the token given, or else the environment's, fit for a header."""
    source = "The token"
    secret = secret.stripped()
    if not secret:
        for variable in TOKEN_VARIABLES:
            secret = Secret(os.environ.get(variable)).stripped()
            if secret:
                source = f"The token in {variable}"
                break
        else:
            raise AuthenticationError(
                "No API token: pass RunComfy(token=…), or set "
                f"{TOKEN_VARIABLES[0]} ({' or '.join(TOKEN_VARIABLES[1:])} do too)."
            )
    if not secret.is_clean():
        raise AuthenticationError(
            f"{source} holds a space, a line break or a character that is not ASCII; "
            "copy it again, the token alone, without the word Bearer."
        )
    return secret


def clean_uploader(uploader: Uploader | None) -> Uploader | None:
    """Return what uploads files, if it can be called."""
    if uploader is not None and not callable(uploader):
        raise ConfigurationError(
            "uploader must be a function from a MediaFile to its URL, such as "
            "runcomfy_models.integrations.bucket.to_bucket('s3://…')."
        )
    return uploader


def clean_base_url(text: str) -> str:
    """Return scheme, host, port and path prefix, with neither `/v1` nor slash."""
    text = text.strip()
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ConfigurationError(
            "The base URL must not hold a user name or password; give the token alone."
        )
    if not is_base_url(text):
        raise ConfigurationError(
            f"The base URL {text!r} is not an http(s) URL such as {DEFAULT_BASE_URL}."
        )
    return text.rstrip("/").removesuffix("/v1").rstrip("/")


def account_origin(account_url: str | None, base_url: str) -> str:
    """Return where the account is: of the service, on an origin of its own.

    The token goes there only while the base URL is the service's own too, or where
    the caller names the place himself.
    """
    if account_url is not None:
        return clean_base_url(account_url)
    return DEFAULT_ACCOUNT_URL if base_url == DEFAULT_BASE_URL else base_url


def is_base_url(text: str) -> bool:
    """Tell whether paths can be put after it."""
    try:
        parts = urlsplit(text)
        _ = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:  # UnicodeError is one: no host is called a..b
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not (parts.query or parts.fragment or "@" in parts.netloc)
        and not any(character.isspace() for character in text)
    )


def clean_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return the caller's own headers, or refuse what cannot be one, or is ours."""
    clean = dict(headers or {})
    for name, value in clean.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ConfigurationError(f"headers: {name!r} is not a header's name.")
        if name.lower() in OWN_HEADERS:
            raise ConfigurationError(f"headers: {name} is set by this client alone.")
        if not re.fullmatch(r"[\t -~]*", value) or value != value.strip():
            raise ConfigurationError(
                f"headers: the value of {name} holds a line break, a character that is "
                "not ASCII, or a space around it."
            )
    return clean


def poll_schedule(
    interval: float | Callable[[float], float] | None,
) -> Callable[[float], float]:
    """Return the function from seconds waited so far to seconds until the next poll."""
    if interval is None:
        return service_rules.poll_interval
    if callable(interval):
        return interval
    if not 0 < interval < inf:
        raise ConfigurationError(
            f"poll_interval must be more than 0 seconds, and finite, not {interval!r}."
        )
    seconds = float(min(interval, service_rules.LONGEST_PAUSE))
    return lambda waited: seconds


def clean_timeout(timeout: float | None) -> float | None:
    """Return the seconds of a wait's deadline, None where there is none."""
    if timeout is None or timeout >= FOREVER:
        return None
    if not timeout >= 0:
        raise ConfigurationError(
            f"timeout must be 0 seconds or more, or None to wait for ever, not {timeout!r}."
        )
    return float(timeout)
