"""What can go wrong, as exceptions that carry data. `cli` alone turns them into text."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a run that finds nothing changed needs none of it
    from runcomfy_codegen.ir import Problem


class CodegenError(Exception):
    """The base of every error that a person can mend."""


class ProblemsError(CodegenError):
    """Stored models that cannot be generated from. Holds every Problem of the run."""

    def __init__(self, problems: "Iterable[Problem]") -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(f"{len(self.problems)} problems in the schemas")


class LocatedError(CodegenError):
    """Something is wrong in one place: where, what, and what to do."""

    def __init__(self, place: str, what: str, fix: str) -> None:
        self.place, self.what, self.fix = place, what, fix
        super().__init__(place, what, fix)

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.fix}"


class SourceError(LocatedError):
    """A page or catalogue entry that cannot be read."""

    @property
    def origin(self) -> str:
        """The file or URL, and the place in it."""
        return self.place


class UsageError(LocatedError):
    """Something was asked for that does not exist."""


class StoreError(LocatedError):
    """A file that cannot be read or written as a whole."""


class TemplateError(LocatedError):
    """A template that cannot be rendered."""
