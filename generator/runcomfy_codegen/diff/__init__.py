"""Say what changed between two packages, and whom it breaks. Pure.

Two schemas are compared without knowing on which side they stand: a difference makes a
schema narrower or wider, is both at once, or says nothing of what is valid. Only `judge`
knows of directions: an input that gets narrower breaks its callers, an output that gets
wider breaks its readers.
"""

from runcomfy_codegen.diff.change import (
    VERDICTS,
    Change,
    Verdict,
    breaks,
    version_step,
)

__all__ = ["VERDICTS", "Change", "Verdict", "breaks", "version_step"]
