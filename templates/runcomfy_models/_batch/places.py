"""Where a journal may be kept."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import ConfigurationError
from .database import Database
from .postgres import PostgresDatabase
from .sqlite import LOCK_TIMEOUT, SqliteDatabase

__all__ = ["LOCK_TIMEOUT", "open_database"]


def open_database(
    place: str | os.PathLike[str], lock_timeout: float = LOCK_TIMEOUT
) -> Database:
    """Open a journal's database: a file, or what a postgresql:// URL names."""
    text = os.fspath(place)
    if text.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(text)
    if "://" in text:
        raise ConfigurationError(
            "A journal is a file, or a URL such as postgresql://user@host/database."
        )
    return SqliteDatabase(Path(text), lock_timeout)
