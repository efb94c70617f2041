// The call list as a table. Rows are kept from one drawing to the next, so that focus and reading place stay where they are.
import { h, words } from "../base/dom.js";
import { distance, forCustomer, fullDeadline, languageName, number } from "../base/format.js";
import { known, t } from "../words/words.js";
import { priorityMark } from "./priority.js";
import { withdrawalText } from "./problem_text.js";

const refresh_ms = 30_000;

export class ListView {
  element = h("section", { class: "list", "aria-labelledby": "list-title" });
  loading = true;
  current = null;  // the task that is open beside
  #app;
  #model;
  #does;
  #rows = new Map();  // task → { line, drawn }
  #parts;
  #timer;

  constructor(app, model, does) {
    this.#app = app;
    this.#model = model;
    this.#does = does;
    this.#timer = setInterval(() => this.#drawTimes(), refresh_ms);
    this.#build();
  }

  leave() { clearInterval(this.#timer); }

  #build() {
    const button = (className, key, click) =>
      h("button", { type: "button", class: className, "aria-keyshortcuts": key, on: { click } });
    const parts = {
      title: h("h2", { id: "list-title" }),
      count: h("p", { class: "count" }),
      next: button("strong", "n", () => this.#does.next()),
      pause: button("quiet", "s", () => this.#does.pause()),
      state: h("span", { class: "live" }),
      tenants: h("span", { class: "tenants" }),
      news: h("p", { role: "status", class: "news" }),
      show: button("quiet", "r", () => this.#does.showNew()),
      body: h("tbody", { role: "rowgroup" }),
      caption: h("caption", { class: "unseen" }),
      heads: h("tr", { role: "row" }),
      empty: h("p", { class: "empty" }),
    };
    parts.newsline = h("div", { class: "newsline" }, parts.news, parts.show);
    parts.table = h("table", { class: "calls", role: "table", "aria-labelledby": "list-title" }, parts.caption,
      h("thead", { role: "rowgroup" }, parts.heads), parts.body);
    this.#parts = parts;
    this.element.replaceChildren(
      h("div", { class: "list-head" }, h("div", { class: "list-title" }, parts.title, parts.count), parts.next),
      h("div", { class: "list-tools" }, parts.state, parts.pause, parts.tenants), parts.newsline, parts.table, parts.empty);
    for (const row of this.#rows.values()) row.drawn = null;
    this.#drawTenants();
  }

  draw() {
    const { title, count, next, caption, heads, empty, table } = this.#parts;
    const rows = this.#model.rows;
    const free = rows.filter((row) => row.claim === null && !this.#model.gone.has(row.task)).length;
    title.textContent = t("list.title");
    const beyond = this.#model.total > rows.length;
    count.textContent = this.loading ? t("list.loading") : beyond
      ? t("list.best_of", { shown: number(rows.length), total: number(this.#model.total) })
      : t("list.count", { n: free, shown: number(free) });
    next.replaceChildren(t("list.next"), h("kbd", { "aria-hidden": "true" }, "n"));
    next.hidden = !this.#app.has("agent", "lead");
    caption.textContent = t("list.caption");
    heads.replaceChildren(...["why", "customer", "due", "state"].map((name) =>
      h("th", { scope: "col", role: "columnheader", class: `at-${name}` }, t(`list.${name}`))));
    table.hidden = rows.length === 0;
    empty.hidden = this.loading || rows.length > 0;
    empty.textContent = t("list.empty");
    this.#drawNews();
    this.drawState();
    this.#drawRows(rows);
  }

  // Live, paused, or looking for the daemon.
  drawState() {
    const { state, pause } = this.#parts;
    const name = this.#model.paused ? "paused" : this.#app.stream.state;
    state.className = `live is-${name}`;
    state.textContent = t(`live.${name}`);
    pause.replaceChildren(t(this.#model.paused ? "list.resume" : "list.pause"), h("kbd", { "aria-hidden": "true" }, "s"));
  }

  #drawNews() {
    const { news, show, newsline } = this.#parts;
    const count = this.#model.waiting;
    const text = count === 0 ? "" : t("list.news", { n: count });
    // Said once a change: setting the same text again would be read out again.
    if (news.textContent !== text) news.textContent = text;
    show.replaceChildren(t("list.show"), h("kbd", { "aria-hidden": "true" }, "r"));
    show.hidden = count === 0;
    newsline.classList.toggle("is-empty", count === 0);
  }

  #drawTenants() {
    const { tenants } = this.#app.session;
    if (tenants.length < 2) return;
    const select = h("select", { on: { change: () => this.#does.tenant(select.value) } },
      h("option", { value: "" }, t("list.all_tenants")),
      tenants.map(({ tenant, brand }) => h("option", { value: tenant }, brand)));
    this.#parts.tenants.replaceChildren(h("label", {}, h("span", { class: "unseen" }, t("list.tenant")), select));
  }

  #drawRows(rows) {
    const focused = this.focused();
    const kept = new Map();
    for (const row of rows) {
      const line = this.#rows.get(row.task) ?? { line: h("tr", { role: "row", "data-task": row.task }), drawn: null };
      kept.set(row.task, line);
      this.#drawRow(line, row);
    }
    this.#rows = kept;
    const lines = [...kept.values()].map(({ line }) => line);
    const body = this.#parts.body;
    if (lines.length === body.children.length && lines.every((line, i) => body.children[i] === line)) return;
    body.replaceChildren(...lines);
    if (focused !== null) this.focus(focused);
  }

  #drawRow(kept, row) {
    const gone = this.#model.gone.get(row.task) ?? null;
    const drawn = JSON.stringify([row, gone, this.current === row.task, document.documentElement.lang]);
    if (kept.drawn === drawn) return;
    kept.drawn = drawn;
    const { line } = kept;
    const had = line.contains(document.activeElement);
    const mine = row.claim?.claimed_by.user === this.#app.session.user;
    line.className = [gone ? "is-gone" : "", mine ? "is-mine" : row.claim ? "is-taken" : "",
      row.task === this.current ? "is-current" : ""].join(" ").trim();
    line.replaceChildren(
      h("th", { scope: "row", role: "rowheader", class: "at-why" },
        words(row.why, "a", { href: `#/calls/${encodeURIComponent(row.task)}`, class: "row-link",
          "aria-current": row.task === this.current ? "true" : null }),
        h("div", { class: "meta" }, this.#meta(row))),
      h("td", { role: "cell", class: "at-customer" }, row.customer.name,
        h("span", { class: "small" }, ` ${languageName(row.customer.language)}`)),
      h("td", { role: "cell", class: "at-due" }, this.#due(row)),
      h("td", { role: "cell", class: "at-state" }, this.#state(row, gone, mine)));
    if (had) line.querySelector("a").focus();
  }

  #meta(row) {
    const parts = [priorityMark(row.priority), row.brand];
    if (row.cases_count > 1) parts.push(t("list.cases", { n: row.cases_count }));
    if (row.call_back) {
      parts.push(t("list.call_back", { at: forCustomer(row.call_back.at, row.time_zone, this.#app.zoneOf(row.tenant)), name: row.call_back.agreed_with.name }));
    }
    if (row.attempt > 1) parts.push(t("list.attempt", { n: row.attempt, of: row.attempts_max }));
    if (row.last_outcome) parts.push(t("list.last", { outcome: known("outcome", row.last_outcome) }));
    return parts.map((part) => h("span", {}, part));
  }

  #due(row) {
    return h("time", { datetime: row.due_at, title: fullDeadline(row.due_at, this.#app.zoneOf(row.tenant)) }, distance(row.due_at));
  }

  #state(row, gone, mine) {
    if (gone !== null) {
      const by = gone.by ? t("list.gone_by", { name: gone.by.name }) : "";
      return [h("strong", {}, t(gone.reason === "done" ? "list.done" : "list.no_need")), h("span", { class: "small" },
        ` ${by || withdrawalText(gone)}`)];
    }
    if (mine) return h("strong", {}, t("list.yours"));
    if (row.claim) return t("list.taken", { name: row.claim.claimed_by.name });
    return t("list.free");
  }

  #drawTimes() {
    for (const time of this.#parts.body.querySelectorAll("time")) time.textContent = distance(time.dateTime);
  }

  // The row that has the focus, by its task.
  focused() {
    const line = document.activeElement?.closest?.("tr[data-task]");
    return line && this.element.contains(line) ? line.dataset.task : null;
  }

  focus(task) {
    const link = this.#rows.get(task)?.line.querySelector("a");
    link?.focus();
    return Boolean(link);
  }

  focusFirst() { this.#parts.body.querySelector("a")?.focus(); }

  // The next row up or down; from outside the list the open one, or the first.
  move(step) {
    const links = [...this.#parts.body.querySelectorAll("a")];
    const here = links.indexOf(document.activeElement);
    if (here >= 0) return links[here + step]?.focus();
    if (this.current === null || !this.focus(this.current)) links[0]?.focus();
  }

  // A gone row leaves, but not from under the focus.
  dropSoon(task) {
    if (!this.#model.gone.has(task)) return;
    if (this.focused() === task) {
      this.element.addEventListener("focusout", () => setTimeout(() => this.dropSoon(task)), { once: true });
      return;
    }
    if (this.#model.drop(task)) this.draw();
  }
}
