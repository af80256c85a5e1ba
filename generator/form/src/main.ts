// The form on a model's page: fields from its schema, what is wrong with them, the call.

import { callView, copyButton } from "./call.js";
import { type Control, group } from "./controls.js";
import { button, make } from "./dom.js";
import { Checker, Found } from "./faults.js";
import { runPanel } from "./run.js";
import { type Body, type Document, isObject } from "./schema.js";
import { link, refused, shared } from "./share.js";

declare global {
  interface Window {
    runcomfyDocs: { load(address: string): Promise<unknown> };
    runcomfyForm: { start(host: HTMLElement): Promise<void> };
  }
}

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
  const state = make("div", { className: "rc-state" });
  state.setAttribute("role", "status");
  const remark = make("p", { className: "rc-remark", hidden: true });
  remark.setAttribute("role", "alert");
  const remarked = (said: string) => {
    remark.textContent = said;
    remark.hidden = !said;
  };
  const panel = runPanel(schema["x-runcomfy"].model_id);
  const update = () => {
    const body = read(fields);
    const found = new Found();
    fields.report(found, "");
    const faults = checker.check(body, found);
    const unshown = new Map(faults);
    fields.show(unshown, "");
    state.replaceChildren(...verdict(faults, unshown));
    call.write(body);
    panel?.follow(body, faults?.size ?? 0);
  };
  const place = { label: "Input", required: true, location: "#", changed: update };
  const fields: Control = group(schema, place);
  const fill = (body: Body) => {
    fields.write(body);
    update();
  };
  const fillShared = (): boolean => {
    const given = shared();
    if (!given) return false;
    remarked(given.said);
    if (!given.body) return false;
    fill(given.body);
    remarked(remarkOn(given.body, read(fields)));
    host.scrollIntoView();
    return true;
  };
  const example = () => (isObject(schema.examples?.[0]) ? schema.examples[0] : {});
  const filled = (body: Body) => () => {
    remarked("");
    fill(body);
  };
  const actions = make(
    "div",
    { className: "rc-actions" },
    button("Fill in the example", filled(example())),
    button("Clear", filled({})),
    shareButton(() => read(fields)),
  );
  const run = panel ? [panel.element] : [];
  const form = make("form", { noValidate: true }, remark, fields.element, actions, state, ...run, call.element);
  form.setAttribute("aria-label", "Try values");
  form.addEventListener("submit", (event) => event.preventDefault());
  keepingPlace(host, () => host.replaceChildren(form));
  if (!fillShared()) keepingPlace(host, () => fill(example()));
  window.addEventListener("hashchange", fillShared);
}

// Who reads what is below the form stays there when it grows.
function keepingPlace(host: HTMLElement, change: () => void): void {
  const before = host.getBoundingClientRect();
  const isBelow = scrollY > 0 && before.bottom < innerHeight / 2;
  change();
  if (isBelow) scrollBy({ top: host.getBoundingClientRect().bottom - before.bottom, behavior: "instant" });
}

function read(fields: Control): Body {
  const body = fields.read();
  return isObject(body) ? body : {};
}

function remarkOn(given: Body, taken: Body): string {
  const left = refused(given, taken);
  return left.length ? `Of the link's values, these do not fit a field here, and were left out: ${left.join("; ")}.` : "";
}

function verdict(faults: Map<string, string> | undefined, unshown: Map<string, string>): HTMLElement[] {
  if (!faults) return [make("p", {}, "This schema cannot be checked in a browser.")];
  if (!faults.size) return [make("p", {}, "These values fit the schema.")];
  const counted = faults.size === 1 ? "1 value does not fit." : `${faults.size} values do not fit.`;
  const elsewhere = [...unshown].map(([pointer, message]) => make("li", {}, `${pointer || "The whole"} ${message}`));
  return [make("p", {}, counted), ...(elsewhere.length ? [make("ul", {}, ...elsewhere)] : [])];
}

function shareButton(body: () => Body): HTMLButtonElement {
  return copyButton("Copy a link to these values", () => {
    const { address, said } = link(body());
    if (address) history.replaceState(null, "", address);
    return { text: address, said };
  });
}

window.runcomfyForm = { start };
