// The head of every page: where one can go, help, preferences, who is signed in. Always in the same order (WCAG 3.2.3, 3.2.6).
import { h } from "../base/dom.js";
import { t } from "../words/words.js";
import { openHelp } from "./help.js";
import { openPreferences } from "./preferences_dialog.js";

function link(address, text, here) {
  return h("li", {}, h("a", { href: address, "aria-current": here ? "page" : null }, text));
}

export function head(app, place) {
  const parts = [h("a", { class: "brand", href: "#/calls" }, "Premura")];
  if (app.session !== null) {
    const links = [link("#/calls", t("nav.calls"), place === "calls")];
    if (app.has("lead", "ops")) links.push(link("#/ops", t("nav.ops"), place === "ops"));
    parts.push(h("nav", { "aria-label": t("nav.label") }, h("ul", {}, links)));
  }
  const tools = [
    h("button", { type: "button", class: "quiet", "aria-keyshortcuts": "?", on: { click: () => openHelp(app) } },
      t("head.help"), h("kbd", { "aria-hidden": "true" }, "?")),
    h("button", { type: "button", class: "quiet", on: { click: () => openPreferences(app) } }, t("head.preferences")),
  ];
  if (app.session !== null) {
    tools.push(h("span", { class: "who" }, app.session.name),
      h("button", { type: "button", class: "quiet", on: { click: () => app.signOut() } }, t("head.sign_out")));
  }
  parts.push(h("div", { class: "tools" }, tools));
  return parts;
}
