"""Finding and loading models by what they are: `find` and `load`.

The index is one file, made with the package. Nothing here imports a model before its
classes are asked for, nor pydantic.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ._core.model_info import KINDS, ModelInfo
from ._nearest import nearest
from .errors import ConfigurationError, ModelNotFoundError, RetiredModelError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._models import InputModel, OutputModel

__all__ = ["ModelModule", "find", "load"]


class ModelModule:
    """A model of this package: what it is, and its classes, imported when first used."""

    info: ModelInfo
    Input: type[InputModel[Any]]
    """The class of its request body."""
    Output: type[OutputModel]
    """The class of what it returns."""

    def __init__(self, info: ModelInfo) -> None:
        self.info = info

    def __getattr__(self, name: str) -> Any:
        """Import the model's module when one of its classes is asked for."""
        if name not in ("Input", "Output"):
            raise AttributeError(f"a model has no attribute {name!r}")
        return getattr(self._module(), name)

    def __repr__(self) -> str:
        return f"<model {self.info.model_id!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelModule) and self.info == other.info

    def __hash__(self) -> int:
        return hash(self.info.model_id)

    def _module(self) -> Any:
        from importlib import import_module

        package = __name__.rpartition(".")[0]
        return import_module(f"{package}.{self.info.vendor}.{self.info.module}")


def find(
    search: str = "",
    takes: str | Iterable[str] | None = None,
    makes: str | Iterable[str] | None = None,
    vendor: str | None = None,
) -> list[ModelInfo]:
    """Return the models of this package that fit, those first whose name does.

    Each word of `search` stands in the name, the description or a category. `takes` and
    `makes` are of `text`, `image`, `video` and `audio`; several must all fit. `vendor`
    is the first part of the model_id, or the package's name.
    """
    words = search.casefold().split()
    taken, made = _kinds(takes, "takes"), _kinds(makes, "makes")
    ranked = []
    for info in _index():
        rank = _rank(info, words)
        is_wanted = taken <= {*info.takes} and made <= {*info.makes}
        if rank is not None and is_wanted and _is_of(info, vendor):
            ranked.append((rank, info.model_id, info))
    return [info for _, _, info in sorted(ranked, key=lambda each: each[:2])]


def load(model_id: str) -> ModelModule:
    """Return a model of this package by its model_id.

    Raises ModelNotFoundError, which names the nearest ones, or RetiredModelError.
    """
    from ._catalogue import MODELS, RETIRED

    if model_id in RETIRED:
        raise RetiredModelError(model_id, RETIRED[model_id])
    if model_id not in MODELS:
        others = " or ".join(map(repr, nearest(model_id, MODELS)))
        found = f"did you mean {others}?" if others else "runcomfy_models.find() looks."
        raise ModelNotFoundError(
            f"There is no model {model_id!r:.200} in this package; {found} "
            "client.run_model runs those that it does not have."
        )
    return ModelModule(_by_id()[model_id])


@cache
def _index() -> tuple[ModelInfo, ...]:
    """Return every model, by model_id."""
    import json
    from decimal import Decimal
    from importlib.resources import files

    package = __name__.rpartition(".")[0]
    text = files(package).joinpath("_index.json").read_text("utf-8")
    lists = ("categories", "takes", "makes")
    rows = json.loads(text, parse_float=Decimal)
    return tuple(
        ModelInfo(**{**row, **{name: tuple(row[name]) for name in lists}})
        for row in rows
    )


@cache
def _by_id() -> dict[str, ModelInfo]:
    return {info.model_id: info for info in _index()}


def _kinds(wanted: str | Iterable[str] | None, name: str) -> set[str]:
    """Return the kinds that are asked for; ConfigurationError for an unknown one."""
    if wanted is None:
        return set()
    kinds = {wanted} if isinstance(wanted, str) else set(wanted)
    for kind in kinds - {*KINDS}:
        raise ConfigurationError(f"{name} must be of {', '.join(KINDS)}, not {kind!r}.")
    return kinds


def _rank(info: ModelInfo, words: list[str]) -> int | None:
    """Return 0 where the name has every word, 1 where all of it has, else None."""
    name = f"{info.model_id} {info.display_name}".casefold()
    if all(word in name for word in words):
        return 0
    text = f"{name} {info.description} {' '.join(info.categories)}".casefold()
    return 1 if all(word in text for word in words) else None


def _is_of(info: ModelInfo, vendor: str | None) -> bool:
    if vendor is None:
        return True
    names = (info.vendor.casefold(), info.model_id.partition("/")[0].casefold())
    return vendor.casefold() in names
