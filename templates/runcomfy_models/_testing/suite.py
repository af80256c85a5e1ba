"""What the generated tests share: each check names the model, the field and the rule.

Nothing here knows a model: what to expect stands in the test, made from its schema.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias
from urllib.parse import quote

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .._models import InputModel, OutputModel, wire_body
from .._models.body import ADDITIONAL
from ..errors import InvalidFileError
from ..simulator import Simulator
from .expectations import (
    differences,
    is_same,
    mistyped,
    none_in,
    not_open,
    plain,
    untried,
    wire_name_of,
    wrong_types,
)
from .files import MediaField, files_for, media_fields

__all__ = [
    "Body",
    "Cases",
    "Fields",
    "ModelTest",
    "OutputFields",
    "Simulator",
    "repeat",
]

Body: TypeAlias = Mapping[str, Any]
"""A request body, or an output."""

Fields: TypeAlias = Mapping[str, tuple[str, Any, Any]]
"""Each field's wire name, the types that JSON has for it, and its default.

The field of an object inside is `Class.field`. `...` stands for required.
"""

Cases: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Changes to the example, by the rule that each tries."""

OutputFields: TypeAlias = Mapping[str, tuple[str, str]]
"""Each field's wire name and its type, as Python writes it."""


def repeat(value: Any, count: int) -> Any:
    """Return a text or a list repeated: `repeat("x", 3)` is `"xxx"`."""
    return value * count


