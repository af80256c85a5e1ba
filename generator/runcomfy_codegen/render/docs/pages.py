"""What the template of a model's page needs: its facts, its fields, calls that run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from runcomfy_codegen.escape import json_text
from runcomfy_codegen.ir import Identifier, Json
from runcomfy_codegen.render.docs.answers import sample_answer
from runcomfy_codegen.render.docs.command_line import command_line
from runcomfy_codegen.render.docs.linked_data import linked_data
from runcomfy_codegen.render.docs.listing import anchor_of, family_of
from runcomfy_codegen.render.docs.parameters import Group, Parameter, groups
from runcomfy_codegen.render.docs.snippets import curl_data, curl_path, python_call
from runcomfy_codegen.render.entries import Entry, entry_of
from runcomfy_codegen.render.python.code import literal
from runcomfy_codegen.render.python.layout import lay_out
from runcomfy_codegen.render.sample_words import PLACE
from runcomfy_codegen.render.schemas.files import input_document, output_document
from runcomfy_codegen.render.subject import Subject

URL_CHARACTERS = ":/?#@!$&*+,;=%~."


@dataclass(frozen=True, slots=True)
class Page:
    """A documentation page, as it is written."""

    vendor: Identifier
    module: Identifier
    title: str
    model_id: str
    description: str
    entry: Entry
    source_url: str
    inputs: tuple[Group, ...]
    media_inputs: tuple[Parameter, ...]
    """The fields, of whatever class, that take a medium."""
    outputs: tuple[Group, ...]
    command_line: str
    """The example as flags of the package's command."""
    curl_path: str
    curl_data: str
    python_input: str
    async_input: str
    python_input_flush: str
    """The same at the left margin, behind a short name."""
    python_body: str
    """The example as a dict."""
    placeholder: str
    """What the addresses of sample media begin with."""
    has_placeholders: bool
    answer: str
    """What the service answers once a job has ended, as JSON."""
    about: Mapping[str, Json]
    """The page's JSON-LD."""
    vendor_title: str
    family: str
    family_anchor: str
    input_document: Mapping[str, Json]
    output_document: Mapping[str, Json]


def view(subject: Subject) -> Page:
    """Return what the page's template needs."""
    module, said, body = subject.module, subject.about, subject.example
    model = module.model
    inputs = groups(module, "input", subject.session)
    return Page(
        vendor=module.vendor,
        module=module.name,
        title=said.title,
        model_id=model.model_id,
        description=said.description,
        entry=entry_of(subject),
        source_url=quote(model.source_url, safe=URL_CHARACTERS),
        inputs=inputs,
        media_inputs=tuple(
            parameter
            for group in inputs
            for parameter in group.parameters
            if parameter.file
        ),
        outputs=groups(module, "output", subject.session),
        command_line=command_line(model.model_id, model.input_schema, body),
        curl_path=curl_path(model.model_id),
        curl_data=curl_data(body),
        python_input=python_call(module, body, indent=8),
        async_input=python_call(module, body, indent=12),
        python_input_flush=python_call(module, body, indent=0),
        python_body=lay_out(literal(body), 4, 88),
        placeholder=PLACE,
        has_placeholders=PLACE in json_text(body),
        answer=json_text(sample_answer(model, said.makes), 2),
        about=linked_data(model, said),
        vendor_title=model.model_id.partition("/")[0],
        family=family_of(model.model_id),
        family_anchor=anchor_of(family_of(model.model_id)),
        input_document=input_document(module, body),
        output_document=output_document(module),
    )


def shown(subjects: Sequence[Subject], chosen: str = "") -> tuple[Page, ...]:
    """Return the page of one model to show as an example, if there is any."""
    named = [each for each in subjects if each.module.model.model_id == chosen]
    return tuple(map(view, named or subjects[-1:]))
