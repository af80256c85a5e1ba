// Check a body against its schema, and say what is wrong with each field.

import { type OutputUnit, type Schema as ValidatorSchema, Validator } from "@cfworker/json-schema";
import { type Body, type Document, escaped, isObject, type Json } from "./schema.js";

// What only says that something deeper is wrong.
const ENCLOSING = new Set([
  "$ref",
  "additionalProperties",
  "allOf",
  "anyOf",
  "contains",
  "dependentSchemas",
  "if",
  "items",
  "oneOf",
  "patternProperties",
  "prefixItems",
  "properties",
  "propertyNames",
]);
const MISSING = /required property "(.*)"\.$/s;
const NAMES = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);
const DATA = new Set(["default", "const", "enum", "examples"]);
const TYPES: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a text",
};

// Which form of a value was chosen, of those that its schema gives.
export interface Choice {
  pointer: string;
  location: string;
  keyword: string;
  index: number;
}

// What the controls know before the schema is asked.
export class Found {
  readonly choices: Choice[] = [];
  readonly faults = new Map<string, string>();
}

export class Checker {
  private readonly validator: Validator;

  constructor(private readonly schema: Document) {
    const slow = new Set(schema["x-runcomfy"].slow_patterns);
    const plain = checkable(schema as unknown as Json, slow);
    this.validator = new Validator(plain as unknown as ValidatorSchema, "2020-12", false);
  }

  // Return a message for each JSON pointer; undefined where it cannot be checked here.
  check(body: Body, found: Found): Map<string, string> | undefined {
    const faults = new Map(found.faults);
    let result: { valid: boolean; errors: OutputUnit[] };
    try {
      result = this.validator.validate(body);
    } catch {
      return undefined;
    }
    if (result.valid) return faults;
    const errors = result.errors.filter((error) => !isOfAnother(error, found.choices));
    for (const error of errors) {
      const place = pointerOf(error);
      const missing = error.keyword === "required" && MISSING.exec(error.error);
      if (missing) add(faults, `${place}/${escaped(missing[1] ?? "")}`, "is required");
      else if (!ENCLOSING.has(error.keyword)) add(faults, place, this.message(error));
    }
    if (!faults.size) {
      const last = errors.at(-1);
      add(faults, last ? pointerOf(last) : "", last ? this.message(last) : "does not fit the schema");
    }
    return faults;
  }

  private message(error: OutputUnit): string {
    const value = at(this.schema as unknown as Json, error.keywordLocation);
    switch (error.keyword) {
      case "type":
        return `should be ${[value].flat().map((name) => TYPES[String(name)] ?? name).join(" or ")}`;
      case "minimum":
        return `should be at least ${value}`;
      case "maximum":
        return `should be at most ${value}`;
      case "exclusiveMinimum":
        return `should be above ${value}`;
      case "exclusiveMaximum":
        return `should be below ${value}`;
      case "multipleOf":
        return `should be a multiple of ${value}`;
      case "minLength":
        return `should have at least ${count(value, "character")}`;
      case "maxLength":
        return `should have at most ${count(value, "character")}`;
      case "minItems":
        return `should have at least ${count(value, "item")}`;
      case "maxItems":
        return `should have at most ${count(value, "item")}`;
      case "minProperties":
        return `should have at least ${count(value, "field")}`;
      case "maxProperties":
        return `should have at most ${count(value, "field")}`;
      case "uniqueItems":
        return "holds an item twice";
      case "pattern":
        return `should be as the pattern ${value}`;
      case "enum":
        return `should be one of ${JSON.stringify(value)}`;
      case "const":
        return `should be ${JSON.stringify(value)}`;
      case "false":
        return "is not a field of this model";
      case "anyOf":
        return "fits none of the forms that it may have";
      case "oneOf":
        return "fits more than one of the forms that it may have, or none";
      case "dependentRequired":
        return "needs another field beside it";
      default:
        return `is not allowed so (${error.keyword})`;
    }
  }
}

function add(faults: Map<string, string>, place: string, message: string): void {
  if (!faults.has(place)) faults.set(place, message);
}

function count(value: Json | undefined, noun: string): string {
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}

function pointerOf(error: OutputUnit): string {
  return decodeURI(error.instanceLocation.slice(1));
}

// Whether an error is of a form of the value that was not chosen.
function isOfAnother(error: OutputUnit, choices: Choice[]): boolean {
  const place = pointerOf(error);
  return choices.some((choice) => {
    const branch = `${choice.location}/${choice.keyword}`;
    const isInside = place === choice.pointer || place.startsWith(`${choice.pointer}/`);
    if (!isInside || !error.keywordLocation.startsWith(`${branch}/`)) return false;
    const chosen = `${branch}/${choice.index}`;
    return error.keywordLocation !== chosen && !error.keywordLocation.startsWith(`${chosen}/`);
  });
}

// Return a schema without what is not checked here: formats, which are words for a reader
// to the package too, and patterns that are slow to try.
function checkable(schema: Json, slow: Set<string>, isNames = false): Json {
  if (Array.isArray(schema)) return schema.map((each) => checkable(each, slow));
  if (!isObject(schema)) return schema;
  const isKept = ([key, inner]: [string, Json]) =>
    isNames || !(key === "format" || key === "$id" || (key === "pattern" && slow.has(String(inner))));
  return Object.fromEntries(
    Object.entries(schema)
      .filter(isKept)
      .map(([key, inner]) => {
        if (!isNames && DATA.has(key)) return [key, inner];
        return [key, checkable(inner, slow, !isNames && NAMES.has(key))];
      }),
  );
}

function at(schema: Json, location: string): Json | undefined {
  let value: Json | undefined = schema;
  for (const part of location.split("/").slice(1)) {
    const name = decodeURI(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Body)[name];
  }
  return value;
}
