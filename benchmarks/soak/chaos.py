"""Which faults strike, where, and how often. Every one that the simulator knows."""

from runcomfy_models.simulator import Fault, FaultRule
from runcomfy_models.simulator.faults.names import parse_fault
from runcomfy_models.simulator.http.routing import Endpoint

TOKEN = "soak-5d1b7c0e9a3f4862"
EVERYWHERE: tuple[Endpoint, ...] = ("submit", "status", "result", "cancel", "media")
ANSWERS: tuple[Endpoint, ...] = ("submit", "status", "result", "cancel")
POLLS: tuple[Endpoint, ...] = ("status", "result")
BEYOND_REASON = 11 * 1024 * 1024
HARMLESS = frozenset(
    {"ok", "slow", "trickle", "drip", "failed", "cancelled", "expired"}
)
"""What a submit's answer survives."""
MISLEADING = frozenset({"cancelled", "back-in-queue", "too-early", "unknown-state"})
"""After which a job may be cancelled and a client cannot know that it did it."""

NAMED: list[tuple[str, float, tuple[Endpoint, ...]]] = [
    ("slow:0.02", 0.01, EVERYWHERE),
    ("trickle:0.05", 0.005, EVERYWHERE),
    ("drip:0.05", 0.005, EVERYWHERE),
    ("hang", 0.0015, EVERYWHERE),
    ("hang-before", 0.0015, EVERYWHERE),
    ("drop", 0.01, EVERYWHERE),
    ("drop-after", 0.01, EVERYWHERE),
    ("reset", 0.01, EVERYWHERE),
    ("reset-after", 0.01, EVERYWHERE),
    ("truncated", 0.01, EVERYWHERE),
    ("status:408", 0.005, EVERYWHERE),
    ("status:500", 0.01, EVERYWHERE),
    ("status-after:500", 0.01, EVERYWHERE),
    ("status-after:504", 0.01, EVERYWHERE),
    ("status:403", 0.003, ANSWERS),
    ("rate-limit", 0.005, EVERYWHERE),
    ("rate-limit:0.01", 0.005, EVERYWHERE),
    ("rate-limit-date:1", 0.002, EVERYWHERE),
    ("error-200", 0.01, ANSWERS),
    ("error-200:400002", 0.002, ("submit",)),
    ("redirect:http://127.0.0.1:9/", 0.003, ANSWERS),
    ("broken-json", 0.01, ANSWERS),
    ("html:502", 0.01, EVERYWHERE),
    ("html:200", 0.005, EVERYWHERE),
    ("empty:200", 0.005, EVERYWHERE),
    ("empty:204", 0.003, EVERYWHERE),
    (f"huge:{BEYOND_REASON}", 0.0005, ANSWERS),
    ("unknown-state", 0.03, POLLS),
    ("failed", 0.02, ("submit", "status")),
    ("failed-object", 0.01, ("submit", "result")),
    ("cancelled", 0.01, ("submit", "status")),
    ("expired", 0.01, ("submit", "result")),
]
ECHO = Fault.answer(500, {"message": f"no use for {TOKEN}"}, name="echo")
DEEP = "[" * 5000
MADE: list[tuple[Fault, float, tuple[Endpoint, ...]]] = [
    (
        Fault.status(503, headers={"Retry-After": "0.01"}),
        0.01,
        EVERYWHERE,
    ),
    (ECHO, 0.03, ("submit",)),
    (ECHO, 0.005, ("status", "result", "cancel")),
    (Fault.drop(taken=True), 0.1, ("cancel",)),
    (Fault.answer(200, [1, 2], taken=True, name="list"), 0.005, ANSWERS),
    (Fault.answer(200, DEEP, taken=True, name="deep-json"), 0.005, ANSWERS),
    (Fault.answer(200, b"\xff\xfe", taken=True, name="not-text"), 0.003, ANSWERS),
    (Fault.html(200, taken=True), 0.005, ("submit", "cancel")),
    (Fault.merge({"request_id": None}, name="no-id"), 0.01, ("submit",)),
    (Fault.merge({"request_id": ["a"]}, name="odd-id"), 0.005, ("submit",)),
    (
        Fault.merge({"status": "in_queue", "queue_position": 3}, name="back-in-queue"),
        0.03,
        POLLS,
    ),
    (Fault.merge({"status": "completed"}, name="too-early"), 0.02, ("status",)),
    (Fault.merge({"status": None}, name="no-status"), 0.005, ("status",)),
]


def fault_rules() -> list[FaultRule]:
    """Return the faults with their chances, a rule for each endpoint."""
    known = [(parse_fault(name), share, places) for name, share, places in NAMED]
    return [
        FaultRule(fault, share, endpoint)
        for fault, share, places in known + MADE
        for endpoint in places
    ]
