// A control for each kind of schema: of one value, of an object, of a list, of several forms.

import { button, make } from "./dom.js";
import { checkbox, type Control, faultLine, type Place, take } from "./field.js";
import { choice, json, number, text } from "./inputs.js";
import { limits } from "./limits.js";
import { medium } from "./media.js";
import {
  type Branch,
  branches,
  branchName,
  escaped,
  isNullable,
  isObject,
  isSame,
  type Json,
  own,
  type Schema,
  typeOf,
  values,
} from "./schema.js";

export type { Control } from "./field.js";

export function control(schema: Schema, place: Place): Control {
  const listed = values(schema);
  if (listed) return choice(schema, listed, place);
  const forms = branches(schema);
  if (forms.length > 1) return variants(schema, forms, place);
  const only = forms[0];
  if (only) return single(schema, only, place);
  const type = typeOf(schema);
  if (type === "boolean") return choice(schema, [true, false], place);
  if (type === "object" && schema.properties) return group(schema, place);
  if (type === "array" && schema.items) return list(schema, schema.items, place);
  if (type === "string") return schema["x-media"] ? medium(schema, place) : text(schema, place);
  if (type === "integer" || type === "number") return number(schema, place);
  return json(schema, place);
}

// The one form of a value that may be null beside it.
function single(schema: Schema, only: Branch, place: Place): Control {
  const { anyOf: _, oneOf: __, ...outer } = schema;
  const merged: Schema = { ...outer, ...only.schema };
  const named = merged.type;
  if (isNullable(schema) && typeof named === "string") merged.type = [named, "null"];
  const location = `${place.location}/${only.keyword}/${only.index}`;
  const inner = control(merged, { ...place, location });
  const chosen = { location: place.location, keyword: only.keyword, index: only.index };
  return {
    ...inner,
    report: (found, pointer) => {
      found.choices.push({ pointer, ...chosen });
      inner.report(found, pointer);
    },
  };
}

// What a fieldset has around its controls: a legend, words, null and a fault.
function frame(schema: Schema, place: Place, hasWords = true) {
  const fault = faultLine();
  const name = make("code", {}, place.label);
  const mark = place.required ? make("span", { className: "rc-required" }, " required") : "";
  const legend = make("legend", {}, name, mark);
  const said = make("p", { className: "rc-said", dir: "auto" }, schema.description ?? "");
  const limit = make("p", { className: "rc-limits" }, limits(schema));
  const nothing = isNullable(schema) ? checkbox("null", place.changed) : undefined;
  const words = hasWords ? [said, limit].filter((each) => each.textContent) : [];
  const top = [legend, ...words, ...(nothing ? [nothing.label] : []), fault.element];
  return {
    top,
    rename: (text: string) => {
      name.textContent = text;
    },
    isNull: () => Boolean(nothing?.box.checked),
    write: (value: Json | undefined) => {
      if (nothing) nothing.box.checked = value === null;
    },
    show: (faults: Map<string, string>, pointer: string) => fault.show(take(faults, pointer)),
  };
}

export function group(schema: Schema, place: Place): Control {
  const inner = Object.entries(schema.properties ?? {}).map(([name, child]) => {
    const required = schema.required?.includes(name) ?? false;
    const location = `${place.location}/properties/${encodeURI(escaped(name))}`;
    return { name, required, control: control(child, { label: name, required, location, changed: place.changed }) };
  });
  inner.sort((a, b) => Number(b.required) - Number(a.required));
  const around = frame(schema, place);
  return {
    element: make("fieldset", {}, ...around.top, ...inner.map((one) => one.control.element)),
    read: () => {
      if (around.isNull()) return null;
      const given = inner
        .map((one) => [one.name, one.control.read()] as const)
        .filter((pair): pair is [string, Json] => pair[1] !== undefined);
      const isTouched = given.some(([name]) => !isFixed(schema, name));
      return isTouched || place.required ? Object.fromEntries(given) : undefined;
    },
    write: (value) => {
      around.write(value);
      for (const one of inner) one.control.write(isObject(value) ? own(value, one.name) : undefined);
    },
    rename: around.rename,
    report: (found, pointer) => {
      for (const one of inner) one.control.report(found, `${pointer}/${escaped(one.name)}`);
    },
    show: (faults, pointer) => {
      around.show(faults, pointer);
      for (const one of inner) one.control.show(faults, `${pointer}/${escaped(one.name)}`);
    },
  };
}

// Whether a field is chosen by itself, and so says nothing of what a person wants.
function isFixed(schema: Schema, name: string): boolean {
  const child = own(schema.properties, name);
  return Boolean(child && schema.required?.includes(name) && values(child)?.length === 1);
}

