// Bundle the form, and what it is made of, with the licences, for the docs.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";

const assets = new URL("../../templates/docs/assets/", import.meta.url);
const file = (path) => new URL(path, import.meta.url);
const versionOf = (name) =>
  JSON.parse(readFileSync(file(`node_modules/${name}/package.json`), "utf8")).version;
const licence = readFileSync(file("node_modules/iframe-worker/LICENSE"), "utf8");

const validator = `@cfworker/json-schema ${versionOf("@cfworker/json-schema")}, MIT`;
const shim = `iframe-worker ${versionOf("iframe-worker")}, MIT`;

await build({
  entryPoints: [file("src/main.ts").pathname],
  outfile: new URL("form.js", assets).pathname,
  bundle: true,
  charset: "utf8",
  format: "iife",
  legalComments: "none",
  minify: true,
  target: "es2022",
  banner: { js: `/* Built from generator/form. Holds ${validator}: see LICENSES.txt. */` },
});

writeFileSync(
  new URL("iframe-worker.js", assets),
  `/* ${shim}: see LICENSES.txt. */\n` +
    readFileSync(file("node_modules/iframe-worker/shim/index.js"), "utf8"),
);

writeFileSync(
  new URL("LICENSES.txt", assets),
  [
    "What the scripts in this folder hold of other people's work.\n",
    `form.js: ${validator}\nhttps://github.com/cfworker/cfworker\n`,
    `The MIT License (MIT)\n\nCopyright (c) Jeremy Danyow\n${terms()}`,
    `iframe-worker.js: ${shim}\nhttps://github.com/squidfunk/iframe-worker\n`,
    licence.trim() + "\n",
  ].join("\n"),
);

// The package ships its licence's name alone; the terms are those of every MIT licence.
function terms() {
  return licence.slice(licence.indexOf("\n\nPermission is") + 1);
}
