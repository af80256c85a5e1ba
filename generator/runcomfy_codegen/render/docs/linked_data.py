"""Describe a model as JSON-LD, in the words of schema.org, for search engines."""

from typing import Any

from runcomfy_codegen.ir import Model
from runcomfy_codegen.render.about import About


def linked_data(model: Model, said: About) -> dict[str, Any]:
    """Return what a model's page is about. Its address is known when the site is built."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": said.title,
        "alternateName": model.model_id,
        "description": said.description,
        "identifier": model.model_id,
        "applicationCategory": "MultimediaApplication",
        "operatingSystem": "Any",
        "creator": {"@type": "Organization", "name": model.model_id.partition("/")[0]},
        "provider": {"@type": "Organization", "name": "RunComfy"},
    }
    if said.tasks:
        data["keywords"] = ", ".join(said.tasks)
    if model.base_price_usd is not None:
        price = {"price": model.base_price_usd, "priceCurrency": "USD"}
        data["offers"] = {"@type": "Offer", **price, "description": said.price}
    return data
