"""Make the one request body of a model that docs, tests and schemas all show."""

from runcomfy_codegen.ir import Json, Model
from runcomfy_codegen.render.sample_body import example_body
from runcomfy_codegen.render.unrenderable import UnrenderableError
from runcomfy_codegen.schema.validator import SchemaJudge


def example_of(model: Model) -> dict[str, Json]:
    """Return the published example, else one of our own that the model surely takes.

    Raises UnrenderableError if none could be made.
    """
    body = example_body(model)
    if model.example is not None:
        return body  # it was judged when it was normalised
    for error in SchemaJudge(model.input_schema).iter_errors(body):
        place = "/".join(map(str, error.path))
        raise UnrenderableError(
            f"no example could be made of it: {place}: {error.message[:200]}",
            "give it an example, a request body that it takes, in an overlay",
            "/example",
        )
    return body
