// Say in words what a field takes, before anything is typed.

import { type Schema, typeOf } from "./schema.js";

const FORMATS: Record<string, string> = {
  date: "a date, such as 2026-01-31",
  "date-time": "a date and time, such as 2026-01-31T12:00:00Z",
  time: "a time, such as 12:00:00Z",
  email: "an email address",
  uuid: "a UUID",
};
const RULES: Record<string, string> = {
  "file_size_mb<": "under {} MB",
  "height_pixels<": "under {} pixels high",
  "height_pixels>": "over {} pixels high",
  "width/height<": "width to height under {}",
  "width/height>": "width to height over {}",
  "width_pixels<": "under {} pixels wide",
  "width_pixels>": "over {} pixels wide",
};

export function limits(schema: Schema): string {
  const said = [
    ...range(schema.minimum, schema.maximum, ""),
    ...(schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`below ${schema.exclusiveMaximum}`]),
    ...(schema.multipleOf === undefined ? [] : [`in steps of ${schema.multipleOf}`]),
    ...range(schema.minItems || undefined, schema.maxItems, " items"),
    ...range(schema.minLength || undefined, schema.maxLength, " characters"),
    ...(schema.uniqueItems ? ["no item twice"] : []),
    ...(schema.pattern === undefined ? [] : [`as the pattern ${schema.pattern}`]),
    ...(FORMATS[schema.format ?? ""] ?? "").split("\n").filter(Boolean),
    ...rules(schema),
  ];
  const type = typeOf(schema);
  return [type === "integer" ? "a whole number" : "", ...said].filter(Boolean).join(", ");
}

export function rules(schema: Schema): string[] {
  const found = [schema, schema.items ?? {}].flatMap((each) => each.validations ?? []);
  return found.flatMap(({ validation_rule: rule, validation_value: value }) => {
    const words = typeof rule === "string" && Object.hasOwn(RULES, rule) ? RULES[rule] : undefined;
    return words ? [words.replace("{}", String(value))] : [];
  });
}

function range(low: number | undefined, high: number | undefined, unit: string): string[] {
  const one = (count: number) => (count === 1 ? unit.replace(/s$/, "") : unit);
  if (low !== undefined && high !== undefined)
    return [low === high ? `exactly ${low}${one(low)}` : `${low} to ${high}${unit}`];
  if (low !== undefined) return [`at least ${low}${one(low)}`];
  return high === undefined ? [] : [`up to ${high}${one(high)}`];
}
