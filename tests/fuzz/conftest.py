import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

FOLDER = Path(__file__).parent
sys.path += [str(FOLDER), str(FOLDER.parent / "dialect")]

COMMON = {
    "database": None,
    "deadline": None,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
settings.register_profile("repeatable", derandomize=True, **COMMON)
settings.register_profile("scale", max_examples=1_000, **COMMON)
settings.load_profile("repeatable")
