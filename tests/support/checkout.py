"""Where things stand in the checkout, and beside it."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SCHEMAS = CHECKOUT / "schemas"
GENERATED = CHECKOUT / "generated"
TEMPLATES = CHECKOUT / "templates"
RUNTIME = TEMPLATES / "runcomfy_models"
TESTS = CHECKOUT / "tests"
GOLDEN = TESTS / "golden" / "cases"
SHARED = CHECKOUT.parent / "shared"
"""What is beside a checkout only on some machines: saved pages, the saved catalogue."""
CATALOGUE = SHARED / "catalogue" / "models.json"
