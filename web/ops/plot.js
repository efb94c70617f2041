// A line over days as plain SVG: days without a value are gaps, a band shows an interval. Colours come from the style sheet;
// the figures stand in a table beside it as well.
import { freshId, s } from "../base/dom.js";

const width = 320;
const height = 130;
const margin = { left: 46, right: 8, top: 8, bottom: 22 };
const steps = [1, 2, 2.5, 5, 10];
const ticks_wanted = 3;

// Round numbers that cover low..high: a step of 1, 2, 2.5 or 5 times a power of ten, of the unit. `least`: what an axis can tell
// apart as it is written; steps are whole multiples of it, else two lines had the same number.
export function niceTicks(low, high, unit = 1, least = 0) {
  const range = Math.max(high - low, Number.EPSILON) / unit;
  const rough = range / ticks_wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const isTold = (one) => least === 0 || Number((one / least).toPrecision(12)) % 1 === 0;
  const found = steps.filter((one) => one * power >= rough).map((one) => one * power * unit).find(isTold);
  const step = found ?? least;
  const first = Math.floor(low / step) * step;
  const ticks = [];
  for (let i = 0; first + i * step < high + step * 0.999; ++i) ticks.push(Number((first + i * step).toPrecision(12)));
  return ticks;
}

// Runs of neighbours that have a value.
export function runs(points, has) {
  const all = [];
  let open = null;
  for (const point of points) {
    if (!has(point)) {
      open = null;
    } else if (open === null) {
      all.push(open = [point]);
    } else {
      open.push(point);
    }
  }
  return all;
}

const path = (points) => points.map(([x, y], place) => `${place === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

// `points`: [{ date, value, low, high, text }]; `tick(value)` and `day(date)` write the axes; `max` fixes the top, `least` see above.
export function plot({ title, points, tick, day, max, unit, least }) {
  const values = points.flatMap(({ value, low, high }) => [value, low, high]).filter((value) => value !== null);
  const id = freshId("plot");
  const ticks = niceTicks(Math.min(0, ...values), max ?? Math.max(unit ?? 0, ...values, 0.01), unit, least);
  const [bottom, top] = [ticks[0], ticks.at(-1)];
  const x = (place) => margin.left + (points.length < 2 ? 0.5 : place / (points.length - 1)) * (width - margin.left - margin.right);
  const y = (value) => margin.top + (1 - (value - bottom) / (top - bottom)) * (height - margin.top - margin.bottom);
  const placed = points.map((point, place) => ({ ...point, x: x(place) }));
  const days = points.length < 2 ? [0] : [0, points.length - 1];
  return s("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": id },
    s("title", { id }, title),
    ticks.map((value) => [
      s("line", { class: value === 0 ? "axis" : "grid", x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value) }),
      s("text", { class: "tick", x: margin.left - 6, y: y(value) + 3.5, "text-anchor": "end" }, tick(value))]),
    days.map((place) => points[place] ? s("text", { class: "tick", x: x(place), y: height - 6,
      "text-anchor": place === 0 ? "start" : "end" }, day(points[place].date)) : null),
    runs(placed, ({ low, high }) => low !== null && high !== null).map((run) => s("path", { class: "band",
      d: `${path(run.map((p) => [p.x, y(p.high)]))}${path([...run].reverse().map((p) => [p.x, y(p.low)])).replace("M", "L")}Z` })),
    runs(placed, ({ value }) => value !== null).map((run) => (run.length === 1
      ? s("circle", { class: "dot", cx: run[0].x, cy: y(run[0].value), r: 2 })
      : s("path", { class: "line", d: path(run.map((p) => [p.x, y(p.value)])) }))),
    placed.filter(({ value }) => value !== null).map((point) => s("circle", { class: "touch", cx: point.x, cy: y(point.value), r: 6 },
      s("title", {}, `${day(point.date)}: ${point.text}`))));
}
