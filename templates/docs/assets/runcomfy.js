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
      // All is measured before anything changes: else each change lays the page out anew.
      const isWide = seen.map(({ target }) => target.scrollWidth > target.clientWidth);
      for (const [index, { target }] of seen.entries())
        if (isWide[index]) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
    });
    const wide = ".md-typeset pre > code, .md-typeset__scrollwrap";
    for (const block of document.querySelectorAll(wide)) watcher.observe(block);
    for (const [index, nav] of document.querySelectorAll(".md-code__nav").entries())
      nav.setAttribute("aria-label", `Code ${index + 1}`);
  }

  // The list of models. Its form stands in the page, so that nothing moves when it starts.

  const ORDERS = {
    price: (a, b) => (a.price_usd ?? Infinity) - (b.price_usd ?? Infinity),
    name: (a, b) => a.title.localeCompare(b.title),
  };
  const VALUES = {
    vendor: (entry) => [entry.model_id.split("/")[0]],
    tasks: (entry) => entry.tasks,
    takes: (entry) => entry.takes,
    makes: (entry) => entry.makes,
  };

  function rowsByPage(entries) {
    const links = document.querySelectorAll(".md-content li > a[href]");
    const rows = new Map([...links].map((link) => [link.getAttribute("href"), link.closest("li")]));
    return entries
      .map((entry) => ({
        entry,
        row: rows.get(entry.page) ?? rows.get(`./${entry.page}`),
        words: wordsOf(entry),
      }))
      .filter((item) => item.row)
      .map((item) => ({ ...item, list: item.row.parentElement }));
  }

  function wordsOf(entry) {
    const { model_id, title, description, vendor, module, price } = entry;
    const lists = [entry.tasks, entry.categories, entry.takes, entry.makes, entry.parameters];
    return [model_id, title, description, `${vendor}.${module}`, price, ...lists.flat()].join(" ").toLowerCase();
  }

  function matches(item, wanted) {
    const words = (wanted.get("q") ?? "").toLowerCase().split(/\s+/);
    return (
      words.every((word) => item.words.includes(word)) &&
      Object.entries(VALUES).every(([key, values]) => {
        const value = wanted.get(key);
        return !value || values(item.entry).includes(value);
      })
    );
  }

  function showMatches(items, wanted, sorted) {
    let count = 0;
    for (const item of items) {
      const shown = matches(item, wanted);
      item.row.hidden = !shown;
      count += shown;
    }
    arrange(items, ORDERS[wanted.get("sort")], sorted);
    for (const heading of document.querySelectorAll(".md-content h2")) {
      const list = heading.nextElementSibling;
      if (list?.tagName !== "UL") continue;
      heading.hidden = list.hidden = !list.querySelector(":scope > li:not([hidden])");
    }
    return count;
  }

  // By vendor, each model stands in its vendor's list; in any other order, in one list.
  function arrange(items, order, sorted) {
    const ordered = order ? items.toSorted((a, b) => order(a.entry, b.entry)) : items;
    for (const item of ordered) (order ? sorted : item.list).append(item.row);
    sorted.hidden = !order;
  }

  async function startFilter(host) {
    const entries = await load(host.dataset.index);
    const items = rowsByPage(entries);
    const form = host.querySelector("form");
    const count = host.querySelector("output");
    const help = host.querySelector(".rc-none");
    const sorted = make("ul", { hidden: true });
    host.after(sorted);
    const asked = new URLSearchParams(location.search);
    for (const field of form.elements) if (asked.get(field.name)) field.value = asked.get(field.name);

    const update = () => {
      const wanted = new URLSearchParams(
        [...new FormData(form)].filter(([, value]) => value),
      );
      const shown = showMatches(items, wanted, sorted);
      count.textContent = `${shown} of ${items.length} models`;
      help.hidden = shown > 0;
      const query = wanted.size ? `?${wanted}` : location.pathname;
      if (location.protocol !== "file:") history.replaceState(null, "", query + location.hash);
    };
    form.addEventListener("input", update);
    form.addEventListener("reset", () => setTimeout(update));
    form.addEventListener("submit", (event) => event.preventDefault());
    update();
  }

  // The form on a model's page: loaded when it is seen, or when a link asks for it; where
  // it is near, as soon as a reader scrolls, or once the page has come to rest.
  const REST = 2500;

  function startForm(host) {
    const waiting = new AbortController();
    const { signal } = waiting;
    let watcher = watchFor(host, "0px", begin);

    function begin() {
      if (signal.aborted) return;
      waiting.abort();
      watcher.disconnect();
      const style = make("link", { rel: "stylesheet", href: new URL("form.css", assets).href });
      const { promise: styled, resolve } = pending();
      style.onload = style.onerror = resolve;
      document.head.append(style);
      // A form that is styled late grows late, and moves what a reader has before them.
      addScript(new URL("form.js", assets).href).onload = () =>
        styled.then(() => window.runcomfyForm.start(host));
    }
    function lookAhead() {
      if (signal.aborted) return;
      watcher.disconnect();
      watcher = watchFor(host, "800px", begin);
    }
    function beginIfShared() {
      if (location.hash.startsWith("#try=")) begin();
    }
    addEventListener("scroll", lookAhead, { once: true, passive: true, signal });
    addEventListener("hashchange", beginIfShared, { signal });
    addEventListener("load", () => setTimeout(lookAhead, REST), { signal });
    beginIfShared();
  }

  function watchFor(element, rootMargin, seen) {
    const told = (entries) => entries.some((entry) => entry.isIntersecting) && seen();
    const watcher = new IntersectionObserver(told, { rootMargin });
    watcher.observe(element);
    return watcher;
  }

  window.runcomfyDocs = { load, receive };
  const start = () => {
    // The theme wraps tables and code once the page is there.
    addEventListener("load", () => setTimeout(reachWideCode, 200));
    for (const host of document.querySelectorAll(".rc-filter")) startFilter(host);
    for (const host of document.querySelectorAll(".rc-form")) startForm(host);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
