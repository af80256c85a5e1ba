"""What the generated tests share."""

from .suite import (
    Body,
    Cases,
    Fields,
    ModelTest,
    OutputFields,
    Simulator,
    repeat,
)

__all__ = [
    "Body",
    "Cases",
    "Fields",
    "ModelTest",
    "OutputFields",
    "Simulator",
    "repeat",
]
