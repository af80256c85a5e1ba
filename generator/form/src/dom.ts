// Elements, made from text alone: nothing here parses markup.

type Children = (Node | string)[];

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: Children
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export function button(text: string, act: () => void): HTMLButtonElement {
  const element = make("button", { type: "button", textContent: text });
  element.addEventListener("click", act);
  return element;
}

let made = 0;

export function freshId(): string {
  made += 1;
  return `rc-${made}`;
}
