// A medium: its URL, or a file from the visitor's disk. The page loads nothing by itself.

import { button, make } from "./dom.js";
import { type Control, field, type Place } from "./field.js";
import { fileName, readFile, sizeInWords } from "./files.js";
import type { Json, Schema } from "./schema.js";

export function medium(schema: Schema, place: Place): Control {
  const kind = schema["x-media"] ?? "image";
  const input = make("input", { type: "text", inputMode: "url", autocomplete: "off", spellcheck: false });
  input.placeholder = `https:// address of ${kind === "image" ? "an image" : kind === "audio" ? "an audio file" : "a video"}`;
  let uri = "";
  let fault = "";
  let changes = 0;
  const take = (value: string, words: string, wrong = "") => {
    changes += 1;
    uri = value;
    fault = wrong;
    input.value = words;
    input.readOnly = Boolean(value);
    forget.hidden = !value;
  };
  const forget = button("Take another", () => {
    take("", "");
    input.focus();
    place.changed();
  });
  const picker = make("input", { type: "file", accept: `${kind}/*`, hidden: true });
  picker.addEventListener("change", async () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (!file) return;
    const before = ++changes;
    const read = await readFile(file, kind, schema.validations ?? []).catch((error) => ({
      uri: "",
      fault: `the file cannot be read: ${String(error)}`,
    }));
    // Whatever was chosen or filled in since then counts.
    if (changes !== before) return;
    take(read.uri, read.uri && `${file.name} (${sizeInWords(file.size)})`, read.fault);
    place.changed();
  });
  const choose = button("From disk", () => picker.click());
  choose.setAttribute("aria-label", `${place.label} from disk`);
  // What is typed stands in the place of a file that could not be read.
  input.addEventListener("input", () => {
    changes += 1;
    fault = "";
  });
  const given = {
    read: () => uri || (input.value.trim() === "" ? undefined : input.value),
    write: (value: Json | undefined) => {
      const isText = typeof value === "string";
      const isData = isText && value.startsWith("data:");
      take(isData ? value : "", isData ? (fileName(value) ?? "a data: URI") : isText ? value : "");
      return isText;
    },
  };
  forget.hidden = true;
  const shown = preview(kind, () => uri || input.value);
  const actions = make("div", { className: "rc-actions" }, choose, forget, picker, shown.button);
  const made = field(schema, place, input, given, [actions, shown.element]);
  return {
    ...made,
    report: (found, pointer) => {
      if (fault) found.faults.set(pointer, fault);
    },
  };
}

function preview(kind: string, url: () => string) {
  const element = make("div", { className: "rc-media" });
  const say = (message: string) => element.replaceChildren(make("p", {}, message));
  const show = button(`Show ${kind}`, () => {
    const address = url().trim();
    if (!isLoadable(address, kind)) return say("That is not the URL of a file.");
    element.replaceChildren(player(kind, address, () => say("It cannot be shown from here.")));
  });
  return { button: show, element };
}

export function player(kind: string, address: string, failed: () => void): HTMLElement {
  const media = { controls: true, preload: "metadata" } as const;
  const element =
    kind === "video"
      ? make("video", media)
      : kind === "audio"
        ? make("audio", media)
        : make("img", { alt: "The image at this URL", referrerPolicy: "no-referrer" });
  element.addEventListener("error", failed);
  element.src = address;
  return element;
}

export function isLoadable(address: string, kind: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return ["https:", "http:"].includes(protocol) || address.startsWith(`data:${kind}/`);
}
