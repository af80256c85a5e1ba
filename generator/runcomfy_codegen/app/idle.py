"""Tell that nothing is to be done, and import nothing that would do it."""

from runcomfy_codegen.cache.stamp import Counts, stamped

__all__ = ["Counts", "stamped"]
