// What the form reads of a schema. Every name may be one of Object's own: ask hasOwn.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  const?: Json;
  enum?: Json[];
  examples?: Json[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
  "x-media"?: string;
}

export interface Document extends Schema {
  "x-runcomfy": {
    model_id: string;
    python: { vendor: string; module: string; fields: Record<string, string> };
    // What could keep a browser busy for ever: the service alone checks it.
    slow_patterns?: string[];
  };
}

export type Body = { [name: string]: Json };

export function typeOf(schema: Schema): string {
  const named = schema.type;
  if (Array.isArray(named)) {
    const others = named.filter((name) => name !== "null");
    return others.length === 1 ? (others[0] ?? "") : "";
  }
  if (named) return named;
  return schema.properties ? "object" : "";
}

export function branches(schema: Schema): Schema[] {
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter((b) => b.type !== "null");
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

export function branchName(schema: Schema): string {
  const listed = values(schema);
  if (listed) return listed.length === 1 ? JSON.stringify(listed[0]) : "one of a list";
  if (schema.title) return schema.title;
  const names = Object.keys(schema.properties ?? {});
  if (names.length) return names.join(", ");
  return typeOf(schema) || "any JSON";
}

// Escape one part of a JSON pointer.
export function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
