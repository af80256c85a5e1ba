"""What a client is told, cleaned: the token, the base URL, and the paths under it.

Pure but for reading the environment.
"""

from __future__ import annotations

import os
from math import inf
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ..errors import AuthenticationError, ConfigurationError
from . import service_rules as _rules

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN_VARIABLES = ("RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY")
BASE_URL_VARIABLE = "RUNCOMFY_BASE_URL"
DEFAULT_BASE_URL = "https://model-api.runcomfy.net"
DEFAULT_ACCOUNT_URL = "https://api.runcomfy.net"


class Secret:
    """A token that no repr, log or traceback shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str | None) -> None:
        self._value = value or ""

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> Any:
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

    def redact(self, value: Any) -> Any:
        """Return `value`, a JSON value, with the token blotted out of its strings."""
        if isinstance(value, str):
            return value.replace(self._value, "***") if self._value else value
        if isinstance(value, list):
            return [self.redact(item) for item in value]
        if isinstance(value, dict):
            return {self.redact(key): self.redact(item) for key, item in value.items()}
        return value


class Settings:
    """What every operation of a client needs to know."""

    __slots__ = ("account_url", "base_url", "max_retries", "poll_interval", "secret")

    def __init__(
        self,
        secret: Secret,
        *,
        base_url: str | None = None,
        account_url: str | None = None,
        max_retries: int = 4,
        poll_interval: float | Callable[[float], float] | None = None,
    ) -> None:
        self.secret = clean_token(secret)
        self.base_url = clean_base_url(
            base_url or os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
        )
        self.account_url = account_origin(account_url, self.base_url)
        if not max_retries >= 0:
            raise ConfigurationError("max_retries must be 0 or more.")
        self.max_retries = max_retries
        self.poll_interval = poll_schedule(poll_interval)


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


def clean_base_url(text: str) -> str:
    """Return scheme, host, port and path prefix, with neither `/v1` nor slash."""
    text = text.strip()
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ConfigurationError(
            "The base URL must not hold a user name or password; give the token alone."
        )
    if not is_base_url(text):
        raise ConfigurationError(
            f"The base URL {text!r} is no http(s) URL such as {DEFAULT_BASE_URL}."
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
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not (parts.query or parts.fragment or "@" in parts.netloc)
        and not any(character.isspace() for character in text)
    )


def poll_schedule(
    interval: float | Callable[[float], float] | None,
) -> Callable[[float], float]:
    """Return the function from seconds waited so far to seconds until the next poll."""
    if interval is None:
        return _rules.poll_interval
    if callable(interval):
        return interval
    if not 0 < interval < inf:
        raise ConfigurationError(
            f"poll_interval must be more than 0 seconds, and finite, not {interval!r}."
        )
    seconds = float(interval)
    return lambda waited: seconds


def clean_timeout(timeout: float | None) -> float | None:
    """Return the seconds of a wait's deadline, None where there is none."""
    if timeout is None or timeout == inf:
        return None
    if not timeout >= 0:
        raise ConfigurationError(
            f"timeout must be 0 seconds or more, or None to wait for ever, not {timeout!r}."
        )
    return float(timeout)


def model_path(model_id: str) -> str:
    """Return the path of a model; the slashes of its id are path segments."""
    segments = model_id.split("/")
    if any(segment in ("", ".", "..") for segment in segments):
        raise ConfigurationError(
            f"{model_id!r} is no model_id such as 'vendor/model/variant'."
        )
    return "/v1/models/" + "/".join(quote(segment, safe="") for segment in segments)


def request_path(request_id: str, action: str) -> str:
    """Return the path of a job's `status`, `result` or `cancel`."""
    return f"/v1/requests/{quote(request_id, safe='')}/{action}"


def clean_request_id(value: object) -> str | None:
    """Return a request_id that can stand in a path, or None."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value.strip() in ("", ".", ".."):
        return None
    return value.strip()
