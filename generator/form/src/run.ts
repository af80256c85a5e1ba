// Run the model from its page, where the playground serves it. The page knows no token:
// the playground's process holds it, and says what a run costs before it is paid.

import { button, make } from "./dom.js";
import { isLoadable, player } from "./media.js";
import type { Body } from "./schema.js";

const PAUSE = 1000;
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

interface Quote {
  price: string;
  balance: string;
  spent: string;
  ceiling: string;
  refusal: string;
}

interface JobState {
  request_id: string;
  state: string;
  said: string;
  cost: string;
  media: { kind: string; url: string }[];
}

class Playground {
  constructor(private readonly mark: string) {}

  async ask<Answer>(path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(new URL(`/-/${path}`, location.origin), {
      method: body === undefined ? "GET" : "POST",
      headers: { "Content-Type": "application/json", "X-RunComfy-Playground": this.mark },
      credentials: "omit",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as Answer & { error?: string };
    if (!answer.ok) throw new Error(said.error ?? `HTTP ${answer.status}`);
    return said;
  }
}

// Return what runs the form's values; undefined on a page that no playground serves.
export function runPanel(modelId: string) {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="runcomfy-playground"]');
  if (!meta) return undefined;
  const playground = new Playground(meta.content);
  const quoted = make("p", { className: "rc-quote" });
  const told = make("div", { className: "rc-told" });
  told.setAttribute("role", "status");
  let latest: Body = {};
  let faults = 0;
  let refusal = "";
  let running = "";
  let timer = 0;

  const follow = (body: Body, count: number) => {
    latest = body;
    faults = count;
    enable();
    clearTimeout(timer);
    if (!count) timer = setTimeout(quote, 400);
  };
  const enable = () => {
    run.disabled = Boolean(faults || refusal || running);
    cancel.hidden = !running;
  };
  const quote = async () => {
    try {
      const { price, balance, spent, ceiling, refusal: why } = await playground.ask<Quote>("quote", {
        model_id: modelId,
        input: latest,
      });
      refusal = why;
      quoted.textContent = `${price}. Balance: ${balance}. Spent here: ${spent} of ${ceiling}.${why ? ` ${why}` : ""}`;
    } catch (error) {
      refusal = String(error);
      quoted.textContent = `No price: ${(error as Error).message}`;
    }
    enable();
  };
  const start = async () => {
    running = "?";
    enable();
    told.replaceChildren(make("p", {}, "Submitting …"));
    try {
      const job = await playground.ask<JobState>("run", { model_id: modelId, input: latest });
      running = job.request_id;
      enable();
      await watch(job);
    } catch (error) {
      told.replaceChildren(make("p", { className: "rc-fault" }, (error as Error).message));
    }
    running = "";
    await quote();
  };
  const watch = async (job: JobState) => {
    let now = job;
    show(now);
    while (!ENDED.has(now.state)) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      now = await playground.ask<JobState>(`jobs/${encodeURIComponent(job.request_id)}`);
      show(now);
    }
  };
  const show = (job: JobState) => {
    const cost = job.cost ? ` Cost: ${job.cost}.` : "";
    const line = make("p", {}, `${job.said}.${cost} `, make("code", {}, job.request_id));
    const media = job.media.filter(({ kind, url }) => isLoadable(url, kind)).map(({ kind, url }) => {
      const link = make("a", { href: url, textContent: "Open", target: "_blank", rel: "noopener noreferrer" });
      const shown = make("div", { className: "rc-media" }, player(kind, url, () => {}), link);
      return shown;
    });
    told.replaceChildren(line, ...media);
  };
  const run = button("Run", start);
  run.className = "rc-run";
  const cancel = button("Cancel", async () => {
    try {
      const { said } = await playground.ask<{ said: string }>(`jobs/${encodeURIComponent(running)}/cancel`, {});
      told.append(make("p", {}, said));
    } catch (error) {
      told.append(make("p", { className: "rc-fault" }, (error as Error).message));
    }
  });
  enable();
  const actions = make("div", { className: "rc-actions" }, run, cancel);
  return { element: make("div", { className: "rc-panel" }, quoted, actions, told), follow };
}