@dataclass(frozen=True)
class ModelTest:
    """The checks of one model. A check collects what is wrong and then fails once."""

    __test__ = False

    model_id: str
    input_type: type[InputModel[Any]]
    output_type: type[OutputModel]
    example: Mapping[str, Any]
    nullable: Sequence[str] = ()
    """The fields for which null is a value, and is sent."""

    def has_fields(self, fields: Fields) -> None:
        """Check each field's names, default and type, and what None does to it.

        A value of each other JSON type is refused. None is sent where it is a value,
        else leaves an optional field out, and is refused in a required one.
        """
        declared = self._declared(self.input_type, fields)
        wrong = differences(declared, fields)
        for name in fields:
            if name in declared:
                wrong += self._check_field(name, fields[name], *declared[name])
        if self.input_type.model_id != self.model_id:
            wrong.append(f"model_id is {self.input_type.model_id!r}")
        if self.input_type.output_type is not self.output_type:
            wrong.append(f"output_type is {self.input_type.output_type!r}")
        self._report(wrong)

    def _check_field(
        self,
        name: str,
        expected: tuple[str, Any, Any],
        cls: type[Any],
        field: FieldInfo,
    ) -> list[str]:
        """Return what is wrong with a field's default, its type, and None in it."""
        wire_name, kind, default = expected
        wrong = []
        if field.is_required() != (default is ...):
            wrong.append(f"{name}: required is {field.is_required()}")
        elif default is not ... and not is_same(field.default, default):
            wrong.append(f"{name}: the default is {field.default!r}")
        attribute = name.rpartition(".")[2]
        wrong += wrong_types(name, cls, attribute, kind)
        none: Any = {wire_name: None} if name in self.nullable else {}
        if default is ... and not none:
            none = "refused"
        found = none_in(cls, attribute, wire_name_of(field, attribute))
        if found != none:
            wrong.append(f"{name}: None is {found or 'left out'}")
        return wrong

    def has_choices(self, *cases: Cases) -> None:
        """Check that each value of each `Literal` is one that the schema names."""
        tried = [self.example]
        tried += [change for changes in cases for change in changes.values()]
        self._report(
            [
                f"{place}: offers {value!r}, which the schema does not"
                for place, value in untried(self.input_type, tried, "")
            ]
        )

    def accepts(self, changes: Cases) -> None:
        """Check that the example is accepted with each change, and sent as it is.

        So are files in the place of media, each as a `data:` URI.
        """
        wrong = []
        for rule, change in {"the example": {}, **changes}.items():
            body = {**self.example, **change}
            try:
                sent = wire_body(self.input_type(**body))
            except ValidationError as error:
                wrong.append(f"{rule}: refused: {error.errors()[0]['msg']}")
            else:
                if not is_same(sent, body):
                    wrong.append(f"{rule}: sent as {sent!r:.200}")
        for field in media_fields(self.input_type):
            wrong += self._check_files(field)
        self._report(wrong)

    def _check_files(self, field: MediaField) -> list[str]:
        """Return what is wrong with files in a media field: each is to be a `data:` URI."""
        files = files_for(field, self.example.get(field.wire_name))
        body = {**self.example, field.wire_name: files}
        try:
            sent = self.input_type(**body).body()[field.wire_name]
        except (ValidationError, InvalidFileError) as error:
            return [f"{field.wire_name}: a file is refused: {error}"]
        urls = sent if field.is_list else [sent]
        start = f"data:{field.kind}/"
        if not all(str(url).startswith(start) for url in urls):
            return [f"{field.wire_name}: files are sent as {sent!r:.200}"]
        return []

    def refuses(self, changes: Cases) -> None:
        """Check that each change is refused, at its own field.

        Leaving a required field out and an unknown field are refused too.
        """
        wrong = []
        for rule, change in changes.items():
            wrong += self._check_refusal(rule, {**self.example, **change}, *change)
        for name, field in self.input_type.model_fields.items():
            wire_name = wire_name_of(field, name)
            if field.is_required():
                rest = {k: v for k, v in self.example.items() if k != wire_name}
                wrong += self._check_refusal(f"{name}: left out", rest, wire_name)
        unknown = "no_such_field"
        wrong += self._check_refusal(
            "an unknown field", {**self.example, unknown: 1}, unknown
        )
        self._report(wrong)

    def _check_refusal(
        self, rule: str, body: Mapping[str, Any], name: str
    ) -> list[str]:
        try:
            self.input_type(**body)
        except ValidationError as error:
            places = {str(detail["loc"][0]) for detail in error.errors()}
            return [] if places == {name} else [f"{rule}: refused for {places}"]
        return [f"{rule}: accepted"]

    def returns(self, output: Mapping[str, Any], fields: OutputFields) -> None:
        """Check that the output is typed where it is known, and kept where it is not."""
        additional = {name for name in fields if name.endswith(ADDITIONAL)}
        named = {
            name: field for name, field in fields.items() if name not in additional
        }
        declared = self._declared(self.output_type, named)
        wrong = differences(declared, named)
        names = vars(sys.modules[self.output_type.__module__])
        for name in fields.keys() & declared.keys():
            field, written = declared[name][1], fields[name][1]
            due = eval(written, dict(names))
            if field.annotation != (type(None) if due is None else due):
                wrong.append(f"{name}: its type is {field.annotation}, not {written}")
        for name in additional:
            cls = names.get(name.partition(".")[0], self.output_type)
            found = cls.__annotations__.get(ADDITIONAL)
            if found != eval(fields[name][1], dict(names)):
                wrong.append(f"{name}: its type is {found}, not {fields[name][1]}")
        whole = self.output_type.model_validate(output)
        known = {wire: name for name, (wire, _) in fields.items() if "." not in name}
        for wire_name, value in output.items():
            came = plain(getattr(whole, known.get(wire_name, wire_name), None))
            if not is_same(came, value):
                wrong.append(f"{wire_name}: {value!r} came back as {came!r}")
        wrong += mistyped(whole, output)
        for cls in {self.output_type, *(cls for cls, _ in declared.values())}:
            wrong += not_open(cls)
        self._report(wrong)

    def runs(self, simulator: Simulator) -> None:
        """Check each call: method, path, body and what it returns.

        One job is submitted, waited for and read, another submitted and cancelled.
        """
        from .. import RunComfy

        model_input = self.input_type(**self.example)
        with RunComfy(poll_interval=0.001) as client:
            done = client.submit(model_input)
            state = done.status().state
            result = done.wait(timeout=60)
            dropped = client.submit(model_input)
            was_cancelled = dropped.cancel()
        submit = ("POST", f"/v1/models/{quote(self.model_id)}", self.example)
        first, second = (f"/v1/requests/{job.request_id}" for job in (done, dropped))
        due = [
            submit,
            ("GET", f"{first}/status", b""),
            ("GET", f"{first}/result", b""),
            submit,
            ("POST", f"{second}/cancel", b""),
        ]
        calls = [(r.method, r.path, r.raw and r.body) for r in simulator.requests]
        # How often it asks where the job stands is the client's business.
        sent = [call for call, _ in groupby(calls)]
        wrong = [f"{call} was sent" for call in sent if call not in due]
        wrong += [f"{call} was not sent" for call in due if call not in sent]
        if not wrong and sent != due:
            wrong.append(f"sent in another order: {sent}")
        if not (state == "in_queue" and was_cancelled):
            wrong.append(f"status said {state}, cancel {was_cancelled}")
        if type(result.output) is not self.output_type:
            wrong.append(f"the result's output is {result.output!r}")
        self._report(wrong)

    def _declared(
        self, root: type[BaseModel], fields: Mapping[str, Any]
    ) -> dict[str, tuple[type[Any], FieldInfo]]:
        """Return the fields that there are, of the root and of each class inside."""
        module = vars(sys.modules[root.__module__])
        found = {name: (root, field) for name, field in root.model_fields.items()}
        for inner in {name.partition(".")[0] for name in fields if "." in name}:
            cls = module.get(inner, BaseModel)
            for name, field in cls.model_fields.items():
                found[f"{inner}.{name}"] = (cls, field)
        return found

    def _report(self, wrong: list[str]) -> None:
        assert not wrong, "\n  ".join([self.model_id, *wrong])
