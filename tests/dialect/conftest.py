import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

sys.path.append(str(Path(__file__).parent))

settings.register_profile(
    "repeatable",
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("repeatable")
