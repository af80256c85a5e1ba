"""Mark an `Input` whose model is not to be used any more (PEP 702)."""

from typing_extensions import deprecated

__all__ = ["deprecated"]
