// Show a medium by its URL, when asked: the page loads nothing by itself.

import { button, make } from "./dom.js";

export function preview(kind: string, url: () => string): HTMLElement {
  const shown = make("div", { className: "rc-media" });
  const say = (message: string) => shown.replaceChildren(make("p", {}, message));
  const show = button(`Show ${kind}`, () => {
    const address = url().trim();
    if (!isLoadable(address, kind)) return say("That is no URL of a file.");
    const element = player(kind);
    element.addEventListener("error", () => say("It cannot be shown from here."));
    shown.replaceChildren(element);
    element.src = address;
  });
  return make("div", { className: "rc-preview" }, show, shown);
}

function player(kind: string): HTMLImageElement | HTMLVideoElement | HTMLAudioElement {
  if (kind === "video") return make("video", { controls: true, preload: "metadata" });
  if (kind === "audio") return make("audio", { controls: true, preload: "metadata" });
  return make("img", { alt: "The image at this URL", referrerPolicy: "no-referrer" });
}

function isLoadable(address: string, kind: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return ["https:", "http:"].includes(protocol) || address.startsWith(`data:${kind}/`);
}
