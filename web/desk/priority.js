// Priority as bars and a word: never by colour alone.
import { h, s } from "../base/dom.js";
import { t } from "../words/words.js";

const levels = { low: 1, normal: 2, high: 3, urgent: 4 };

export function priorityMark(priority) {
  const level = levels[priority] ?? 2;
  return h("span", { class: `priority is-${priority}` },
    s("svg", { viewBox: "0 0 14 12", width: 14, height: 12, "aria-hidden": "true" },
      [1, 2, 3, 4].map((bar) => s("rect", {
        x: (bar - 1) * 3.6, y: 12 - bar * 3, width: 2.6, height: bar * 3, rx: 0.6, class: bar <= level ? "on" : "off" }))),
    t(`priority.${Object.hasOwn(levels, priority) ? priority : "normal"}`));
}
