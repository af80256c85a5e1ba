"""Call datamodel-code-generator's parser, in-process."""

from functools import cache
from typing import Any


@cache
def _configuration() -> tuple[Any, dict[str, Any]]:
    """Return the parser's class and settings. Importing it costs more than a module."""
    from datamodel_code_generator._shared_types import LiteralType
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.model import get_data_model_types
    from datamodel_code_generator.parser.jsonschema import JsonSchemaParser

    python = PythonVersion.PY_311
    types = get_data_model_types(DataModelType.PydanticV2BaseModel, python)
    settings = {
        "allow_remote_refs": False,
        "data_model_field_type": types.field_model,
        "data_model_root_type": types.root_model,
        "data_model_type": types.data_model,
        "data_type_manager_type": types.data_type_manager,
        "enum_field_as_literal": LiteralType.All,
        "field_constraints": True,
        "strict_nullable": True,
        "target_python_version": python,
        "use_annotated": True,
        "use_standard_collections": True,
        "use_union_operator": True,
    }
    return JsonSchemaParser, settings


def parse(document: str) -> list[Any]:
    """Return the models that the parser makes of a document of `$defs`."""
    from datamodel_code_generator.config import JSONSchemaParserConfig

    parser, settings = _configuration()
    reader = parser(document, config=JSONSchemaParserConfig(**settings))
    reader.parse_raw()
    return list(reader.results)
