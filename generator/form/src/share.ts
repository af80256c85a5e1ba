// Keep the values in the address, behind the #: no server sees them.

import { type Body, isObject, isSame, type Json, own } from "./schema.js";

const MARK = "#try=";
const LONGEST = 100_000;
// Beyond this, some programs cut an address short.
const SAFE = 2000;

export interface Link {
  address: string;
  said: string;
}

export function link(body: Body): Link {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const url = new URL(location.href);
  url.hash = MARK + text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (url.hash.length > LONGEST) return { address: "", said: "These values are too long for a link." };
  const said = url.href.length > SAFE ? "Copied. It is long: some programs cut it short." : "Copied";
  return { address: url.href, said };
}

export interface Shared {
  body?: Body;
  said: string;
}

// Return what the address holds; undefined where it is no link to values.
export function shared(): Shared | undefined {
  if (!location.hash.startsWith(MARK)) return undefined;
  if (location.hash.length > LONGEST) return { said: "The link is too long: its values were not read." };
  try {
    const text = location.hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const body: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isObject(body) ? { body, said: "" } : { said: "The link holds no values of fields." };
  } catch {
    return { said: "The link is damaged: its values cannot be read." };
  }
}

// Say what the form did not take of some values.
export function refused(given: Json, taken: Json | undefined, place = ""): string[] {
  if (isSame(given, taken)) return [];
  if (isObject(given) && isObject(taken))
    return Object.entries(given).flatMap(([name, value]) =>
      refused(value, own(taken, name), place ? `${place}.${name}` : name),
    );
  if (Array.isArray(given) && Array.isArray(taken))
    return given.flatMap((value, index) => refused(value, taken[index], `${place}[${index}]`));
  const shown = JSON.stringify(given);
  return [`${place || "the whole"}: ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`];
}
