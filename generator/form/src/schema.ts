// What the form reads of a schema. Every name may be one of Object's own: ask hasOwn.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Rule {
  validation_rule?: Json;
  validation_value?: Json;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  const?: Json;
  enum?: Json[];
  examples?: Json[];
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  validations?: Rule[];
  "x-media"?: string;
}

// How a value is written in Python: the names of fields, and which of our classes hold it.
export interface PythonValue {
  class?: string;
  items?: PythonValue;
}

export interface PythonField extends PythonValue {
  name: string;
}

export interface Document extends Schema {
  "x-runcomfy": {
    model_id: string;
    // What could keep a browser busy for ever: the service alone checks it.
    slow_patterns?: string[];
    python: {
      vendor: string;
      module: string;
      classes: Record<string, Record<string, PythonField>>;
    };
  };
}

export type Body = { [name: string]: Json };

// One of the forms that a value may have, and where the schema says so.
export interface Branch {
  keyword: "anyOf" | "oneOf";
  index: number;
  schema: Schema;
}

export function typeOf(schema: Schema): string {
  const named = schema.type;
  if (Array.isArray(named)) {
    const others = named.filter((name) => name !== "null");
    return others.length === 1 ? (others[0] ?? "") : "";
  }
  if (named) return named;
  return schema.properties ? "object" : "";
}

export function isNullable(schema: Schema): boolean {
  const isNull = (value: Schema) => value.type === "null" || value.const === null;
  const named = Array.isArray(schema.type) && schema.type.includes("null");
  const listed = schema.enum?.includes(null) ?? false;
  return named || listed || [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some(isNull);
}

export function branches(schema: Schema): Branch[] {
  const found: Branch[] = [];
  for (const keyword of ["anyOf", "oneOf"] as const)
    for (const [index, branch] of (schema[keyword] ?? []).entries())
      if (branch.type !== "null" && branch.const !== null) found.push({ keyword, index, schema: branch });
  return found;
}

export function values(schema: Schema): Json[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema.const as Json];
  return schema.enum?.filter((value) => value !== null);
}

export function own<T>(table: Record<string, T> | undefined, name: string): T | undefined {
  return table && Object.hasOwn(table, name) ? table[name] : undefined;
}

export function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function branchName(schema: Schema): string {
  const listed = values(schema);
  if (listed) return listed.length === 1 ? JSON.stringify(listed[0]) : "one of a list";
  if (schema.title) return schema.title;
  const told = Object.entries(schema.properties ?? {}).find(([, child]) => values(child)?.length === 1);
  if (told) return `${told[0]}: ${String(values(told[1])?.[0])}`;
  const names = Object.keys(schema.properties ?? {});
  if (names.length) return names.join(", ");
  return typeOf(schema) || "any JSON";
}

// Escape one part of a JSON pointer.
export function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
