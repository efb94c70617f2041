// Clocks by rule: what runs, what is late, what ended today, and what rules on trial would have done.
import { h, words } from "../base/dom.js";
import { number } from "../base/format.js";
import { known, t } from "../words/words.js";
import { table } from "./table.js";

export function drawRules({ rules }, view) {
  if (rules.length === 0) return h("p", { class: "empty" }, t("ops.no_rules"));
  const columns = ["rule", "mode", "running", "waiting", "late", "met", "met_late", "cancelled", "false_alarms", "calls_open",
    "calls_today", "would_have_called"];
  const many = view.app.session.tenants.length > 1;
  return table(t("ops.rules"), columns.map((name, place) => [t(`rules.${name}`), place > 1]), rules.map((rule) => {
    const { clocks } = rule;
    const figures = [clocks.running, clocks.waiting, clocks.late, clocks.met_today, clocks.met_late_today, clocks.cancelled_today,
      clocks.false_alarms_today, rule.calls_open, rule.calls_today].map((figure) => number(figure));
    return [
      [words(rule.name), h("span", { class: "small block" }, many ? `${rule.rule}, ${rule.tenant}` : rule.rule)],
      h("span", { class: `mode is-${rule.mode}` }, known("mode", rule.mode)), ...figures,
      rule.would_have_called === null ? "–" : number(rule.would_have_called),
    ];
  }));
}
