// Does it help? Figures over the range, each with its days as a plot, and by rule as a table.
import { h, words } from "../base/dom.js";
import { day, number, percent, span } from "../base/format.js";
import { t } from "../words/words.js";
import { plot } from "./plot.js";
import { table } from "./table.js";

const share = (value) => (value.share === null ? "–" : percent(value.share, value.share > 0 && value.share < 0.1 ? 1 : 0));
const parts = (value) => t("effect.of", { part: number(value.part), whole: number(value.whole) });
const lead = (value) => (value.median_seconds === null ? "–" : span(value.median_seconds * 1000));

const counted = (what, n) => t(`count.${what}`, { n, shown: number(n) });

function avoided(value) {
  if (value === null) return "–";
  return number(value.value, 1);
}

// Each figure: how it is written, what stands under it, and its value of a day for the plot.
const figures = [
  { name: "beat_rate", text: (all) => share(all.beat_rate), under: (all) => parts(all.beat_rate),
    value: (one) => one.beat_rate.share, tick: (v) => percent(v), max: 1 },
  { name: "lead_time", text: (all) => lead(all.lead_time), under: (all) => t("effect.lead_of", { n: number(all.lead_time.count) }),
    value: (one) => one.lead_time.median_seconds, tick: (v) => span(v * 1000), unit: 3600, least: 60 },
  { name: "calls_back", text: (all) => share(all.calls_back), under: (all) => parts(all.calls_back),
    value: (one) => one.calls_back.share, tick: (v) => percent(v), least: 0.01 },
  { name: "precision", text: (all) => share(all.precision), under: (all) => parts(all.precision),
    value: (one) => one.precision.share, tick: (v) => percent(v), max: 1 },
  { name: "avoided", text: (all) => avoided(all.avoided_per_100),
    under: (all) => (all.avoided_per_100 === null ? t("effect.no_holdout") : t("effect.interval", {
      low: number(all.avoided_per_100.low, 1), high: number(all.avoided_per_100.high, 1),
      confidence: percent(all.avoided_per_100.confidence) })),
    value: (one) => one.avoided_per_100?.value ?? null, band: (one) => one.avoided_per_100, tick: (v) => number(v), least: 1 },
  { name: "promises_kept", text: (all) => share(all.promises_kept), under: (all) => parts(all.promises_kept),
    value: (one) => one.promises_kept.share, tick: (v) => percent(v), max: 1 },
];

function card(figure, effect) {
  const { name, text, under, value, band, tick, max, unit, least } = figure;
  const points = effect.daily.map((one) => ({ date: one.date, value: value(one), low: band?.(one)?.low ?? null,
    high: band?.(one)?.high ?? null, text: text(one) }));
  return h("figure", { class: "figure" },
    h("figcaption", {}, h("h3", {}, t(`effect.${name}`)), h("p", { class: "big" }, text(effect.figures)),
      h("p", { class: "small" }, under(effect.figures))),
    plot({ title: t("effect.plot", { what: t(`effect.${name}`) }), points, tick, max, unit, least,
      day: (date) => day(date, "short") }),
    h("details", {}, h("summary", {}, t("effect.as_table")),
      table(t("effect.plot", { what: t(`effect.${name}`) }), [[t("effect.day")], [t(`effect.${name}`), true]],
        points.map((point) => [day(point.date, "short"), point.value === null ? "–" : point.text]))),
    h("p", { class: "small meaning" }, t(`effect.${name}_means`)));
}

function byRule(effect) {
  if (effect.by_rule.length === 0) return null;
  const columns = [[t("rules.rule")], [t("effect.orders_delayed"), true], [t("effect.outreaches"), true],
    ...figures.map(({ name }) => [t(`effect.${name}`), true])];
  return [h("h3", {}, t("effect.by_rule")), table(t("effect.by_rule"), columns, effect.by_rule.map((rule) => [
    words(rule.name), number(rule.orders_delayed), number(rule.outreaches), ...figures.map(({ text }) => text(rule))]))];
}

export function drawEffect(effect) {
  return [
    h("p", { class: "summary" }, t("effect.summary", { from: day(effect.from), to: day(effect.to),
      delayed: counted("orders_delayed", effect.figures.orders_delayed), reached: counted("reached", effect.figures.outreaches) })),
    h("div", { class: "figures-grid" }, figures.map((figure) => card(figure, effect))),
    byRule(effect),
  ].flat();
}
