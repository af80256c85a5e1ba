"""Generate typed clients, documentation and tests from the schemas of RunComfy's models."""

__version__ = "0.1.0"
