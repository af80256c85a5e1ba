// The call that the values make, in the language that is chosen; and what copies it.

import { freshId, make, button } from "./dom.js";
import type { Body, Document } from "./schema.js";
import { commandLine, curl, javascript, json, python } from "./snippets.js";

const WRITERS = { Python: python, JavaScript: javascript, curl, "Command line": commandLine, JSON: json };
type Language = keyof typeof WRITERS;
// Of a text within the call, such as a file's: what is beyond it is copied, but not shown.
const LONGEST_SHOWN = 2000;
const LONG_TEXT = /(data:[\w/+.-]+;base64,[\w+/=]{60})[\w+/=]{1000,}/g;

export function callView(schema: Document) {
  const code = make("code", { tabIndex: 0 });
  code.setAttribute("aria-label", "The call");
  const name = freshId();
  let language: Language = "Python";
  let latest: Body = {};
  const whole = () => WRITERS[language](schema, latest);
  const write = (body: Body) => {
    latest = body;
    const text = whole();
    code.textContent = text.length > LONGEST_SHOWN ? text.replace(LONG_TEXT, "$1… (copied whole)") : text;
  };
  const choices = (Object.keys(WRITERS) as Language[]).map((one) => {
    const radio = make("input", { type: "radio", name, value: one, checked: one === language });
    radio.addEventListener("input", () => {
      language = one;
      write(latest);
    });
    return make("label", {}, radio, ` ${one}`);
  });
  const copy = copyButton("Copy the call", () => ({ text: whole(), said: "Copied" }));
  const legend = make("legend", {}, "The call");
  const languages = make("fieldset", { className: "rc-languages" }, legend, ...choices);
  const element = make("div", { className: "rc-call" }, languages, make("pre", {}, code), copy);
  return { element, write };
}

// A button that copies a text, and says so; without a text it says why there is none.
export function copyButton(label: string, made: () => { text: string; said: string }): HTMLButtonElement {
  const element = button(label, () => {
    const { text, said } = made();
    if (!text) return tell(said);
    const failed = () => tell("Select it and copy");
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => tell(said), failed);
    else failed();
  });
  const tell = (said: string) => {
    element.textContent = said;
    setTimeout(() => (element.textContent = label), 3000);
  };
  return element;
}
