"""The client of a command: made when first needed, by the official tool's settings too.

The token: the environment's, else the official tool's file. It is never printed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .._core.settings import BASE_URL_VARIABLE, TOKEN_VARIABLES
from ..errors import AuthenticationError

if TYPE_CHECKING:
    from ..client import RunComfy

OFFICIAL_BASE = "RUNCOMFY_MODEL_API_BASE"
"""The official tool's variable: a base URL with `/v1`."""
LOGIN = "set RUNCOMFY_API_TOKEN, or log in with RunComfy's own tool: runcomfy login"


class Session:
    """The client that the commands of one run share."""

    def __init__(self) -> None:
        self._client: RunComfy | None = None

    @property
    def client(self) -> RunComfy:
        """The client. Raises AuthenticationError where no token is found."""
        if self._client is None:
            from ..client import RunComfy

            self._client = RunComfy(token=saved_token(), base_url=base_url())
        return self._client

    def close(self) -> None:
        """Close the connections, where there are any."""
        if self._client is not None:
            self._client.close()


def base_url() -> str | None:
    """Return where the service is, None where nothing says it."""
    for variable in (BASE_URL_VARIABLE, OFFICIAL_BASE):
        if os.environ.get(variable, "").strip():
            return os.environ[variable]
    return None


def saved_token() -> str | None:
    """Return the token of the official tool's file; None where the environment has one."""
    if any(os.environ.get(variable, "").strip() for variable in TOKEN_VARIABLES):
        return None
    file = token_file()
    try:
        saved = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise AuthenticationError(f"No API token: {LOGIN}.") from None
    except OSError as error:
        reason = f"{file} cannot be read ({error.strerror})"
        raise AuthenticationError(f"No API token: {reason}; {LOGIN}.") from None
    except ValueError:
        saved = None
    token = saved.get("access_token") if isinstance(saved, dict) else None
    if not isinstance(token, str) or not token.strip():
        raise AuthenticationError(f"No API token: {file} holds none; {LOGIN}.")
    return token


def token_file() -> Path:
    """Return where the official tool keeps its token."""
    folder = os.environ.get("RUNCOMFY_CONFIG_DIR")
    if folder:
        return Path(folder, "token.json")
    config = os.environ.get("XDG_CONFIG_HOME")
    base = Path(config) if config else Path.home() / ".config"
    return base / "runcomfy" / "token.json"
