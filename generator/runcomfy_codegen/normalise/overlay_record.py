"""What an overlay was written against.

An overlay hides what the service publishes. So it records, under `x-written-against`,
the value of each place that it sets, as the stored model had it.
"""

from collections.abc import Mapping

from runcomfy_codegen.ir import Json
from runcomfy_codegen.schema.patched_places import patched_places
from runcomfy_codegen.schema.pointer import Absent

RECORD = "x-written-against"
"""The key of an overlay that is not part of the patch."""


def patch_of(overlay: Mapping[str, Json]) -> dict[str, Json]:
    """Return the patch that an overlay is, without what it was written against."""
    return {key: value for key, value in overlay.items() if key != RECORD}


def record_of(
    entry: Mapping[str, Json], overlay: Mapping[str, Json]
) -> dict[str, Json]:
    """Return what an overlay is written against: the value of each place that it sets."""
    record = {}
    for place in patched_places(entry, patch_of(overlay)):
        if not isinstance(place.before, Absent):
            record[place.pointer] = place.before
    return record
