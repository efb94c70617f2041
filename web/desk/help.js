// What each key does, and the switch that turns them off.
import { ask } from "../base/dialog.js";
import { h } from "../base/dom.js";
import { preferences } from "../base/preferences.js";
import { t } from "../words/words.js";

const shown = [
  ["n", "keys.next"], ["j", "keys.down"], ["k", "keys.up"], ["Enter", "keys.open"], ["c", "keys.claim"], ["x", "keys.release"],
  ["1 – 9", "keys.outcome"], ["0", "keys.other_outcome"], ["p", "keys.promise"], ["v", "keys.gesture"],
  ["d", "keys.do_not_contact"], ["l", "keys.list"], ["r", "keys.show_new"], ["s", "keys.pause"], ["?", "keys.help"],
];

export function shortcutSwitch() {
  const box = h("input", { type: "checkbox", checked: preferences.shortcuts,
    on: { change: () => { preferences.shortcuts = box.checked; } } });
  return h("label", { class: "choice" }, box, t("help.switch"));
}

export function openHelp() {
  return ask(t("help.title"), () => h("div", { class: "dialog-body help" },
    h("p", {}, t("help.text")),
    shortcutSwitch(),
    h("table", { class: "keys" },
      h("caption", {}, t("help.caption")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("help.key")), h("th", { scope: "col" }, t("help.does")))),
      h("tbody", {}, shown.map(([key, name]) => h("tr", {},
        h("th", { scope: "row" }, h("kbd", {}, key)), h("td", {}, t(name))))))));
}
