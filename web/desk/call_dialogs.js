// What an agent may do on a call beside its outcome. Each dialog gives the body of the request, or undefined.
import { ask } from "../base/dialog.js";
import { h } from "../base/dom.js";
import { money } from "../base/format.js";
import { t } from "../words/words.js";

const hour = 3_600;

// What is promised most, ready to choose; the first is chosen. Without a time the rule of that kind counts.
const promises = [
  ["email_hour", { kind: "update", channel: "email", within_seconds: hour }],
  ["sms_hour", { kind: "update", channel: "sms", within_seconds: hour }],
  ["call_two_hours", { kind: "callback", channel: "phone", within_seconds: 2 * hour }],
  ["email_tomorrow", { kind: "update", channel: "email", within_seconds: 24 * hour }],
  ["delivery", { kind: "delivery", channel: "email" }],
  ["refund", { kind: "refund", channel: "email" }],
];

// Radios with the first one chosen, so that Enter alone takes it.
function choices(legend, names, words) {
  return h("fieldset", {}, h("legend", {}, legend), names.map((name, place) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "choice", value: name, checked: place === 0, autofocus: place === 0 }), words(name))));
}

function form(parts, submit, send) {
  const element = h("form", { class: "dialog-body", on: { submit: (event) => {
    event.preventDefault();
    send(new FormData(element));
  } } }, parts, h("div", { class: "actions" }, h("button", { type: "submit", class: "strong" }, submit)));
  return element;
}

function noteField(name, label, words_max) {
  return h("label", {}, label, h("input", { name, maxlength: words_max, autocomplete: "off" }));
}

export function askPromise() {
  return ask(t("promise.title"), (close) => form([
    choices(t("promise.what"), promises.map(([name]) => name), (name) => t(`promise.${name}`)),
    noteField("text", t("promise.text"), 500),
    h("p", { class: "small" }, t("promise.clock")),
  ], t("promise.submit"), (data) => {
    const [, wish] = promises.find(([name]) => name === data.get("choice"));
    const text = data.get("text").trim();
    close(text ? { ...wish, text } : wish);
  }));
}

// "12,50" and "12.50" are the same amount; anything else is none.
function amountOf(text) {
  const plain = text.trim().replace(",", ".");
  return /^\d{1,9}(\.\d{1,2})?$/.test(plain) ? plain : null;
}

// `kind`: the one that was asked for, chosen first.
export function askGesture(call, kind) {
  const offers = call.offers.filter((offer) => offer.amount_max).sort((a, b) => (b.kind === kind) - (a.kind === kind));
  if (offers.length === 0) {
    return ask(t("gesture.title"), () => h("div", { class: "dialog-body" }, h("p", {}, t("gesture.none"))));
  }
  const error = h("p", { class: "error", id: "gesture-error", role: "alert" });
  return ask(t("gesture.title"), (close) => form([
    choices(t("gesture.which"), offers.map((offer) => offer.kind), (name) => t(`gesture.up_to_${name}`,
      { amount: money(offers.find((offer) => offer.kind === name).amount_max) })),
    h("label", {}, t("gesture.amount", { currency: offers[0].amount_max.currency }),
      h("input", { name: "amount", inputmode: "decimal", required: true, autocomplete: "off", "aria-describedby": "gesture-error" })),
    noteField("note", t("gesture.note"), 500), error,
  ], t("gesture.submit"), (data) => {
    const offer = offers.find((known) => known.kind === data.get("choice"));
    const amount = amountOf(data.get("amount"));
    if (amount === null || Number(amount) === 0) return void (error.textContent = t("gesture.no_amount"));
    if (Number(amount) > Number(offer.amount_max.amount)) {
      return void (error.textContent = t("problem.over_discretion", { amount: money(offer.amount_max) }));
    }
    const note = data.get("note").trim();
    close({ kind: offer.kind, amount: { amount, currency: offer.amount_max.currency }, ...(note ? { note } : {}) });
  }));
}

export function askDoNotContact() {
  return ask(t("do_not_contact.title"), (close) => form([
    h("p", {}, t("do_not_contact.text")),
    choices(t("do_not_contact.scope"), ["calls", "all"], (name) => t(`do_not_contact.${name}`)),
    noteField("note", t("do_not_contact.note"), 500),
  ], t("do_not_contact.submit"), (data) => {
    const note = data.get("note").trim();
    close({ scope: data.get("choice"), ...(note ? { note } : {}) });
  }));
}
