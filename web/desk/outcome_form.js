// How the call ended, in two keystrokes: a digit chooses, Enter records. The rest is optional. The draft survives a redraw.
import { freshId, h } from "../base/dom.js";
import { instantOf, wallTime } from "../base/zone.js";
import { moment } from "../base/format.js";
import { known, language, t } from "../words/words.js";
import { problemText } from "./problem_text.js";

const hour_ms = 3_600_000;
const quarter_ms = 900_000;

// The nine that happen most have a digit, in the order of the keyboard.
export const digits = ["reached_resolved", "reached_informed", "reached_call_back", "no_answer", "busy", "voicemail_left", "voicemail",
  "wrong_number", "refused_contact"];
const groups = [
  ["reached", ["reached_resolved", "reached_informed", "reached_call_back", "reached_wants_cancel", "reached_wants_refund",
    "reached_complaint", "reached_other_person"]],
  ["not_reached", ["no_answer", "busy", "voicemail_left", "voicemail"]],
  ["number", ["wrong_number", "number_dead", "refused_contact"]],
];
const moods = ["pleased", "calm", "worried", "annoyed", "angry"];

export class OutcomeForm {
  #call;
  #send;
  #draft = { outcome: null, note: "", mood: "", date: "", time: "" };
  #form = null;
  #parts = {};
  #busy = false;

  // `send(report)` resolves when it is recorded, and rejects with the Problem.
  constructor(call, send) {
    this.#call = call;
    this.#send = send;
    // An hour from now, on the quarter: the customer's own clock.
    const later = wallTime(Math.ceil((Date.now() + hour_ms) / quarter_ms) * quarter_ms, call.time_zone);
    Object.assign(this.#draft, later);
  }

  // A key: chooses that outcome and takes the focus there, so that Enter records it.
  choose(digit) { this.#focus(digits[digit - 1]); }

  // Those without a digit.
  others() { this.#focus(groups.flatMap(([, names]) => names).find((name) => !digits.includes(name))); }

  #focus(outcome) {
    const radio = this.#form?.querySelector(`input[value="${outcome}"]`);
    if (!radio) return;
    radio.checked = true;
    this.#draft.outcome = outcome;
    this.#follow();
    radio.focus();
    radio.closest("form").scrollIntoView({ block: "nearest" });
  }

  // The form, as it was unless the language has changed.
  draw() {
    if (this.#form?.lang === language()) return this.#form;
    const id = freshId("outcome");
    const error = h("p", { class: "error", id: `${id}-error`, role: "alert" });
    this.#parts = { error, when: this.#when(id), submit: h("button", { type: "submit", class: "strong" }, t("outcome.submit")) };
    this.#form = h("form", { class: "part outcome", lang: language(), "aria-labelledby": id, on: { submit: (event) => this.#submit(event) } },
      h("h3", { id }, t("outcome.title")),
      h("div", { class: "outcome-groups" }, groups.map(([group, names]) => h("fieldset", {},
        h("legend", {}, t(`outcome_group.${group}`)), names.map((name) => this.#radio(name))))),
      this.#parts.when,
      h("div", { class: "outcome-more" }, this.#mood(), this.#note()),
      error,
      h("div", { class: "actions" }, this.#parts.submit));
    this.#follow();
    return this.#form;
  }

  #radio(name) {
    const digit = digits.indexOf(name) + 1;
    return h("label", { class: "choice" },
      h("input", { type: "radio", name: "outcome", value: name, required: true, checked: this.#draft.outcome === name,
        "aria-keyshortcuts": digit > 0 ? digit : null,
        on: { change: () => { this.#draft.outcome = name; this.#follow(); } } }),
      h("span", {}, known("outcome", name)), digit > 0 ? h("kbd", { "aria-hidden": "true" }, digit) : null);
  }

  #when(id) {
    const field = (type, name) => h("input", { type, value: this.#draft[name], "aria-describedby": `${id}-zone`,
      on: { input: (event) => { this.#draft[name] = event.target.value; } } });
    return h("fieldset", { class: "when" }, h("legend", {}, t("outcome.when")),
      h("label", {}, t("outcome.date"), field("date", "date")),
      h("label", {}, t("outcome.time"), field("time", "time")),
      h("p", { class: "small", id: `${id}-zone` }, t("outcome.zone", { zone: this.#call.time_zone })));
  }

  #mood() {
    return h("label", {}, t("outcome.mood"),
      h("select", { on: { change: (event) => { this.#draft.mood = event.target.value; } } },
        h("option", { value: "" }, t("outcome.no_mood")),
        moods.map((mood) => h("option", { value: mood, selected: this.#draft.mood === mood }, t(`mood.${mood}`)))));
  }

  #note() {
    return h("label", {}, t("outcome.note"), h("textarea", { rows: 2, maxlength: 1000, value: this.#draft.note,
      on: { input: (event) => { this.#draft.note = event.target.value; } } }));
  }

  #follow() {
    const back = this.#draft.outcome === "reached_call_back";
    this.#parts.when.hidden = !back;
    for (const field of this.#parts.when.querySelectorAll("input")) field.required = back;
    this.#parts.error.textContent = "";
  }

  #report() {
    const { outcome, note, mood, date, time } = this.#draft;
    const report = { outcome };
    if (outcome === "reached_call_back") report.call_back_at = instantOf(date, time, this.#call.time_zone).toISOString();
    if (mood) report.mood = mood;
    if (note.trim()) report.note = note.trim();
    return report;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const report = this.#report();
    if (report.call_back_at && Date.parse(report.call_back_at) <= Date.now()) {
      this.#parts.error.textContent = t("outcome.in_the_past");
      return;
    }
    this.#busy = true;
    this.#parts.submit.setAttribute("aria-disabled", "true");
    try {
      await this.#send(report);
    } catch (problem) {
      const earliest = problem.body?.earliest;
      this.#parts.error.textContent = problem.type === "time_not_callable" && earliest
        ? t("problem.time_not_callable_until", { at: moment(earliest, this.#call.time_zone) }) : problemText(problem);
    } finally {
      this.#busy = false;
      this.#parts.submit.removeAttribute("aria-disabled");
    }
  }
}
