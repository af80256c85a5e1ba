"""What one run remembers, and whom it tells how far it has come.

Whatever is worth keeping while a run lasts, such as compiled templates or prepared
validators, is kept in the run's `Session` and ends with it: two runs in one process share
nothing, and a process that does many runs does not grow.

A stage that keeps something takes the `Session` as an argument, and calls
`session.once(function, …)` in place of `function(…)`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, TypeVarTuple

from runcomfy_codegen.progress import Progress, no_progress

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")
Thing = TypeVar("Thing")


@dataclass(slots=True, eq=False)
class Session:
    """One run, from its beginning to its end."""

    progress: Progress = no_progress
    jobs: int | None = None
    """How many processes to use; None for as many as pay for themselves."""
    _kept: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    def once(
        self, function: Callable[[*Arguments], Result], *arguments: *Arguments
    ) -> Result:
        """Return what a function makes of some arguments, made once in this session.

        The arguments have to be hashable. The function itself is part of the key, so it
        has to be one that stays: a function of a module, not a lambda. What it raises is
        not kept.
        """
        key = (function, *arguments)
        if key not in self._kept:
            self._kept[key] = function(*arguments)
        kept: Result = self._kept[key]
        return kept

    def once_for(
        self,
        function: Callable[[Thing, *Arguments], Result],
        thing: Thing,
        *arguments: *Arguments,
    ) -> Result:
        """Do the same for a thing that has no hash, such as a schema: by its identity.

        The thing is kept as long as what was made of it, and must not change.
        """
        key = (function, id(thing), *arguments)
        if key not in self._kept:
            self._kept[key] = thing, function(thing, *arguments)
        kept: Result = self._kept[key][1]
        return kept
