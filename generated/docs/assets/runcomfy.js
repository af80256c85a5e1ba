// What the pages do by themselves: filter the list of models, and start the form where
// there is one. Without it, every page is whole.
(() => {
  "use strict";

  const assets = new URL(".", document.currentScript.src);
  const waiting = new Map();

  // Load JSON. A page opened from a disk may fetch nothing, but may run a script.
  async function load(address) {
    const url = new URL(address, location.href);
    if (location.protocol !== "file:") {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
      return answer.json();
    }
    const { promise, resolve, reject } = pending();
    waiting.set(`${url}.js`, resolve);
    addScript(`${url}.js`).onerror = () => reject(new Error(`${url} cannot be read`));
    return promise;
  }

  function receive(content) {
    const source = document.currentScript.src;
    waiting.get(source)?.(content);
    waiting.delete(source);
  }

  function pending() {
    const made = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    return made;
  }

  function addScript(source) {
    const script = document.createElement("script");
    script.src = source;
    document.head.append(script);
    return script;
  }

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  // A block that is wider than the screen can be scrolled by keyboard.
  function reachWideCode() {
    const watcher = new ResizeObserver((seen) => {
      for (const { target } of seen)
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
    });
    for (const code of document.querySelectorAll(".md-typeset pre > code")) watcher.observe(code);
  }

  // The list of models.

  const FACETS = [
    ["vendor", "Vendor"],
    ["tasks", "Task"],
    ["takes", "Takes"],
    ["makes", "Makes"],
  ];

  function select(key, label, entries) {
    const counts = new Map();
    for (const entry of entries)
      for (const value of [entry[key]].flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
    const values = [...counts.keys()].sort();
    const box = make("select", { name: key }, make("option", { value: "", textContent: "any" }));
    for (const value of values)
      box.append(make("option", { value, textContent: `${value} (${counts.get(value)})` }));
    return make("label", {}, make("span", { textContent: label }), box);
  }

  function rowsByPage(entries) {
    const links = document.querySelectorAll(".md-content li > a[href]");
    const rows = new Map([...links].map((link) => [link.getAttribute("href"), link.closest("li")]));
    return entries
      .map((entry) => ({
        entry,
        row: rows.get(entry.page) ?? rows.get(`./${entry.page}`),
        words: `${entry.model_id} ${entry.title} ${entry.description}`.toLowerCase(),
      }))
      .filter((item) => item.row);
  }

  function matches(item, wanted) {
    const words = (wanted.get("q") ?? "").toLowerCase().split(/\s+/);
    return (
      words.every((word) => item.words.includes(word)) &&
      FACETS.every(([key]) => {
        const value = wanted.get(key);
        return !value || [item.entry[key]].flat().includes(value);
      })
    );
  }

  function showMatches(items, wanted) {
    let count = 0;
    for (const item of items) {
      const shown = matches(item, wanted);
      item.row.hidden = !shown;
      count += shown;
    }
    for (const heading of document.querySelectorAll(".md-content h2")) {
      const list = heading.nextElementSibling;
      if (list?.tagName !== "UL") continue;
      heading.hidden = list.hidden = !list.querySelector(":scope > li:not([hidden])");
    }
    return count;
  }

  async function startFilter(host) {
    const entries = await load(host.dataset.index);
    const items = rowsByPage(entries);
    const search = make("input", { type: "search", name: "q", placeholder: "words of a name or id" });
    const count = make("output", { className: "rc-count" });
    const form = make(
      "form",
      { className: "rc-facets" },
      make("label", { className: "rc-words" }, make("span", { textContent: "Search" }), search),
      ...FACETS.map(([key, label]) => select(key, label, entries)),
      make("button", { type: "reset", textContent: "Clear" }),
    );
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", "Models");
    count.setAttribute("aria-live", "polite");
    const asked = new URLSearchParams(location.search);
    for (const field of form.elements) if (asked.get(field.name)) field.value = asked.get(field.name);

    const update = () => {
      const wanted = new URLSearchParams(
        [...new FormData(form)].filter(([, value]) => value),
      );
      const shown = showMatches(items, wanted);
      count.textContent = `${shown} of ${items.length} models`;
      const query = wanted.size ? `?${wanted}` : location.pathname;
      if (location.protocol !== "file:") history.replaceState(null, "", query + location.hash);
    };
    form.addEventListener("input", update);
    form.addEventListener("reset", () => setTimeout(update));
    form.addEventListener("submit", (event) => event.preventDefault());
    host.replaceChildren(form, count);
    update();
  }

  // The form on a model's page: loaded when it comes near, or when a link asks for it.

  function startForm(host) {
    const begin = () => {
      watcher.disconnect();
      const style = make("link", { rel: "stylesheet", href: new URL("form.css", assets).href });
      document.head.append(style);
      addScript(new URL("form.js", assets).href).onload = () => window.runcomfyForm.start(host);
    };
    const watcher = new IntersectionObserver(
      (seen) => seen.some((entry) => entry.isIntersecting) && begin(),
      { rootMargin: "800px" },
    );
    if (location.hash.startsWith("#try=")) begin();
    else watcher.observe(host);
  }

  window.runcomfyDocs = { load, receive };
  const start = () => {
    reachWideCode();
    for (const host of document.querySelectorAll(".rc-filter")) startFilter(host);
    for (const host of document.querySelectorAll(".rc-form")) startForm(host);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
