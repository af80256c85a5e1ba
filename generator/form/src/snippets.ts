// Write the call: in Python, JavaScript, by curl, on the command line, and as JSON.

import { fileName } from "./files.js";
import { type Body, type Document, type Json, own, type PythonField, type PythonValue } from "./schema.js";

const INVISIBLE = /[\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]/g;
const BASE = "${RUNCOMFY_BASE_URL:-https://model-api.runcomfy.net}";
const JOINERS = /(?<=\p{Extended_Pictographic}\ufe0f?)\u200d(?=\p{Extended_Pictographic})/gu;

export function json(_: Document, body: Body): string {
  return spelled(JSON.stringify(body, null, 2));
}

export function curl(document: Document, body: Body): string {
  return [
    `curl --fail-with-body "${BASE}/v1/models/${path(document)}" \\`,
    '  --header "Authorization: Bearer $RUNCOMFY_API_TOKEN" \\',
    '  --header "Content-Type: application/json" \\',
    `  --data ${shell(json(document, body))}`,
  ].join("\n");
}

export function javascript(document: Document, body: Body): string {
  const lines = json(document, body).split("\n").join("\n  ");
  return [
    'const base = process.env.RUNCOMFY_BASE_URL ?? "https://model-api.runcomfy.net";',
    "const headers = {",
    "  Authorization: `Bearer ${process.env.RUNCOMFY_API_TOKEN}`,",
    '  "Content-Type": "application/json",',
    "};",
    `const answer = await fetch(\`\${base}/v1/models/${path(document)}\`, {`,
    '  method: "POST",',
    "  headers,",
    `  body: JSON.stringify(${lines}),`,
    "});",
    "if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);",
    "const { request_id } = await answer.json();",
    "let result;",
    "do {",
    "  await new Promise((resolve) => setTimeout(resolve, 2000));",
    "  const asked = await fetch(`${base}/v1/requests/${request_id}/result`, { headers });",
    "  result = await asked.json();",
    '} while (!["succeeded", "failed", "cancelled", "completed"].includes(result.status));',
    "console.log(result);",
  ].join("\n");
}

export function commandLine(document: Document, body: Body): string {
  const model = shell(document["x-runcomfy"].model_id);
  const entries = Object.entries(body);
  if (!entries.every(([, value]) => isSayable(value)))
    return `printf '%s' ${shell(JSON.stringify(body))} |\n  runcomfy-models run ${model} --input -`;
  const flags = entries.flatMap(([name, value]) => flag(name, value));
  return [`runcomfy-models run ${model}`, ...flags.map((each) => `  ${each}`)].join(" \\\n");
}

// Whether a value can be said by flags: a list by repeating, an object as JSON.
function isSayable(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => !Array.isArray(one) && isSayable(one));
  return value !== null;
}

function flag(name: string, value: Json): string[] {
  const said = `--${name.replaceAll("_", "-")}`;
  if (Array.isArray(value)) return value.flatMap((one) => flag(name, one));
  if (typeof value === "boolean") return [value ? said : `--no-${said.slice(2)}`];
  if (typeof value === "string") return [`${shell(said)}=${shell(fileName(value) ?? value)}`];
  return [`${shell(said)}=${shell(JSON.stringify(value))}`];
}

export function python(document: Document, body: Body): string {
  const { vendor, module, classes } = document["x-runcomfy"].python;
  const write = new PythonWriter(module, classes);
  const call = write.value(body, { class: "Input" }, 8);
  return [
    ...(write.hasFiles ? ["from pathlib import Path", ""] : []),
    "from runcomfy_models import RunComfy",
    `from runcomfy_models.${vendor} import ${module}`,
    "",
    "with RunComfy() as client:",
    "    result = client.run(",
    `        ${call}`,
    "    )",
    "    print(result.output)",
    '    print(client.download(result, "out"))',
  ].join("\n");
}

class PythonWriter {
  hasFiles = false;

  constructor(
    private readonly module: string,
    private readonly classes: Record<string, Record<string, PythonField>>,
  ) {}

  value(value: Json, hint: PythonValue, indent: number): string {
    if (value === null) return "None";
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return JSON.stringify(value);
    if (Array.isArray(value)) {
      const items = value.map((one) => this.value(one, hint.items ?? {}, indent + 4));
      return bracket("[", items, "]", indent);
    }
    const fields = hint.class ? own(this.classes, hint.class) : undefined;
    if (fields && Object.keys(value).every((name) => Object.hasOwn(fields, name))) {
      const pairs = Object.entries(value).map(([name, inner]) => {
        const field = own(fields, name) as PythonField;
        return `${field.name}=${this.value(inner, field, indent + 4)}`;
      });
      return bracket(`${this.module}.${hint.class}(`, pairs, ")", indent);
    }
    const pairs = Object.entries(value).map(
      ([name, inner]) => `${quoted(name)}: ${this.value(inner, {}, indent + 4)}`,
    );
    return bracket("{", pairs, "}", indent);
  }

  private text(value: string): string {
    const name = fileName(value);
    if (name === undefined) return quoted(value);
    this.hasFiles = true;
    return `Path(${quoted(name)})`;
  }
}

function bracket(open: string, items: string[], close: string, indent: number): string {
  if (!items.length) return `${open}${close}`;
  const margin = " ".repeat(indent + 4);
  return `${open}\n${items.map((item) => `${margin}${item},\n`).join("")}${" ".repeat(indent)}${close}`;
}

function quoted(text: string): string {
  return spelled(JSON.stringify(text));
}

function path(document: Document): string {
  return document["x-runcomfy"].model_id.split("/").map(encodeURIComponent).join("/");
}

function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// Spell out what cannot be seen, in a way that JSON and Python both read. What joins two
// emoji is seen: as the one that they become.
function spelled(text: string): string {
  const joined = new Set([...text.matchAll(JOINERS)].map((found) => found.index));
  return text.replace(INVISIBLE, (c, at: number) =>
    joined.has(at) ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
