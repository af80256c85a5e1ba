// A control for each kind of schema. Each reads its value, and undefined when left out.

import { button, freshId, make } from "./dom.js";
import { preview } from "./media.js";
import {
  branches,
  branchName,
  escaped,
  isObject,
  type Json,
  own,
  type Schema,
  typeOf,
  values,
} from "./schema.js";

export interface Control {
  element: HTMLElement;
  read(): Json | undefined;
  write(value: Json | undefined): void;
  // Show what is wrong below this place: JSON pointers to messages.
  show(faults: Map<string, string>, pointer: string): void;
}

interface Place {
  label: string;
  required: boolean;
  changed(): void;
}

const PROSE = /prompt|text|lyrics|description|tags|caption/i;

export function control(schema: Schema, place: Place): Control {
  const listed = values(schema);
  if (listed) return choice(schema, listed, place);
  if (branches(schema).length > 1) return variants(schema, place);
  const only = branches(schema)[0];
  if (only) return control({ ...schema, anyOf: undefined, oneOf: undefined, ...only }, place);
  const type = typeOf(schema);
  if (type === "boolean") return choice(schema, [true, false], place);
  if (type === "object" && schema.properties) return group(schema, place);
  if (type === "array" && schema.items) return list(schema, schema.items, place);
  if (type === "string") return text(schema, place, String, (value) => value);
  if (type === "integer" || type === "number") return text(schema, place, String, toNumber);
  return text(schema, place, (value) => JSON.stringify(value), toJson, true);
}

