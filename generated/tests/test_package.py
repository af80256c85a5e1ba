"""The package as a whole: each model that it lists has a module to import."""

from importlib.util import find_spec

from runcomfy_models import find, models


def test_every_listed_model_has_a_module() -> None:
    listed = find()
    assert sorted(info.model_id for info in listed) == models()
    missing = [
        info.model_id
        for info in listed
        if find_spec(f"runcomfy_models.{info.vendor}.{info.module}") is None
    ]
    assert missing == []
