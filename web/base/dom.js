import { language } from "../words/words.js";

// Elements without markup in strings: text stays text, whatever a customer is called.
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "value") {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// h("p", { class: "note" }, "text", other): `on: { click }` listens, null and false are left out.
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// The same for SVG.
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

// Words of the API, in the page's language when they have it. Where it is not known in which they are, they are not taken
// for words of the page.
export function words(text, tag = "span", attributes = {}) {
  const own = text.in?.[language()];
  return h(tag, { lang: own ? language() : text.language ?? "", ...attributes }, own ?? text.text);
}

// Draws a part of the page anew and gives the focus back: to the same element, to the one that took its place, or else to
// the part's heading. Who works with the keys must not be thrown back to the top.
export function keepingFocus(root, draw) {
  const before = root.contains(document.activeElement) ? document.activeElement : null;
  const like = before && { tag: before.tagName, text: before.textContent, name: before.name };
  draw();
  if (before === null || root.contains(document.activeElement)) return;
  const after = before.isConnected ? before : [...root.querySelectorAll(like.tag)].find((element) =>
    element.textContent === like.text && element.name === like.name);
  (after ?? root.querySelector("h2, h3"))?.focus({ preventScroll: true });
}

let counter = 0;
// An id that is not yet on the page, for labels.
export function freshId(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}