// A field: its label, its words, its control and what is wrong with it.
function field(schema: Schema, place: Place, input: HTMLElement) {
  const id = freshId();
  const fault = make("p", { className: "rc-fault", id: `${id}-fault`, hidden: true });
  const mark = place.required ? make("span", { className: "rc-required" }, " required") : "";
  const name = make("label", { htmlFor: id }, make("code", {}, place.label), mark);
  const said = make("p", { className: "rc-said", id: `${id}-said` }, schema.description ?? "");
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-said ${id}-fault`);
  if (place.required) input.setAttribute("aria-required", "true");
  const element = make("div", { className: "rc-field" }, name, input, fault);
  if (schema.description) name.after(said);
  const show = (message: string | undefined) => {
    fault.textContent = message ?? "";
    fault.hidden = !message;
    input.setAttribute("aria-invalid", String(Boolean(message)));
  };
  return { element, show };
}

function hint(schema: Schema): string {
  if (Object.hasOwn(schema, "default")) return `default: ${JSON.stringify(schema.default)}`;
  return "left out";
}

function text(
  schema: Schema,
  place: Place,
  toText: (value: Json) => string,
  toValue: (text: string) => Json,
  isJson = false,
): Control {
  const kind = schema["x-media"];
  const isText = typeOf(schema) === "string" && !kind;
  // A text may hold line breaks, which a one-line input would drop.
  const input =
    isText || isJson
      ? make("textarea", { rows: isJson || PROSE.test(place.label) ? 3 : 1, spellcheck: isText })
      : make("input", { type: "text", autocomplete: "off" });
  input.placeholder = isJson ? "JSON" : hint(schema);
  if (["integer", "number"].includes(typeOf(schema))) input.inputMode = "decimal";
  const { element, show } = field(schema, place, input);
  input.addEventListener("input", place.changed);
  if (kind && typeOf(schema) === "string") element.append(preview(kind, () => input.value));
  return {
    element,
    read: () => (input.value === "" ? undefined : toValue(input.value)),
    write: (value) => {
      input.value = value === undefined ? "" : toText(value);
    },
    show: (faults, pointer) => show(faults.get(pointer)),
  };
}

function toNumber(typed: string): Json {
  const value = Number(typed);
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return typed.trim() && isExact ? value : typed;
}

function toJson(typed: string): Json {
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}

function choice(schema: Schema, listed: Json[], place: Place): Control {
  const none = make("option", { value: "", textContent: place.required ? "choose" : hint(schema) });
  const options = listed.map((value, index) =>
    make("option", { value: String(index), textContent: typeof value === "string" ? value : JSON.stringify(value) }),
  );
  const input = make("select", {}, none, ...options);
  const { element, show } = field(schema, place, input);
  input.addEventListener("input", place.changed);
  const texts = listed.map((value) => JSON.stringify(value));
  return {
    element,
    read: () => (input.value === "" ? undefined : listed[Number(input.value)]),
    write: (value) => {
      const index = texts.indexOf(JSON.stringify(value) ?? "");
      input.value = index < 0 ? "" : String(index);
    },
    show: (faults, pointer) => show(faults.get(pointer)),
  };
}

export function group(schema: Schema, place: Place): Control {
  const inner = Object.entries(schema.properties ?? {}).map(([name, child]) => {
    const required = schema.required?.includes(name) ?? false;
    return { name, control: control(child, { label: name, required, changed: place.changed }) };
  });
  inner.sort((a, b) => rank(schema, a.name) - rank(schema, b.name));
  const legend = make("legend", {}, make("code", {}, place.label));
  const fault = make("p", { className: "rc-fault", hidden: true });
  const element = make("fieldset", {}, legend, fault, ...inner.map((one) => one.control.element));
  return {
    element,
    read: () => {
      const given = inner
        .map((one) => [one.name, one.control.read()] as const)
        .filter((pair): pair is [string, Json] => pair[1] !== undefined);
      return given.length || place.required ? Object.fromEntries(given) : undefined;
    },
    write: (value) => {
      for (const one of inner) one.control.write(isObject(value) ? own(value, one.name) : undefined);
    },
    show: (faults, pointer) => {
      fault.textContent = faults.get(pointer) ?? "";
      fault.hidden = !fault.textContent;
      for (const one of inner) one.control.show(faults, `${pointer}/${escaped(one.name)}`);
    },
  };
}

function rank(schema: Schema, name: string): number {
  return schema.required?.includes(name) ? 0 : 1;
}

function list(schema: Schema, items: Schema, place: Place): Control {
  const rows = make("div", { className: "rc-rows" });
  const fault = make("p", { className: "rc-fault", hidden: true });
  const said = make("p", { className: "rc-said" }, schema.description ?? "");
  const mark = place.required ? make("span", { className: "rc-required" }, " required") : "";
  const legend = make("legend", {}, make("code", {}, place.label), mark);
  let inner: Control[] = [];

  const add = (value?: Json) => {
    const label = `${place.label} ${inner.length + 1}`;
    const one = control(items, { label, required: true, changed: place.changed });
    one.write(value);
    const row = make("div", { className: "rc-row" }, one.element);
    const remove = button("Remove", () => {
      inner = inner.filter((other) => other !== one);
      row.remove();
      more.focus();
      place.changed();
    });
    remove.setAttribute("aria-label", `Remove ${label}`);
    row.append(remove);
    rows.append(row);
    inner.push(one);
    return one;
  };
  const more = button(`Add to ${place.label}`, () => {
    const one = add();
    one.element.querySelector<HTMLElement>("input, select, textarea")?.focus();
    place.changed();
  });
  return {
    element: make("fieldset", {}, legend, said, rows, more, fault),
    read: () => {
      const given = inner.map((one) => one.read() ?? "");
      return given.length ? given : undefined;
    },
    write: (value) => {
      inner = [];
      rows.replaceChildren();
      if (Array.isArray(value)) for (const one of value) add(one);
    },
    show: (faults, pointer) => {
      fault.textContent = faults.get(pointer) ?? "";
      fault.hidden = !fault.textContent;
      inner.forEach((one, index) => one.show(faults, `${pointer}/${index}`));
    },
  };
}

function variants(schema: Schema, place: Place): Control {
  const schemas = branches(schema).map((branch) => inheriting(branch, schema));
  const chosen = make("select", {}, ...schemas.map((schema, index) =>
    make("option", { value: String(index), textContent: branchName(schema) }),
  ));
  chosen.setAttribute("aria-label", `${place.label}, which form`);
  const inner = schemas.map((schema) => control(schema, place));
  const body = make("div");
  const current = () => inner[Number(chosen.value)] as Control;
  const choose = () => body.replaceChildren(current().element);
  chosen.addEventListener("input", () => {
    choose();
    place.changed();
  });
  choose();
  const legend = make("legend", {}, make("code", {}, place.label));
  const said = make("p", { className: "rc-said" }, schema.description ?? "");
  return {
    element: make("fieldset", {}, legend, said, chosen, body),
    read: () => current().read(),
    write: (value) => {
      const index = value === undefined ? -1 : schemas.findIndex((schema) => fits(schema, value));
      chosen.value = String(Math.max(index, 0));
      choose();
      current().write(value);
    },
    show: (faults, pointer) => current().show(faults, pointer),
  };
}

function inheriting(branch: Schema, schema: Schema): Schema {
  const fitting = Object.hasOwn(schema, "default") && fits(branch, schema.default as Json);
  return fitting ? { default: schema.default as Json, ...branch } : branch;
}

function fits(schema: Schema, value: Json): boolean {
  const listed = values(schema);
  if (listed) return listed.some((one) => JSON.stringify(one) === JSON.stringify(value));
  const type = typeOf(schema);
  if (Array.isArray(value)) return type === "array";
  if (isObject(value)) {
    const known = Object.keys(schema.properties ?? {});
    return type === "object" && Object.keys(value).every((name) => known.includes(name));
  }
  if (typeof value === "number") return type === "number" || type === "integer";
  return type === typeof value || type === "";
}
