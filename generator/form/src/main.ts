// The form on a model's page: fields from its schema, what is wrong with them, the call.

import { type Control, group } from "./controls.js";
import { button, freshId, make } from "./dom.js";
import { Checker } from "./faults.js";
import { type Body, type Document, isObject } from "./schema.js";
import { link, shared } from "./share.js";
import { curl, json, python } from "./snippets.js";

declare global {
  interface Window {
    runcomfyDocs: { load(address: string): Promise<unknown> };
    runcomfyForm: { start(host: HTMLElement): Promise<void> };
  }
}

const WRITERS = { Python: python, curl, JSON: (_: Document, body: Body) => json(body) };
type Language = keyof typeof WRITERS;

async function start(host: HTMLElement): Promise<void> {
  try {
    const schema = (await window.runcomfyDocs.load(host.dataset.schema ?? "")) as Document;
    show(host, schema);
  } catch (error) {
    host.replaceChildren(make("p", {}, `The schema cannot be read: ${String(error)}`));
  }
}

function show(host: HTMLElement, schema: Document): void {
  const checker = new Checker(schema);
  const call = callView(schema);
  const state = make("p", { className: "rc-state" });
  state.setAttribute("role", "status");
  const update = () => {
    const body = read(fields);
    const faults = checker.check(body);
    fields.show(faults ?? new Map(), "");
    state.textContent = verdict(faults);
    call.write(body);
  };
  const fields: Control = group(schema, { label: "Input", required: true, changed: update });
  const fill = (body: unknown) => {
    fields.write(isObject(body) ? body : undefined);
    update();
  };
  const given = shared();
  const actions = make(
    "div",
    { className: "rc-actions" },
    button("Fill in the example", () => fill(schema.examples?.[0])),
    button("Clear", () => fill({})),
    shareButton(() => read(fields)),
  );
  const form = make("form", { noValidate: true }, fields.element, actions, state, call.element);
  form.setAttribute("aria-label", "Try values");
  form.addEventListener("submit", (event) => event.preventDefault());
  host.replaceChildren(form);
  fill(given ?? schema.examples?.[0]);
  if (given) document.getElementById("try")?.scrollIntoView();
}

function read(fields: Control): Body {
  const body = fields.read();
  return isObject(body) ? body : {};
}

function verdict(faults: Map<string, string> | undefined): string {
  if (!faults) return "This schema cannot be checked in a browser.";
  if (!faults.size) return "These values fit the schema.";
  return faults.size === 1 ? "1 value does not fit." : `${faults.size} values do not fit.`;
}

function callView(schema: Document) {
  const code = make("code", { tabIndex: 0 });
  code.setAttribute("aria-label", "The call");
  const name = freshId();
  let language: Language = "Python";
  let latest: Body = {};
  const write = (body: Body) => {
    latest = body;
    code.textContent = WRITERS[language](schema, body);
  };
  const choices = (Object.keys(WRITERS) as Language[]).map((one) => {
    const radio = make("input", { type: "radio", name, value: one, checked: one === language });
    radio.addEventListener("input", () => {
      language = one;
      write(latest);
    });
    return make("label", {}, radio, ` ${one}`);
  });
  const copy = copyButton("Copy the call", () => code.textContent ?? "");
  const legend = make("legend", {}, "The call");
  const languages = make("fieldset", { className: "rc-languages" }, legend, ...choices);
  const element = make("div", { className: "rc-call" }, languages, make("pre", {}, code), copy);
  return { element, write };
}

function shareButton(body: () => Body): HTMLButtonElement {
  return copyButton("Copy a link to these values", () => {
    const address = link(body());
    history.replaceState(null, "", address);
    return address;
  });
}

function copyButton(label: string, text: () => string): HTMLButtonElement {
  const element = button(label, () => {
    const copied = text();
    navigator.clipboard?.writeText(copied).then(
      () => tell("Copied"),
      () => tell("Select it and copy"),
    ) ?? tell("Select it and copy");
  });
  const tell = (said: string) => {
    element.textContent = said;
    setTimeout(() => (element.textContent = label), 2000);
  };
  return element;
}

window.runcomfyForm = { start };