function list(schema: Schema, items: Schema, place: Place): Control {
  const rows = make("div", { className: "rc-rows" });
  const around = frame(schema, place);
  const most = schema.maxItems ?? Number.POSITIVE_INFINITY;
  let label = place.label;
  let inner: { control: Control; row: HTMLElement; remove: HTMLButtonElement }[] = [];

  const number = () => {
    for (const [index, one] of inner.entries()) {
      one.control.rename(`${label} ${index + 1}`);
      one.remove.setAttribute("aria-label", `Remove ${label} ${index + 1}`);
    }
    more.disabled = inner.length >= most;
    counter.textContent = Number.isFinite(most) ? `${inner.length} of ${most}` : "";
  };
  const add = (value?: Json) => {
    const location = `${place.location}/items`;
    const one = control(items, { label, required: true, location, changed: place.changed });
    one.write(value);
    const remove = button("Remove", () => {
      inner = inner.filter((other) => other.control !== one);
      row.remove();
      number();
      more.focus();
      place.changed();
    });
    const row = make("div", { className: "rc-row" }, one.element, remove);
    rows.append(row);
    inner.push({ control: one, row, remove });
    number();
    return one;
  };
  const more = button(`Add to ${place.label}`, () => {
    const one = add();
    one.element.querySelector<HTMLElement>("input, select, textarea")?.focus();
    place.changed();
  });
  const counter = make("span", { className: "rc-counter" });
  number();
  return {
    element: make("fieldset", {}, ...around.top, rows, more, counter),
    read: () => {
      if (around.isNull()) return null;
      const given = inner.map((one) => one.control.read() ?? "");
      return given.length ? given : undefined;
    },
    write: (value) => {
      around.write(value);
      inner = [];
      rows.replaceChildren();
      number();
      if (Array.isArray(value)) for (const one of value) add(one);
    },
    rename: (text) => {
      label = text;
      around.rename(text);
      number();
    },
    report: (found, pointer) => {
      for (const [index, one] of inner.entries()) one.control.report(found, `${pointer}/${index}`);
    },
    show: (faults, pointer) => {
      around.show(faults, pointer);
      for (const [index, one] of inner.entries()) one.control.show(faults, `${pointer}/${index}`);
    },
  };
}

function variants(schema: Schema, forms: Branch[], place: Place): Control {
  const schemas = forms.map((form) => inheriting(form.schema, schema));
  const chosen = make("select", {}, ...schemas.map((form, index) =>
    make("option", { value: String(index), textContent: branchName(form) }),
  ));
  chosen.setAttribute("aria-label", `${place.label}, which form`);
  const inner = forms.map((form, index) => {
    const location = `${place.location}/${form.keyword}/${form.index}`;
    return control(schemas[index] ?? {}, { ...place, location });
  });
  const body = make("div");
  const current = () => inner[Number(chosen.value)] as Control;
  const choose = () => body.replaceChildren(current().element);
  chosen.addEventListener("input", () => {
    choose();
    place.changed();
  });
  choose();
  const around = frame(schema, place);
  return {
    element: make("fieldset", {}, ...around.top, chosen, body),
    read: () => (around.isNull() ? null : current().read()),
    write: (value) => {
      around.write(value);
      const index = value === undefined ? -1 : schemas.findIndex((form) => fits(form, value));
      chosen.value = String(Math.max(index, 0));
      choose();
      current().write(value);
    },
    rename: (text) => {
      around.rename(text);
      for (const one of inner) one.rename(text);
    },
    report: (found, pointer) => {
      const form = forms[Number(chosen.value)];
      if (form) found.choices.push({ pointer, location: place.location, keyword: form.keyword, index: form.index });
      current().report(found, pointer);
    },
    show: (faults, pointer) => {
      // A fault of the value itself is shown at its own control, where there is one.
      current().show(faults, pointer);
      around.show(faults, pointer);
    },
  };
}

function inheriting(branch: Schema, schema: Schema): Schema {
  const fitting = Object.hasOwn(schema, "default") && fits(branch, schema.default as Json);
  return fitting ? { default: schema.default as Json, ...branch } : branch;
}

function fits(schema: Schema, value: Json): boolean {
  const listed = values(schema);
  if (listed) return listed.some((one) => isSame(one, value));
  const forms = branches(schema);
  if (forms.length) return forms.some((form) => fits(form.schema, value));
  const type = typeOf(schema);
  if (Array.isArray(value)) return type === "array" && value.every((one) => fits(schema.items ?? {}, one));
  if (isObject(value)) return type === "object" && fitsObject(schema, value);
  if (typeof value === "number") return type === "number" || (type === "integer" && Number.isInteger(value)) || !type;
  return type === typeof value || type === "";
}

// Whether an object has the fields of a form, and the values by which forms are told apart.
function fitsObject(schema: Schema, value: { [name: string]: Json }): boolean {
  const known = schema.properties ?? {};
  return Object.entries(value).every(([name, inner]) => {
    const child = own(known, name);
    return child ? !values(child) || fits(child, inner) : !schema.properties;
  });
}
