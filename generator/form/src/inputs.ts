// Controls of one value: texts, numbers, choices, and JSON where nothing else is known.

import { button, make } from "./dom.js";
import { type Control, field, type Place } from "./field.js";
import { isSame, type Json, type Schema, typeOf } from "./schema.js";

const PROSE = /prompt|text|lyrics|description|tags|caption/i;
const SEED = /seed/i;
const MOST_STEPS = 10_000;
const LARGEST_SEED = 2 ** 31 - 1;

export function text(schema: Schema, place: Place): Control {
  // A text may hold line breaks, which a one-line input would drop.
  const input = make("textarea", { rows: PROSE.test(place.label) ? 3 : 1, placeholder: hint(schema), dir: "auto" });
  const counter = make("p", { className: "rc-counter" });
  const count = () => {
    const typed = [...input.value].length;
    counter.textContent = schema.maxLength === undefined ? "" : `${typed} of ${schema.maxLength} characters`;
  };
  input.addEventListener("input", count);
  count();
  const given = {
    read: () => (input.value === "" ? undefined : input.value),
    write: (value: Json | undefined) => {
      input.value = typeof value === "string" ? value : "";
      count();
      return typeof value === "string";
    },
  };
  return field(schema, place, input, given, schema.maxLength === undefined ? [] : [counter]);
}

export function json(schema: Schema, place: Place): Control {
  const input = make("textarea", { rows: 3, placeholder: "JSON", spellcheck: false });
  const given = {
    read: () => (input.value.trim() === "" ? undefined : parsed(input.value)),
    write: (value: Json | undefined) => {
      input.value = value === undefined ? "" : JSON.stringify(value);
      return value !== undefined;
    },
  };
  return field(schema, place, input, given);
}

function parsed(typed: string): Json {
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}

export function number(schema: Schema, place: Place): Control {
  const isWhole = typeOf(schema) === "integer";
  const step = schema.multipleOf ?? (isWhole ? 1 : undefined);
  const input = make("input", { type: "number", placeholder: hint(schema), step: step ? String(step) : "any" });
  if (schema.minimum !== undefined) input.min = String(schema.minimum);
  if (schema.maximum !== undefined) input.max = String(schema.maximum);
  const slider = sliderOf(schema, step, place.label);
  const follow = () => {
    if (slider) slider.value = input.value || String(schema.default ?? schema.minimum);
  };
  slider?.addEventListener("input", () => {
    input.value = slider.value;
    place.changed();
  });
  input.addEventListener("input", follow);
  const given = {
    read: () => (input.value === "" && !input.validity.badInput ? undefined : toNumber(input.value)),
    write: (value: Json | undefined) => {
      input.value = typeof value === "number" ? String(value) : "";
      follow();
      return typeof value === "number";
    },
  };
  follow();
  const beside: HTMLElement[] = slider ? [slider] : [];
  const isSeed = isWhole && SEED.test(place.label);
  if (isSeed) beside.push(button("Random", () => {
    input.value = String(randomSeed(schema));
    follow();
    place.changed();
  }));
  return field(schema, place, input, given, beside);
}

function sliderOf(schema: Schema, step: number | undefined, label: string): HTMLInputElement | undefined {
  const { minimum: low, maximum: high } = schema;
  if (low === undefined || high === undefined || high <= low) return undefined;
  if ((high - low) / (step ?? (high - low) / 100) > MOST_STEPS) return undefined;
  const slider = make("input", { type: "range", min: String(low), max: String(high) });
  slider.step = step ? String(step) : String((high - low) / 100);
  slider.setAttribute("aria-label", `${label}, slider`);
  return slider;
}

function randomSeed(schema: Schema): number {
  const low = Math.max(schema.minimum ?? 0, 0);
  const high = Math.min(schema.maximum ?? LARGEST_SEED, LARGEST_SEED);
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return high > low ? low + (drawn % (high - low + 1)) : low;
}

function toNumber(typed: string): Json {
  const value = Number(typed);
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return typed.trim() && isExact ? value : typed;
}

export function choice(schema: Schema, listed: Json[], place: Place): Control {
  // What can only have one value, and must have it, has it.
  const isFixed = place.required && listed.length === 1;
  const none = make("option", { value: "", textContent: place.required ? "choose" : hint(schema) });
  const options = listed.map((value, index) => make("option", { value: String(index), textContent: shown(value) }));
  const input = make("select", {}, ...(isFixed ? [] : [none]), ...options);
  const given = {
    read: () => (input.value === "" ? undefined : listed[Number(input.value)]),
    write: (value: Json | undefined) => {
      const index = value === undefined ? -1 : listed.findIndex((one) => isSame(one, value));
      input.value = index < 0 ? (isFixed ? "0" : "") : String(index);
      return index >= 0;
    },
  };
  return field(schema, place, input, given);
}

function shown(value: Json): string {
  return typeof value === "string" && value ? value : JSON.stringify(value);
}

function hint(schema: Schema): string {
  return Object.hasOwn(schema, "default") ? `default: ${JSON.stringify(schema.default)}` : "left out";
}
