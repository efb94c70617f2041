// Contacts that wait, and for what.
import { h } from "../base/dom.js";
import { distance, number } from "../base/format.js";
import { known, t } from "../words/words.js";
import { table } from "./table.js";

export function drawHeld({ held }, view) {
  if (held.length === 0) return h("p", { class: "empty" }, t("ops.nothing_held"));
  const many = view.app.session.tenants.length > 1;
  return table(t("ops.held"), [[t("held.reason")], [t("held.verb")], [t("held.count"), true], [t("held.oldest")], [t("held.next")]],
    held.map((line) => [
      [known("held_reason", line.reason), many ? h("span", { class: "small block" }, line.tenant) : null].filter(Boolean),
      t(`held.${line.verb}`), number(line.count), distance(line.oldest_at), line.next_at ? distance(line.next_at) : t("held.no_time")]));
}
