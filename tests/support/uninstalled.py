"""A process that has the package as it stands here, installed or not."""

import os

from tests.support.checkout import GENERATED

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(GENERATED),
    "PYTHONDONTWRITEBYTECODE": "1",
}
