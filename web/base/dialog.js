// Questions in front of the page. The browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back.
import { h, freshId } from "./dom.js";
import { t } from "../words/words.js";

// `content(close)` gives what stands in it; `close(value)` ends it. Resolves with the value, undefined when it was dismissed.
export function ask(title, content) {
  return new Promise((done) => {
    let answer;
    const id = freshId("dialog");
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": id });
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    dialog.append(
      h("div", { class: "dialog-head" }, h("h2", { id }, title),
        h("button", { type: "button", class: "quiet", "aria-label": t("dialog.close"), on: { click: () => close() } }, "✕")),
      content(close));
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus], .dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-body button")?.focus();
  });
}
