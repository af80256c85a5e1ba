"""What the generated tests share: each check names the model, the field and the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ._models import InputModel, OutputModel, wire_body
from .simulator import Simulator

__all__ = ["Cases", "ModelTest", "Simulator", "repeat"]

Cases: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Changes to the example, by the rule that each tries."""


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

    def has_fields(self, fields: Mapping[str, tuple[str, Any]]) -> None:
        """Check each field's wire name, and its default; `...` stands for required."""
        wrong = []
        declared = self.input_type.model_fields
        for name, (wire_name, default) in fields.items():
            field = declared.get(name)
            if field is None:
                wrong.append(f"{name}: there is no such field")
            elif _wire_name(field, name) != wire_name:
                sent_as = _wire_name(field, name)
                wrong.append(f"{name}: goes over the wire as {sent_as!r}")
            elif field.is_required() != (default is ...):
                wrong.append(f"{name}: required is {field.is_required()}")
            elif default is not ... and not _is_same(field.default, default):
                wrong.append(f"{name}: the default is {field.default!r}")
        wrong += [f"{n}: not in the schema" for n in declared.keys() - fields.keys()]
        if self.input_type.model_id != self.model_id:
            wrong.append(f"model_id is {self.input_type.model_id!r}")
        if self.input_type.output_type is not self.output_type:
            wrong.append(f"output_type is {self.input_type.output_type!r}")
        self._report(wrong)

    def accepts(self, changes: Cases) -> None:
        """Check that the example is accepted with each change, and sent as it is."""
        wrong = []
        for rule, change in {"the example": {}, **changes}.items():
            body = {**self.example, **change}
            try:
                sent = wire_body(self.input_type(**body))
            except ValidationError as error:
                wrong.append(f"{rule}: refused: {error.errors()[0]['msg']}")
            else:
                if not _is_same(sent, body):
                    wrong.append(f"{rule}: sent as {sent!r}")
        self._report(wrong)

    def refuses(self, changes: Cases) -> None:
        """Check that each change is refused, at its own field.

        Leaving a required field out, None in one, and an unknown field are refused
        too; None in an optional field leaves it out.
        """
        wrong = []
        for rule, change in changes.items():
            wrong += self._check_refusal(rule, {**self.example, **change}, *change)
        for name, field in self.input_type.model_fields.items():
            wire_name = _wire_name(field, name)
            rest = {k: v for k, v in self.example.items() if k != wire_name}
            if field.is_required():
                wrong += self._check_refusal(f"{name}: left out", rest, wire_name)
            elif wire_body(self.input_type(**{**rest, wire_name: None})) not in (
                rest,
                {**rest, wire_name: None},
            ):
                wrong.append(f"{name}: None does not leave it out")
        stranger = "no_such_field"
        wrong += self._check_refusal(
            "an unknown field", {**self.example, stranger: 1}, stranger
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

    def returns(self, output: Mapping[str, Any]) -> None:
        """Check that the output is typed where it is known, and kept where it is not."""
        wrong = []
        fields = self.output_type.model_fields
        known = {_wire_name(field, name): name for name, field in fields.items()}
        whole = self.output_type.model_validate({**output, "no_such_field": [1]})
        for wire_name, value in output.items():
            if wire_name not in known:
                wrong.append(f"{wire_name}: there is no such field in the output")
            elif not _is_same(_plain(getattr(whole, known[wire_name])), value):
                wrong.append(f"{wire_name}: {value!r} is not what came back")
        wrong += _mistyped(whole, output)
        if (whole.model_extra or {}).get("no_such_field") != [1]:
            wrong.append("an unknown field of the output is lost")
        empty = self.output_type.model_validate({})
        for wire_name, name in known.items():
            if getattr(empty, name) is not None:
                wrong.append(f"{wire_name}: has a value that nobody sent")
            odd = self.output_type.model_validate({wire_name: {"odd": [None]}})
            if not _is_same(_plain(getattr(odd, name)), {"odd": [None]}):
                wrong.append(f"{wire_name}: an odd value is lost")
        self._report(wrong)

    def runs(self, simulator: Simulator) -> None:
        """Check that the example goes over the wire unchanged, and a result comes back."""
        from . import RunComfy

        with RunComfy(poll_interval=0.001) as client:
            job = client.submit(self.input_type(**self.example))
            result = job.wait(timeout=60)
        assert isinstance(result.output, self.output_type), self.model_id
        submitted = simulator.requests[0]
        assert submitted.method == "POST", self.model_id
        assert unquote(submitted.path) == f"/v1/models/{self.model_id}", self.model_id
        assert submitted.body == self.example, self.model_id

    def _report(self, wrong: list[str]) -> None:
        assert not wrong, "\n  ".join([self.model_id, *wrong])


def _wire_name(field: FieldInfo, name: str) -> str:
    return name if field.alias is None else field.alias


def _mistyped(whole: OutputModel, output: Mapping[str, Any]) -> list[str]:
    """Return each field, nested ones too, whose type does not fit a value of the schema."""
    wrong = []
    for name, field in type(whole).model_fields.items():
        wire_name, value = _wire_name(field, name), getattr(whole, name)
        sent = output.get(wire_name)
        if isinstance(value, OutputModel) and isinstance(sent, Mapping):
            wrong += _mistyped(value, sent)
        elif sent is not None:
            annotation: Any = field.annotation
            try:
                TypeAdapter(annotation).validate_python(sent, strict=True)
            except ValidationError:
                wrong.append(f"{wire_name}: {sent!r} is not of its type")
    return wrong


def _plain(value: Any) -> Any:
    if isinstance(value, OutputModel):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _is_same(one[k], other[k]) for k in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other)
