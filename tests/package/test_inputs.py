"""What every generated input does beside checking its fields."""

import pickle

import pytest
from pydantic import ValidationError

from runcomfy_models._models import wire_body
from runcomfy_models.blackforestlabs import flux_2_pro_edit

BODY = {"prompt": "A cat", "image_urls": ["https://example.com/a.png"]}


def test_a_repr_is_short_and_shows_what_was_set() -> None:
    data = "data:image/png;base64," + "A" * 100_000
    many = flux_2_pro_edit.Input(prompt="A cat", image_urls=[data] * 10)
    shown = repr(many)
    assert shown.startswith(
        "Input(prompt='A cat', image_urls=['data:image/png;base64,AAA"
    )
    assert len(shown) < 600
    assert "seed" not in shown


def test_it_pickles_as_it_goes_over_the_wire() -> None:
    whole = flux_2_pro_edit.Input(**BODY, image_size={"width": 640, "height": 480})
    assert wire_body(pickle.loads(pickle.dumps(whole))) == wire_body(whole)
    unchecked = flux_2_pro_edit.Input.unchecked(prompt=1, new=[2])
    copied = pickle.loads(pickle.dumps(unchecked))
    assert wire_body(copied) == {"prompt": 1, "new": [2]}


def test_assignment_is_checked_and_sent() -> None:
    changed = flux_2_pro_edit.Input(**BODY)
    changed.seed = 7
    assert wire_body(changed) == {**BODY, "seed": 7}
    with pytest.raises(ValidationError, match="seed"):
        changed.seed = "seven"  # type: ignore[assignment]
