// The story of a call. In the middle what helps to speak; beside it what happened. Times are those of the brand's zone, as in the
// sentence why we call: one moment must not have two times.
import { freshId, h, words } from "../base/dom.js";
import { day, deadline, distance, fullDeadline, fullMoment, moment, money } from "../base/format.js";
import { known, t } from "../words/words.js";

function section(title, className, ...content) {
  const id = freshId("part");
  return h("section", { class: `part ${className}`, "aria-labelledby": id }, h("h3", { id }, title), content);
}

const key = (letter) => h("kbd", { "aria-hidden": "true" }, letter);
const time = (at, zone) => h("time", { datetime: at, title: fullMoment(at, zone) }, moment(at, zone));
const due = (at, zone) => h("time", { datetime: at, title: fullDeadline(at, zone) }, deadline(at, zone));

function done(call, zone) {
  if (call.done.length === 0) return null;
  return section(t("story.done"), "done", h("ul", { class: "lines" }, call.done.map((deed) => h("li", {},
    h("span", { class: "what" }, t(`deed.${deed.what}`, { target: known("target", deed.target) }),
      deed.text ? h("span", { class: "small" }, ` ${known("request", deed.text)}`) : null),
    h("span", { class: "small" }, time(deed.time, zone), `, ${known("deed_state", deed.state)}`)))));
}

function offerText(offer) {
  if (offer.kind === "new_date") return t("offer.new_date", { day: day(offer.date) });
  if (offer.amount_max) return t(`offer.${offer.kind}`, { amount: money(offer.amount_max) });
  return known("offer", offer.kind);
}

function offers(call, state, does) {
  if (call.offers.length === 0) return null;
  return section(t("story.offers"), "offers", h("ul", { class: "lines" }, call.offers.map((offer) => h("li", {},
    h("span", { class: "what" }, offerText(offer), offer.note ? [" ", words(offer.note, "span", { class: "small" })] : null),
    state.mine && offer.amount_max
      ? h("button", { type: "button", class: "small-button", on: { click: () => does.gesture(offer.kind) } },
        t(`gesture.request_${offer.kind}`)) : null))));
}

function talkingPoints(call) {
  const { language, points } = call.talking_points;
  if (points.length === 0) return null;
  return section(t("story.talking_points"), "talking", h("ul", { lang: language }, points.map((point) => h("li", {}, point))));
}

function toldUs(call, zone) {
  if (call.told_us.length === 0) return null;
  return section(t("story.told_us"), "told", h("ul", { class: "lines" }, call.told_us.map((said) => h("li", {},
    h("span", { class: "what", lang: call.customer.language }, said.text),
    h("span", { class: "small" }, known("channel", said.channel), ", ", time(said.time, zone))))));
}

function promises(call, zone) {
  if (call.promises.length === 0) return null;
  return section(t("story.promises"), "promises", h("ul", { class: "lines" }, call.promises.map((promise) => h("li", {},
    h("span", { class: "what" }, t("promise.line", { kind: known("promise.kind", promise.kind),
      channel: known("channel", promise.channel) }), promise.text ? h("span", { class: "small" }, ` ${promise.text}`) : null),
    h("span", { class: `small state is-${promise.state}` }, known("promise.state", promise.state),
      promise.due_at && promise.state === "running" ? [", ", h("time", { datetime: promise.due_at,
        title: fullDeadline(promise.due_at, zone) }, distance(promise.due_at))] : null)))));
}

function gestures(call, zone) {
  if (call.gestures.length === 0) return null;
  return section(t("story.gestures"), "gestures", h("ul", { class: "lines" }, call.gestures.map((gesture) => h("li", {},
    h("span", { class: "what" }, t(`gesture.${gesture.kind}`), ` ${money(gesture.amount)}`),
    h("span", { class: "small" }, known("gesture.state", gesture.state), ", ", time(gesture.requested_at, zone))))));
}

function buttons(state, does) {
  if (!state.mine) return null;
  return h("div", { class: "actions call-actions" },
    h("button", { type: "button", "aria-keyshortcuts": "p", on: { click: does.promise } }, t("promise.button"), key("p")),
    h("button", { type: "button", "aria-keyshortcuts": "v", on: { click: () => does.gesture() } }, t("gesture.button"), key("v")),
    h("button", { type: "button", "aria-keyshortcuts": "d", on: { click: does.doNotContact } }, t("do_not_contact.button"), key("d")));
}

// The middle: what to say, what to offer, what we owe.
export function story(call, zone, state, does) {
  return [toldUs(call, zone), talkingPoints(call), offers(call, state, does), promises(call, zone), gestures(call, zone), buttons(state, does)];
}

function timeline(call, zone) {
  return section(t("story.timeline"), "timeline", h("ol", {}, call.timeline.map((entry) => h("li", {
    class: entry.event === "deadline" ? "is-deadline" : null },
    h("span", { class: "at" }, entry.event === "deadline" ? due(entry.time, zone) : time(entry.time, zone)),
    h("span", { class: "what" }, known("event", entry.event),
      entry.note ? h("span", { class: "small" }, ` ${entry.note}`) : null)))));
}

function contacts(call, zone) {
  if (call.contacts.length === 0) return null;
  return section(t("story.contacts"), "contacts", h("ul", { class: "lines" }, call.contacts.map((contact) => h("li", {},
    h("span", { class: "what" },
      t(`contact.${contact.direction}`, { channel: known("channel", contact.channel) }),
      contact.outcome ? `: ${known("outcome", contact.outcome)}` : null,
      contact.note ? h("span", { class: "small" }, ` ${contact.note}`) : null),
    h("span", { class: "small" }, time(contact.time, zone),
      contact.with ? `, ${contact.with.name}` : null,
      contact.mood ? [", ", h("span", { class: `mood is-${contact.mood}` }, known("mood", contact.mood))] : null)))));
}

function cases(call, zone) {
  if (call.cases.length < 2) return null;
  return section(t("story.cases"), "cases", h("ul", { class: "lines" }, call.cases.map((one) => h("li", {},
    h("span", { class: "what" }, t("call.order", { number: one.order_number ?? one.order }), ": ", words(one.rule_name)),
    h("span", { class: "small" }, t(one.late ? "case.was_due" : "case.is_due", { at: deadline(one.deadline, zone) }))))));
}

// Beside: what happened, what we did, who spoke with whom.
export function aside(call, zone) {
  return [cases(call, zone), done(call, zone), timeline(call, zone), contacts(call, zone)];
}
