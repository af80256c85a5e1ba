"""Make Python names of wire names, and know which names are taken."""

import keyword
import re
from collections.abc import Iterable

from runcomfy_codegen.ir import Identifier
from runcomfy_codegen.portable import DEVICES

LONGEST_NAME = 200
"""As long as a model_id may be: files are named so."""
MODULE_NAMES_TAKEN = DEVICES | {"Any", "MODULES", "TYPE_CHECKING", "import_module"}
"""What a vendor's package mentions, and what cannot be the name of a file."""
CLASS_NAMES_TAKEN = frozenset(
    [
        "Annotated",
        "Any",
        "Field",
        "Input",
        "InputModel",
        "InputObject",
        "Literal",
        "Output",
        "OutputModel",
        "OpenInputObject",
        "NOT_BOOL",
        "NULLABLE",
        "ONE_BRANCH",
        "ONLY_BOOL",
        "UNIQUE_ITEMS",
        "OrDict",
        "AudioSource",
        "AudioSources",
        "ImageSource",
        "ImageSources",
        "VideoSource",
        "VideoSources",
    ]
)
BASE_CLASS_NAMES = """
    body construct copy dict from_body from_orm json model_computed_fields model_config
    model_construct model_copy model_dump model_dump_json model_extra model_fields
    model_fields_set model_id model_json_schema model_parametrized_name
    model_post_init model_rebuild model_validate model_validate_json
    model_validate_strings mro output_type parse_file parse_obj parse_raw register
    schema schema_json unchecked update_forward_refs validate
"""
ANNOTATION_NAMES = (
    "bool count_fields dict float int list multiple_of one_of str url_text"
)
FIELD_NAMES_TAKEN = frozenset(f"{BASE_CLASS_NAMES} {ANNOTATION_NAMES}".split())
"""Attributes of the base classes, and the names that annotations mention."""

TAKEN = {
    "modules": MODULE_NAMES_TAKEN,
    "fields": FIELD_NAMES_TAKEN | CLASS_NAMES_TAKEN,
    "classes": CLASS_NAMES_TAKEN,
}


def identifier(text: str, prefix: str, taken: Iterable[str] = ()) -> Identifier:
    """Return the Python name of a wire name.

    What is not an identifier character becomes `_`, in lower case; a name that starts
    with a digit or an underscore gets the prefix, a keyword or a taken name a
    trailing `_`.
    """
    name = re.sub(r"[^0-9a-z_]", "_", text.lower())
    if not name or not name[0].isalpha():
        name = prefix + name.lstrip("_")
    if keyword.iskeyword(name) or name in taken:
        name += "_"
    return Identifier(name)


def class_name(*parts: str) -> Identifier:
    """Return the name of a class from the names of the fields that lead to it."""
    words = re.split(r"[^0-9A-Za-z]+", " ".join(parts))
    name = "".join(word[:1].upper() + word[1:] for word in words)
    if not name or not name[0].isalpha():
        name = f"Field{name}"
    is_taken = name in CLASS_NAMES_TAKEN or keyword.iskeyword(name)
    return Identifier(f"{name}_" if is_taken else name)
