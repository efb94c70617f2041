// The ops view: does it help, what is wrong, what waits, and how the rules and feeds stand. Each part is asked for by itself
// and drawn by itself; a part that cannot be had says so.
import { h, keepingFocus } from "../base/dom.js";
import { wallTime } from "../base/zone.js";
import { t } from "../words/words.js";
import { problemText } from "../desk/problem_text.js";
import { drawEffect } from "./effect.js";
import { drawExport } from "./export.js";
import { drawFeeds } from "./feeds.js";
import { drawHeld } from "./held.js";
import { drawIncidents } from "./incidents.js";
import { drawRules } from "./rules.js";

const day_ms = 86_400_000;
const wait_ms = 400;      // several changes at once are one question
const ranges = [7, 28, 90];

export class OpsView {
  app;
  #root;
  #parts = {};
  #data = {};
  #range = 28;
  #tenant = "";
  #ends = [];
  #timers = new Map();
  #title;

  constructor(app, root) {
    this.app = app;
    this.#root = root;
    this.#build();
    this.#ends.push(app.stream.listen((name, data) => this.#take(name, data)));
    app.stream.open();
    for (const name of Object.keys(this.#parts)) this.#load(name);
  }

  leave() {
    for (const end of this.#ends) end();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  show() {
    document.title = `${t("ops.title")} – Premura`;
  }

  redraw() {
    this.#root.replaceChildren();
    this.#build();
    for (const name of Object.keys(this.#parts)) this.#draw(name);
    this.show();
  }

  #build() {
    const names = ["incidents", "effect", "held", "rules", "feeds"];
    this.#parts = Object.fromEntries(names.map((name) => [name, h("div", { class: "ops-content" })]));
    const sections = names.map((name) => h("section", { class: `ops-part ops-${name}`, "aria-labelledby": `ops-${name}` },
      h("h2", { id: `ops-${name}` }, t(`ops.${name}`)), h("p", { class: "lead" }, t(`ops.${name}_lead`)), this.#parts[name]));
    sections.push(h("section", { class: "ops-part", "aria-labelledby": "ops-export" },
      h("h2", { id: "ops-export" }, t("ops.export")), h("p", { class: "lead" }, t("ops.export_lead")), drawExport(this.app)));
    this.#title = h("h1", {}, t("ops.title"));
    this.#root.append(h("div", { class: "ops" }, h("div", { class: "ops-head" }, this.#title, this.#filters()), sections));
  }

  #filters() {
    const { tenants } = this.app.session;
    const range = h("select", { on: { change: () => { this.#range = Number(range.value); this.#load("effect"); } } },
      ranges.map((days) => h("option", { value: days, selected: days === this.#range }, t("ops.days", { n: days }))));
    const tenant = h("select", { on: { change: () => {
      this.#tenant = tenant.value;
      for (const name of Object.keys(this.#parts)) this.#load(name);
    } } }, h("option", { value: "" }, t("list.all_tenants")),
      tenants.map((known) => h("option", { value: known.tenant, selected: known.tenant === this.#tenant }, known.brand)));
    return h("div", { class: "filters" },
      tenants.length > 1 ? h("label", {}, t("list.tenant"), tenant) : null,
      h("label", {}, t("ops.range"), range));
  }

  #take(name, data) {
    if (name.startsWith("ops.")) this.#soon(name.slice(4));
    if (name === "missed") for (const part of Object.keys(this.#parts)) this.#soon(part);
    if (!name.startsWith("incident.") || !this.#data.incidents) return;
    const others = this.#data.incidents.incidents.filter((known) => known.incident !== data.incident);
    this.#data.incidents = { incidents: [data, ...others] };
    this.#draw("incidents");
  }

  #soon(name) {
    if (!Object.hasOwn(this.#parts, name) || this.#timers.has(name)) return;
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      this.#load(name);
    }, wait_ms));
  }

  async #load(name) {
    const query = { tenant: this.#tenant };
    if (name === "effect") {
      const zone = this.app.session.tenants[0].time_zone;
      query.to = wallTime(Date.now(), zone).date;
      query.from = wallTime(Date.now() - (this.#range - 1) * day_ms, zone).date;
    }
    try {
      this.#data[name] = await this.app.api.get(name === "incidents" ? "/v1/incidents" : `/v1/ops/${name}`, query);
    } catch (problem) {
      this.#data[name] = { problem };
    }
    this.#draw(name);
  }

  #draw(name) {
    const data = this.#data[name];
    const root = this.#parts[name];
    if (data === undefined) return;
    if (data.problem?.status === 404) return root.replaceChildren(h("p", { class: "quiet" }, t("ops.not_here")));
    if (data.problem) return root.replaceChildren(h("p", { class: "error" }, problemText(data.problem)));
    const draw = { effect: drawEffect, incidents: drawIncidents, held: drawHeld, rules: drawRules, feeds: drawFeeds }[name];
    const opened = [...root.querySelectorAll("details")].map((details) => details.open);
    keepingFocus(root, () => root.replaceChildren(...[draw(data, this)].flat().filter(Boolean)));
    root.querySelectorAll("details").forEach((details, place) => { details.open = opened[place] ?? false; });
  }
}
