// Write the call: in Python, by curl, and as JSON.

import { type Body, type Document, isObject, type Json, own } from "./schema.js";

const INVISIBLE = /[\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]/g;
const BASE = "${RUNCOMFY_BASE_URL:-https://model-api.runcomfy.net}";

export function json(body: Body): string {
  return spelled(JSON.stringify(body, null, 2));
}

export function curl(document: Document, body: Body): string {
  const path = document["x-runcomfy"].model_id.split("/").map(encodeURIComponent).join("/");
  const data = json(body).replaceAll("'", "'\\''");
  return [
    `curl --fail-with-body "${BASE}/v1/models/${path}" \\`,
    '  --header "Authorization: Bearer $RUNCOMFY_API_TOKEN" \\',
    '  --header "Content-Type: application/json" \\',
    `  --data '${data}'`,
  ].join("\n");
}

export function python(document: Document, body: Body): string {
  const { vendor, module, fields } = document["x-runcomfy"].python;
  const lines = Object.entries(body).map(
    ([name, value]) => `            ${own(fields, name) ?? name}=${literal(value, 12)},`,
  );
  const call = lines.length ? ["Input(", ...lines, "        )"].join("\n") : "Input()";
  return [
    "from runcomfy_models import RunComfy",
    `from runcomfy_models.${vendor} import ${module}`,
    "",
    "with RunComfy() as client:",
    "    result = client.run(",
    `        ${module}.${call}`,
    "    )",
    "    print(result.output)",
    '    print(client.download(result, "out"))',
  ].join("\n");
}

function literal(value: Json, indent: number): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return spelled(JSON.stringify(value));
  const margin = " ".repeat(indent + 4);
  const items = isObject(value)
    ? Object.entries(value).map(([name, inner]) => `${spelled(JSON.stringify(name))}: ${literal(inner, indent + 4)}`)
    : value.map((inner) => literal(inner, indent + 4));
  const [open, close] = isObject(value) ? ["{", "}"] : ["[", "]"];
  if (!items.length) return `${open}${close}`;
  const inside = items.map((item) => `${margin}${item},\n`).join("");
  return `${open}\n${inside}${" ".repeat(indent)}${close}`;
}

// Spell out what cannot be seen, in a way that JSON and Python both read.
function spelled(text: string): string {
  return text.replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
