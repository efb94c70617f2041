// Single-key shortcuts. They rest while somebody writes, while a dialog is open, and for ever when switched off (WCAG 2.1.4).
import { preferences } from "./preferences.js";

const writes = (element) => element.isContentEditable || element.matches("textarea, select") ||
  (element.matches("input") && !["radio", "checkbox", "button", "submit"].includes(element.type));

export class Keys {
  #maps = [];

  constructor() {
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  // `map`: { j: () => ... }, keys in lower case; later maps go first. Returns how to take it away.
  add(map) {
    this.#maps.unshift(map);
    return () => { this.#maps = this.#maps.filter((known) => known !== map); };
  }

  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (!preferences.shortcuts || writes(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    for (const map of this.#maps) {
      if (!Object.hasOwn(map, key)) continue;
      event.preventDefault();
      map[key]();
      return;
    }
  }
}
