"""Where files stand that only save time. Imports little, since most runs look there.

platformdirs knows more of such places, and takes longer to import than a run lasts that
finds nothing changed.
"""

import os
import sys

NAME = "runcomfy-codegen"


def cache_folder() -> str | None:
    """Return the user's folder for our caches; None for a user who has no home."""
    base = os.environ.get("LOCALAPPDATA", "")
    if sys.platform != "win32":
        home = os.path.expanduser("~")
        below = "Library/Caches" if sys.platform == "darwin" else ".cache"
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, below)
    return os.path.join(base, NAME) if os.path.isabs(base) else None
