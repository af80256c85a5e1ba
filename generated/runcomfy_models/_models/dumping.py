"""How pydantic, and what is built on it, takes and dumps what is not a model of its own."""

from typing import Any

from pydantic_core import CoreSchema, core_schema


def result_schema(cls: type[Any]) -> CoreSchema:
    """Return the schema of a `Result`: taken as it is, dumped as its `to_dict`."""
    dumped = core_schema.plain_serializer_function_ser_schema(
        lambda result: result.to_dict(), return_schema=core_schema.dict_schema()
    )
    return core_schema.is_instance_schema(cls, serialization=dumped)
