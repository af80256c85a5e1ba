// A file of the visitor's own: read in the browser, checked as the package does, sent nowhere.

import type { Rule } from "./schema.js";

const MEGABYTE = 1024 * 1024;
// What RunComfy's own clients take inside of a request.
const LARGEST: Record<string, number> = { image: 6, video: 32, audio: 16 };
const MOST_PIXELS = 32_000_000;
const names = new Map<string, string>();

// Return the name of the file that a `data:` URI of ours was read from.
export function fileName(uri: string): string | undefined {
  return names.get(uri);
}

export interface Read {
  uri: string;
  fault: string;
}

export async function readFile(file: File, kind: string, rules: Rule[]): Promise<Read> {
  const type = typeOfBytes(new Uint8Array(await file.slice(0, 32).arrayBuffer()), kind);
  const fault = await faultOf(file, type, kind, rules);
  const uri = await asDataUri(new Blob([file], { type: type || "application/octet-stream" }));
  names.set(uri, file.name);
  return { uri, fault };
}

export function sizeInWords(bytes: number): string {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

async function faultOf(file: File, type: string, kind: string, rules: Rule[]): Promise<string> {
  if (!file.size) return "the file is empty";
  if (!type.startsWith(`${kind}/`)) return `the file holds no ${kind}${type ? `, but ${type}` : ""}`;
  const most = LARGEST[kind] ?? 0;
  if (file.size > most * MEGABYTE)
    return `the file has ${sizeInWords(file.size)}; up to ${most} MB can go along, a larger one needs a URL`;
  const picture = kind === "image" ? await pictureSize(file) : undefined;
  if (picture && picture.width * picture.height > MOST_PIXELS)
    return `the picture has ${picture.width} × ${picture.height} pixels; up to 32 megapixels are taken`;
  for (const rule of rules) {
    const fault = brokenRule(rule, file.size / MEGABYTE, picture);
    if (fault) return fault;
  }
  return "";
}

function brokenRule(rule: Rule, megabytes: number, picture: { width: number; height: number } | undefined): string {
  const { validation_rule: name, validation_value: value } = rule;
  if (typeof name !== "string" || typeof value !== "number") return "";
  const measured: Record<string, number | undefined> = {
    file_size_mb: megabytes,
    width_pixels: picture?.width,
    height_pixels: picture?.height,
    "width/height": picture && picture.width / picture.height,
  };
  const [what, sign] = [name.slice(0, -1), name.at(-1) ?? ""];
  const found = Object.hasOwn(measured, what) ? measured[what] : undefined;
  if (found === undefined || (sign === "<" ? found < value : sign === ">" ? found > value : true)) return "";
  return `${what.replaceAll("_", " ")} is ${Number(found.toFixed(2))}, and has to be ${sign} ${value}`;
}

async function pictureSize(file: File): Promise<{ width: number; height: number } | undefined> {
  try {
    const { width, height } = await createImageBitmap(file);
    return { width, height };
  } catch {
    return undefined;
  }
}

function asDataUri(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("the file cannot be read"));
    reader.readAsDataURL(blob);
  });
}

// Tell what a file is by how it begins, whatever its name says.
function typeOfBytes(bytes: Uint8Array, kind: string): string {
  const text = String.fromCharCode(...bytes);
  const brand = text.slice(8, 12);
  if (text.startsWith("\x89PNG")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("GIF8")) return "image/gif";
  if (text.startsWith("BM")) return "image/bmp";
  if (/^(II\*\0|MM\0\*)/.test(text)) return "image/tiff";
  if (text.startsWith("RIFF")) return { WEBP: "image/webp", "AVI ": "video/x-msvideo", WAVE: "audio/wav" }[brand] ?? "";
  if (text.slice(4, 8) === "ftyp") {
    if (/avif|avis/.test(brand)) return "image/avif";
    if (/heic|heix|mif1|msf1/.test(brand)) return "image/heic";
    if (brand === "M4A ") return "audio/mp4";
    return brand === "qt  " ? "video/quicktime" : "video/mp4";
  }
  if (text.startsWith("\x1aE\xdf\xa3")) return kind === "audio" ? "audio/webm" : "video/webm";
  if (text.startsWith("fLaC")) return "audio/flac";
  if (text.startsWith("OggS")) return kind === "video" ? "video/ogg" : "audio/ogg";
  if (text.startsWith("ID3") || /^\xff[\xe2-\xff]/.test(text)) return "audio/mpeg";
  return "";
}
