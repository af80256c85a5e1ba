"""The models that the simulator serves, as catalogue entries."""

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from ..http.messages import APIError

Entry = Mapping[str, Any]

_SCHEMAS = ("input_schema", "output_schema")
_PRICE = {"base_price_usd": 0.04, "price_unit": "output"}
"""What is told of the package's models that were stored without a price."""


class Catalogue:
    """The package's own models, or entries that the caller brings.

    The package's entries are read when they are first asked for. Brought entries are
    served exactly as given, in whatever dialect, order or disorder. A price that is set
    later stands over either.
    """

    def __init__(self, entries: Iterable[Any] | None = None) -> None:
        self._brought = None if entries is None else list(entries)
        self._read: dict[str, Entry] = {}
        self._prices: dict[str, dict[str, Any]] = {}
        for entry in self._brought or ():
            if _is_entry(entry):
                self._read.setdefault(entry["model_id"], entry)
        self._modules: Mapping[str, tuple[str, str]] = (
            _package_models() if self._brought is None else {}
        )

    def __len__(self) -> int:
        return len(self._modules if self._brought is None else self._brought)

    def entry(self, model_id: str) -> Entry:
        """Return one model's entry; raise `APIError` (400001) for an unknown model."""
        if model_id not in self._read:
            if model_id not in self._modules:
                raise APIError(400, 400001, f"There is no model {model_id!r}.")
            self._read[model_id] = _read_entry(*self._modules[model_id])
        entry: Entry = self._priced(self._read[model_id])
        return entry

    def set_price(self, model_id: str, price: Mapping[str, Any]) -> None:
        """Let these keys stand in a model's entry from now on."""
        self._prices[model_id] = dict(price)

    def _priced(self, entry: Any) -> Any:
        price = self._prices.get(entry.get("model_id")) if self._prices else None
        return entry if price is None else {**entry, **price}

    def categories(self) -> list[str]:
        """Return every category that an entry names, sorted."""
        return sorted({name for entry in self._entries() for name in _names(entry)})

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the entries that a query asks for, and how many match in all."""
        limit = _whole_number(query, "limit", 100, 1, 500)
        offset = _whole_number(query, "offset", 0, 0, None)
        found = [entry for entry in self._entries() if _matches(entry, query)]
        models = found[offset : offset + limit]
        if query.get("include_schema", "").lower() not in ("true", "1"):
            models = [_without_schemas(entry) for entry in models]
        return {"models": models, "total": len(found)}

    def _entries(self) -> Sequence[Any]:
        if self._brought is not None:
            return [self._priced(e) if _is_entry(e) else e for e in self._brought]
        return [self.entry(model_id) for model_id in self._modules]


def _package_models() -> Mapping[str, tuple[str, str]]:
    from ..._catalogue import MODELS

    return MODELS


def _read_entry(vendor: str, module: str) -> Entry:
    package = __name__.rsplit(".", 3)[0]
    path = files(package).joinpath("_schemas", vendor, f"{module}.json")
    entry: Entry = json.loads(path.read_text("utf-8"))
    return entry if "base_price_usd" in entry else {**entry, **_PRICE}


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, Mapping) and isinstance(entry.get("model_id"), str)


def _names(entry: Any) -> list[str]:
    names = entry.get("categories") if isinstance(entry, Mapping) else None
    return [name for name in names or () if isinstance(name, str)]


def _matches(entry: Any, query: Mapping[str, str]) -> bool:
    wanted = {key: query.get(key, "") for key in ("search", "category", "kind")}
    if not any(wanted.values()):
        return True
    if not isinstance(entry, Mapping):
        return False
    shown = (entry.get(key) for key in ("model_id", "display_name", "description"))
    text = "\n".join(str(value) for value in shown if value).casefold()
    return (
        wanted["search"].casefold() in text
        and wanted["category"] in ("", *_names(entry))
        and wanted["kind"] in ("", entry.get("kind"))
    )


def _without_schemas(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    return {key: value for key, value in entry.items() if key not in _SCHEMAS}


def _whole_number(
    query: Mapping[str, str], name: str, default: int, least: int, most: int | None
) -> int:
    text = query.get(name, str(default))
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if value < least or (most is not None and value > most):
        limits = f"{least} or more" if most is None else f"{least} to {most}"
        message = f"{name} is a whole number, {limits}."
        raise APIError(422, 422001, message, [{"loc": ["query", name], "msg": message}])
    return value
