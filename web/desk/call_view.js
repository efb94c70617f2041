// One call: why, who, what is known, what may be offered, and how it ended.
import { h, keepingFocus } from "../base/dom.js";
import { hush, say } from "../base/say.js";
import { known, t } from "../words/words.js";
import { callHead } from "./call_head.js";
import { askDoNotContact, askGesture, askPromise } from "./call_dialogs.js";
import { OutcomeForm } from "./outcome_form.js";
import { problemText, withdrawalText } from "./problem_text.js";
import { resultText } from "./result_text.js";
import { aside, story } from "./story.js";

export class CallView {
  element = h("section", { class: "call" });
  #app;
  #desk;
  #task = null;
  #call = null;
  #problem = null;     // why there is no call to show
  #gone = null;        // the withdrawal of the call that is shown
  #lost = undefined;   // a Person or null when the claim was lost
  #result = null;      // what followed from the outcome
  #outcome = null;     // the form, with its draft
  #keys = null;
  #focus = false;      // the next drawing takes the focus to the heading

  constructor(app, desk) {
    this.#app = app;
    this.#desk = desk;
    this.element.hidden = true;
  }

  leave() { this.#keys?.(); }

  close() {
    this.#forget();
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  #forget() {
    this.#keys?.();
    this.#keys = null;
    this.#task = null;
    this.#call = null;
    this.#problem = null;
    this.#gone = null;
    this.#lost = undefined;
    this.#result = null;
    this.#outcome = null;
  }

  // `call`: as it was just answered, or null: then it is asked for.
  async open(task, call) {
    if (task === this.#task && call === null) return;
    this.#forget();
    this.#task = task;
    this.element.hidden = false;
    this.#keys = this.#app.keys.add(this.#keyMap());
    this.#focus = true;
    if (call === null) {
      this.#drawNote(t("call.loading"));
      try {
        call = await this.#app.api.get(`/v1/calls/${encodeURIComponent(task)}`);
      } catch (problem) {
        if (this.#task !== task) return;
        this.#problem = problem;
      }
      if (this.#task !== task) return;
      // The focus goes on from "loading" to what was loaded, unless it is somewhere else by now.
      this.#focus = this.element.contains(document.activeElement) || document.activeElement === document.body;
    }
    this.#call = call;
    this.draw();
  }

  get #mine() {
    return this.#call?.claim?.claimed_by.user === this.#app.session.user && this.#gone === null && this.#lost === undefined &&
      this.#result === null;
  }

  #keyMap() {
    const map = { p: () => this.promise(), v: () => this.gesture(), d: () => this.doNotContact(),
      x: () => { if (this.#mine) this.#desk.release(this.#task); }, 0: () => this.#outcome?.others() };
    for (let digit = 1; digit <= 9; ++digit) map[digit] = () => this.#outcome?.choose(digit);
    return map;
  }

  draw() {
    if (this.#task === null) return;
    if (this.#problem !== null) return this.#drawNote(problemText(this.#problem));
    if (this.#call === null) return;
    const call = this.#call;
    const zone = this.#app.zoneOf(call.tenant);
    const state = { mine: this.#mine, gone: this.#gone, lost: this.#lost, lease: this.#desk.leaseEnd };
    const does = {
      claim: () => this.#desk.claim(this.#task), release: () => this.#desk.release(this.#task), promise: () => this.promise(),
      gesture: (kind) => this.gesture(kind), doNotContact: () => this.doNotContact(), list: () => this.#app.go("#/calls"),
      next: () => this.#desk.next(),
    };
    if (this.#mine && this.#outcome === null) this.#outcome = new OutcomeForm(call, (report) => this.#record(report));
    if (!this.#mine) this.#outcome = null;
    this.element.classList.toggle("is-gone", this.#gone !== null);
    keepingFocus(this.element, () => this.element.replaceChildren(
      callHead(this.#app, call, state, does),
      ...this.#notices(does),
      h("div", { class: "call-body" },
        h("div", { class: "call-main" }, story(call, zone, state, does), this.#outcome?.draw() ?? null),
        h("div", { class: "call-aside" }, aside(call, zone)))));
    this.#takeFocus();
  }

  #takeFocus() {
    if (!this.#focus) return;
    this.#focus = false;
    const heading = this.element.querySelector("h2");
    heading?.focus();
    this.element.scrollTop = 0;
    this.element.scrollIntoView({ block: "nearest" });
  }

  #drawNote(text) {
    this.element.replaceChildren(h("div", { class: "call-note" },
      h("h2", { tabindex: "-1" }, text),
      h("p", {}, h("a", { href: "#/calls" }, t("call.back")))));
    this.#takeFocus();
  }

  #notices(does) {
    const next = () => h("button", { type: "button", class: "strong next", on: { click: does.next } }, t("list.next"),
      h("kbd", { "aria-hidden": "true" }, "n"));
    if (this.#result !== null) {
      return [h("div", { class: "notice is-good" },
        h("p", {}, h("strong", {}, known("outcome", this.#result.outcome)), ` – ${resultText(this.#result, this.#call, this.#app.zoneOf(this.#call.tenant))}`), next())];
    }
    if (this.#gone !== null) {
      return [h("div", { class: "notice is-gone-notice" },
        h("p", {}, h("strong", {}, t("list.no_need")), ` – ${withdrawalText(this.#gone)}`), next())];
    }
    if (this.#lost !== undefined) {
      const text = this.#lost ? t("problem.claim_lost_to", { name: this.#lost.name }) : t("problem.claim_lost");
      return [h("div", { class: "notice is-bad" }, h("p", {}, h("strong", {}, t("call.lost")), ` – ${text}`), next())];
    }
    return [];
  }

  // Something was told about a call; true when it is the one that is shown.
  withdrawn(task, told) {
    if (task !== this.#task || this.#call === null) return false;
    if (this.#result !== null) return false;
    this.#gone = told;
    this.draw();
    return true;
  }

  lost(task, person) {
    if (task !== this.#task || this.#call === null) return;
    this.#lost = person;
    this.draw();
  }

  // There is a newer version of the call, or somebody has claimed it.
  changed(data) {
    if (data.task !== this.#task || this.#call === null || this.#result !== null) return;
    if (data.version <= this.#call.version || this.#gone !== null || this.#lost !== undefined) return;
    const was = this.#mine;
    const claim = data.claim ?? null;
    const still = claim?.claimed_by.user === this.#app.session.user;
    if (was && !still) {
      return this.#desk.actionFailed(this.#task, { type: "claim_lost", body: { claimed_by: claim?.claimed_by ?? null } });
    }
    // The answer to our own claim brings the whole call.
    if (was || !still) this.#refresh();
  }

  // The story as it is by now; what is written in the form stays.
  async #refresh() {
    const task = this.#task;
    let call;
    try {
      call = await this.#app.api.get(`/v1/calls/${encodeURIComponent(task)}`);
    } catch {
      return;  // a withdrawal is told by itself, and what is shown is still right
    }
    if (task !== this.#task || call.version < this.#call.version || this.#result !== null) return;
    this.#call = call;
    this.draw();
  }

  async #record(report) {
    const result = await this.#desk.record(this.#task, report);
    this.#result = result;
    this.draw();
    say(t("call.recorded", { outcome: known("outcome", result.outcome), next: resultText(result, this.#call, this.#app.zoneOf(this.#call.tenant)) }));
    this.element.querySelector(".next")?.focus();
  }

  async promise() {
    if (this.#mine) await this.#act("promises", await askPromise(), "promises", "promise.made_now");
  }

  async gesture(kind) {
    if (this.#mine) await this.#act("gestures", await askGesture(this.#call, kind), "gestures", "gesture.requested_now");
  }

  async doNotContact() {
    if (this.#mine) await this.#act("do-not-contact", await askDoNotContact(), null, "do_not_contact.noted");
  }

  // Sends what a dialog gave, and shows the answer among the things of that kind.
  async #act(path, wish, list, words) {
    if (wish === undefined) return;
    const task = this.#task;
    hush();
    try {
      const answer = await this.#app.api.post(`/v1/calls/${encodeURIComponent(task)}/${path}`, wish);
      if (task === this.#task && list !== null) this.#call[list].push(answer);
      this.draw();
      say(t(words));
    } catch (problem) {
      this.#desk.actionFailed(task, problem);
    }
  }
}
