"""A local stand-in for the service, over real HTTP: free, quick, and faulty on demand.

    with Simulator(faults=["drop-after=0.05"]) as simulator:
        client = RunComfy(base_url=simulator.url, token=simulator.token)

From a shell: `python -m runcomfy_models.simulator`. In pytest: the fixture
`runcomfy_simulator`. It needs the extra `runcomfy-models[simulator]`.
"""

from .faults.faults import OK, Fault
from .faults.plan import FaultRule
from .server import Received, Simulator
from .service.jobs import Job
from .service.validation import MissingDependencyError

__all__ = [
    "OK",
    "Fault",
    "FaultRule",
    "Job",
    "MissingDependencyError",
    "Received",
    "Simulator",
]
