"""Where things stand in the checkout, and beside it."""

import shutil
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


def copy_what_modules_import(package: Path) -> None:
    """Copy what a generated module imports into a package that lacks the runtime."""
    package.mkdir(parents=True, exist_ok=True)
    for folder in ("_media", "_models"):
        shutil.copytree(RUNTIME / folder, package / folder, dirs_exist_ok=True)
    for file in ("_html.py", "_nearest.py", "errors.py", "media.py"):
        shutil.copy(RUNTIME / file, package)
