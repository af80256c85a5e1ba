// Keep the values in the address, behind the #: no server sees them.

import { type Body, isObject } from "./schema.js";

const MARK = "#try=";
const LONGEST = 100_000;

export function link(body: Body): string {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const url = new URL(location.href);
  url.hash = MARK + text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return url.href;
}

export function shared(): Body | undefined {
  if (!location.hash.startsWith(MARK) || location.hash.length > LONGEST) return undefined;
  try {
    const text = location.hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
