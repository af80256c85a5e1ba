"""Which fault strikes which request: scripts first, then seeded chance. No I/O.

Chance is drawn from the seed, the request and how often it came, never from the
order in which connections happen to arrive: so a failing run repeats.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from ..http.routing import Endpoint
from .faults import OK, Fault


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault by chance: on one endpoint, or on every one."""

    fault: Fault
    probability: float = 1.0
    endpoint: Endpoint | None = None

    def __post_init__(self) -> None:
        """Refuse what is not a probability."""
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability is 0 to 1, not {self.probability}")

    def concerns(self, endpoint: Endpoint) -> bool:
        """Tell whether the rule is about this endpoint."""
        if self.endpoint is None and self.fault.ending is not None:
            return endpoint == "submit"
        return self.endpoint in (None, endpoint)


class FaultPlan:
    """Hands out one fault a request."""

    def __init__(self, seed: int, rules: Iterable[FaultRule] = ()) -> None:
        self._seed = seed
        self._rules = tuple(rules)
        self._once: dict[tuple[Endpoint, str | None], deque[Fault]] = {}
        self._each: dict[Endpoint, list[Fault]] = {}
        self._calls: Counter[tuple[Endpoint, str]] = Counter()

    def script(
        self, endpoint: Endpoint, steps: Iterable[Fault], request_id: str | None = None
    ) -> None:
        """Queue steps for the endpoint's next calls, or for one job's next calls."""
        self._once.setdefault((endpoint, request_id), deque()).extend(steps)

    def script_each(self, endpoint: Endpoint, steps: Iterable[Fault]) -> None:
        """Let the first calls of every job go through these steps."""
        self._each.setdefault(endpoint, []).extend(steps)

    def draw(self, endpoint: Endpoint, subject: str, request_id: str) -> Fault:
        """Return the next request's fault.

        `subject` is what makes two requests the same one, repeated.
        """
        key = (endpoint, subject)
        call = self._calls[key]
        self._calls[key] += 1
        scripts: tuple[tuple[Endpoint, str | None], ...] = (
            (endpoint, request_id),
            (endpoint, None),
        )
        for script in scripts:
            if steps := self._once.get(script):
                return steps.popleft()
        each = self._each.get(endpoint, ())
        if call < len(each):
            return each[call]
        for number, rule in enumerate(self._rules):
            if rule.concerns(endpoint) and rule.probability > chance(
                self._seed, number, endpoint, subject, call
            ):
                return rule.fault
        return OK


def chance(*parts: object) -> float:
    """Return a number in [0, 1) that depends on the parts alone."""
    digest = blake2b(repr(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
