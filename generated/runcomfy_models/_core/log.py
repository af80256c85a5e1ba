"""The package's one logger. No body, no token and no query goes into it."""

import logging

log = logging.getLogger("runcomfy_models")
