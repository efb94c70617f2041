// The desk: incidents on top, the list, and the call in hand. Decides what happens with keys, events and answers; the parts
// draw themselves.
import { h } from "../base/dom.js";
import { clock } from "../base/format.js";
import { hush, say, warn } from "../base/say.js";
import { t } from "../words/words.js";
import { CallView } from "./call_view.js";
import { Incidents } from "./incidents.js";
import { Lease } from "./lease.js";
import { LiveList } from "./live_list.js";
import { ListView } from "./list_view.js";
import { problemText, withdrawalText } from "./problem_text.js";

export class DeskView {
  #app;
  #model = new LiveList();
  #list;
  #call;
  #incidents;
  #lease;
  #frame;
  #title;
  #tenant = "";
  #ends = [];
  #open = null;
  #letting = null;  // the call that was given back last: what is told of it is no loss
  #fetched = null;  // a call that was answered already, for the view that opens next
  #gone_ms = 12_000;

  constructor(app, root) {
    this.#app = app;
    this.#lease = new Lease(app.api, (task, problem) => this.#lostClaim(task, problem));
    this.#incidents = new Incidents();
    this.#list = new ListView(app, this.#model, {
      next: () => this.next(), showNew: () => this.#showNew(), pause: () => this.#pause(),
      tenant: (tenant) => { this.#tenant = tenant; this.#load(); },
    });
    this.#call = new CallView(app, this);
    this.#title = h("h1", { class: "unseen" });
    this.#frame = h("div", { class: "desk" }, this.#title, this.#incidents.element,
      h("div", { class: "panes" }, this.#list.element, this.#call.element));
    root.append(this.#frame);
    this.#ends.push(
      app.stream.listen((name, data) => this.#take(name, data)),
      app.keys.add({
        j: () => this.#list.move(1), k: () => this.#list.move(-1), n: () => this.next(), r: () => this.#showNew(),
        s: () => this.#pause(), c: () => this.#claimFocused(), l: () => this.#backToList(),
      }));
    this.#load();
  }

  leave() {
    for (const end of this.#ends) end();
    this.#lease.drop();
    this.#list.leave();
    this.#call.leave();
  }

  redraw() {
    this.#incidents.draw();
    this.#list.draw();
    this.#call.draw();
    this.#drawTitle();
  }

  // Shows a call beside the list, or the list alone.
  show(task) {
    const before = this.#open;
    this.#open = task;
    this.#frame.classList.toggle("has-call", task !== null);
    this.#list.current = task;
    this.#list.draw();
    if (task === null) {
      this.#call.close();
      if (before !== null) this.#list.focus(before);
    } else {
      this.#call.open(task, this.#fetched?.task === task ? this.#fetched : null);
    }
    this.#fetched = null;
    this.#drawTitle();
  }

  get mine() { return this.#lease.task; }
  get leaseEnd() { return this.#lease.expires_at; }

  // Claims the best next call and opens it.
  async next() {
    try {
      const { call, next_at } = await this.#app.api.post("/v1/calls/next", this.#tenant ? { tenant: this.#tenant } : {});
      if (call === null) {
        const zone = this.#app.session.tenants[0].time_zone;
        return say(next_at === null ? t("next.none") : t("next.none_until", { at: clock(next_at, zone) }));
      }
      this.#hold(call);
      this.#fetched = call;
      this.#app.go(`#/calls/${encodeURIComponent(call.task)}`);
    } catch (problem) {
      warn(problemText(problem));
    }
  }

  async claim(task) {
    try {
      const call = await this.#app.api.post(`/v1/calls/${encodeURIComponent(task)}/claim`);
      this.#hold(call);
      this.#fetched = call;
      this.#app.go(`#/calls/${encodeURIComponent(task)}`);
    } catch (problem) {
      if (problem.type === "withdrawn") this.#withdrawn(task, problem.body);
      warn(problemText(problem));
      if (problem.type === "you_hold_another" && problem.body.task) {
        this.#app.go(`#/calls/${encodeURIComponent(problem.body.task)}`);
      }
    }
  }

  async release(task) {
    this.#letting = task;
    try {
      await this.#app.api.post(`/v1/calls/${encodeURIComponent(task)}/release`);
      if (this.#lease.task === task) this.#lease.drop();
      this.#app.go("#/calls");
      say(t("call.released"));
    } catch (problem) {
      this.#letting = null;
      this.actionFailed(task, problem);
    }
  }

  // Records how the call ended; the answer, or null when it could not be.
  async record(task, report) {
    try {
      const result = await this.#app.api.post(`/v1/calls/${encodeURIComponent(task)}/outcome`, report);
      this.#lease.drop();
      return result;
    } catch (problem) {
      this.actionFailed(task, problem);
      throw problem;
    }
  }

  // A promise, a voucher, ...: what a refusal means for the claim is the same for all of them.
  actionFailed(task, problem) {
    if (problem.type === "withdrawn") {
      this.#lease.drop();
      this.#withdrawn(task, problem.body);
    } else if (problem.type === "claim_lost" || problem.type === "claimed_by_other") {
      this.#lostClaim(task, problem);
    } else {
      warn(problemText(problem));
    }
  }

  async #load(again = false) {
    this.#list.loading = this.#model.rows.length === 0;
    this.#list.draw();
    try {
      const query = { tenant: this.#tenant, limit: 200 };
      const [list, { incidents }] = await Promise.all(
        [this.#app.api.get("/v1/calls", query), this.#app.api.get("/v1/incidents", { tenant: this.#tenant })]);
      if (again) this.#model.merge(list.calls, list.total);
      else this.#model.load(list.calls, list.total);
      this.#incidents.load(incidents);
      this.#app.stream.open(list.event);
      this.#findMine();
    } catch (problem) {
      if (problem.type !== "not_signed_in") warn(problemText(problem));
    }
    this.#list.loading = false;
    this.#list.draw();
  }

  // After the page was loaded anew, the call in hand is still ours.
  #findMine() {
    const mine = this.#model.rows.find((row) => row.claim?.claimed_by.user === this.#app.session.user);
    if (mine && this.#lease.task === null) this.#lease.hold(mine.task, mine.claim);
  }

  #hold(call) {
    this.#letting = null;
    this.#lease.hold(call.task, call.claim);
    hush();
  }

  #take(name, data) {
    if (name === "state") return this.#list.drawState();
    if (name === "missed") return this.#load(true);
    if (this.#tenant && data.tenant && data.tenant !== this.#tenant) return;
    if (name.startsWith("incident.")) this.#incidents.take(name, data);
    if (name === "call.withdrawn") this.#withdrawn(data.task, data);
    else if (this.#model.take(name, data)) this.#list.draw();
    // A call that a lead gave back, or that somebody else has now.
    const changed = name === "call.changed" || name === "call.claimed";
    if (changed && data.task !== this.#letting) this.#call.changed(data);
  }

  #withdrawn(task, told) {
    const ours = this.#lease.task === task;
    if (ours) this.#lease.drop();
    // The answer to our own request has no version: then it is the newest there is.
    const version = told.version ?? Number.MAX_SAFE_INTEGER;
    if (this.#model.take("call.withdrawn", { ...told, task, version })) {
      this.#list.draw();
      setTimeout(() => this.#list.dropSoon(task), this.#gone_ms);
    }
    // Our own outcome: its answer says more.
    if (told.by?.user === this.#app.session.user) return;
    const wasOpen = this.#call.withdrawn(task, told);
    if (wasOpen && ours && told.reason !== "done") warn(t("call.withdrawn_now", { reason: withdrawalText(told) }));
  }

  #lostClaim(task, problem) {
    if (problem.type === "withdrawn") return this.#withdrawn(task, problem.body);
    this.#lease.drop();
    this.#call.lost(task, problem.body?.claimed_by ?? null);
    warn(problemText(problem.type === "offline" ? { type: "claim_lost", body: {} } : problem));
  }

  async #showNew() {
    const count = this.#model.waiting;
    if (this.#model.overflowed) await this.#load();
    else this.#model.show();
    this.#list.draw();
    this.#list.focusFirst();
    say(t("list.shown", { n: count }));
  }

  #pause() {
    if (this.#model.paused) {
      this.#model.resume();
      if (this.#model.overflowed) this.#load(true);
      say(t("list.resumed"));
    } else {
      this.#model.pause();
      say(t("list.paused"));
    }
    this.#list.draw();
  }

  #claimFocused() {
    const task = this.#list.focused() ?? this.#open;
    if (task !== null && task !== this.#lease.task) this.claim(task);
  }

  #backToList() {
    if (this.#open === null) this.#list.focusFirst();
    else this.#app.go("#/calls");
  }

  #drawTitle() {
    this.#title.textContent = t("list.title");
    document.title = `${this.#open === null ? t("list.title") : t("call.title")} – Premura`;
  }
}
