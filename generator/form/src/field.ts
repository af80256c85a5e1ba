// What every control has around its input: label, words, limits, null and empty, faults.

import { freshId, make } from "./dom.js";
import type { Found } from "./faults.js";
import { limits } from "./limits.js";
import { isNullable, type Json, type Schema } from "./schema.js";

export interface Control {
  element: HTMLElement;
  read(): Json | undefined;
  write(value: Json | undefined): void;
  rename(label: string): void;
  // Tell which forms were chosen, and what is wrong that no schema says.
  report(found: Found, pointer: string): void;
  // Show what is wrong at this place and below; take from the faults what is shown.
  show(faults: Map<string, string>, pointer: string): void;
}

export interface Place {
  label: string;
  required: boolean;
  location: string;
  changed(): void;
}

export function take(faults: Map<string, string>, pointer: string): string {
  const message = faults.get(pointer) ?? "";
  faults.delete(pointer);
  return message;
}

export function faultLine() {
  const element = make("p", { className: "rc-fault", id: freshId(), hidden: true });
  const show = (message: string) => {
    element.textContent = message;
    element.hidden = !message;
  };
  return { element, show };
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

// A field with one input. `given` reads what was typed; undefined leaves the field out.
export function field(
  schema: Schema,
  place: Place,
  input: Input,
  given: { read(): Json | undefined; write(value: Json | undefined): boolean },
  beside: Node[] = [],
): Control {
  const id = freshId();
  const fault = faultLine();
  const name = make("code", {}, place.label);
  const mark = place.required ? make("span", { className: "rc-required" }, " required") : "";
  const label = make("label", { htmlFor: id }, name, mark);
  const said = make("p", { className: "rc-said", id: `${id}-said`, dir: "auto" });
  said.textContent = schema.description ?? "";
  const limit = make("p", { className: "rc-limits", id: `${id}-limits` }, limits(schema));
  input.id = id;
  const described = [schema.description ? said : undefined, limit.textContent ? limit : undefined];
  const words = described.filter((each) => each !== undefined);
  input.setAttribute("aria-describedby", [...words, fault.element].map((each) => each.id).join(" "));
  if (place.required) input.setAttribute("aria-required", "true");
  const special = specials(schema, place, input);
  const element = make("div", { className: "rc-field" }, label, ...words, input, ...beside, ...special.boxes, fault.element);
  input.addEventListener("input", place.changed);
  return {
    element,
    read: () => special.read(given.read()),
    write: (value) => {
      const isSpecial = special.write(value);
      if (isSpecial || !given.write(value)) given.write(undefined);
      special.follow();
    },
    rename: (text) => {
      name.textContent = text;
    },
    report: () => {},
    show: (faults, pointer) => {
      const message = take(faults, pointer);
      fault.show(message);
      input.setAttribute("aria-invalid", String(Boolean(message)));
      special.follow();
    },
  };
}

// Null and the empty text, which an empty input cannot say.
function specials(schema: Schema, place: Place, input: Input) {
  const isText = input.tagName === "TEXTAREA" && !schema.minLength && schema.type !== undefined;
  const nothing = isNullable(schema) ? checkbox("null", place.changed) : undefined;
  const empty = isText ? checkbox("empty text", place.changed) : undefined;
  const boxes = [nothing?.label, empty?.label].filter((box) => box !== undefined);
  const follow = () => {
    input.disabled = Boolean(nothing?.box.checked);
    if (empty) empty.label.hidden = input.value !== "" || input.disabled;
  };
  return {
    boxes,
    follow,
    read: (value: Json | undefined): Json | undefined => {
      if (nothing?.box.checked) return null;
      return value === undefined && empty?.box.checked ? "" : value;
    },
    write: (value: Json | undefined): boolean => {
      if (nothing) nothing.box.checked = value === null;
      if (empty) empty.box.checked = value === "";
      return (value === null && Boolean(nothing)) || (value === "" && Boolean(empty));
    },
  };
}

export function checkbox(text: string, changed: () => void) {
  const box = make("input", { type: "checkbox" });
  box.addEventListener("input", changed);
  return { box, label: make("label", { className: "rc-special" }, box, ` ${text}`) };
}
