// Check a body against its schema, and say what is wrong with each field.

import { type OutputUnit, type Schema as ValidatorSchema, Validator } from "@cfworker/json-schema";
import { type Body, type Document, escaped, isObject, type Json } from "./schema.js";

// What only says that something deeper is wrong.
const ENCLOSING = new Set([
  "$ref",
  "additionalProperties",
  "allOf",
  "anyOf",
  "items",
  "oneOf",
  "properties",
]);
const MISSING = /required property "(.*)"\.$/s;
const UNKNOWN = "is not a field of this model";

export class Checker {
  private readonly validator: Validator;

  constructor(schema: Document) {
    const slow = new Set(schema["x-runcomfy"].slow_patterns);
    const quick = slow.size ? without(schema as unknown as Json, slow) : schema;
    this.validator = new Validator(quick as unknown as ValidatorSchema, "2020-12", false);
  }

  // Return a message for each JSON pointer; undefined where it cannot be checked here.
  check(body: Body): Map<string, string> | undefined {
    const found = new Map<string, string>();
    let errors: OutputUnit[];
    try {
      errors = this.validator.validate(body).errors;
    } catch {
      return undefined;
    }
    for (const error of [...errors].reverse()) {
      const place = decodeURI(error.instanceLocation.slice(1));
      const missing = error.keyword === "required" && MISSING.exec(error.error);
      if (missing) found.set(`${place}/${escaped(missing[1] ?? "")}`, "is required");
      else if (!ENCLOSING.has(error.keyword)) found.set(place, message(error));
      else if (!found.size) found.set(place, UNKNOWN);
    }
    return found;
  }
}

// Return a schema without some of its patterns.
function without(schema: Json, patterns: Set<string>): Json {
  if (Array.isArray(schema)) return schema.map((inner) => without(inner, patterns));
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) => key !== "pattern" || typeof value !== "string" || !patterns.has(value),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value, patterns)]));
}

function message(error: OutputUnit): string {
  if (error.keyword === "format") return "should be a URL";
  if (error.keyword === "type") return error.error.replace(/^Instance type "(.*?)" is invalid\. Expected "(.*?)"\.$/, "is $1, should be $2");
  return error.error.replace(/^(Instance|String|Items|Property) /, "").replace(/\.$/, "");
}
