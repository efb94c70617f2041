// The top of a call: whom, why, until when, and the claim.
import { h, words } from "../base/dom.js";
import { clock, distance, forCustomer, fullDeadline, languageName, money } from "../base/format.js";
import { t } from "../words/words.js";
import { priorityMark } from "./priority.js";

const key = (letter) => h("kbd", { "aria-hidden": "true" }, letter);

function phones(customer) {
  return h("ul", { class: "phones" }, customer.phones.map(({ number, state }) => h("li", {},
    state === "usable" ? h("a", { href: `tel:${number}`, class: "tel" }, number)
      : h("span", {}, h("s", {}, number), ` ${t(`phone.${state}`)}`))));
}

function claimActions(app, call, state, does) {
  const actions = [];
  if (state.mine) {
    actions.push(h("button", { type: "button", "aria-keyshortcuts": "x", on: { click: does.release } }, t("call.release"), key("x")));
    if (state.lease) {
      actions.push(h("span", { class: "small" }, t("call.yours_until", { at: clock(state.lease, zone()) })));
    }
  } else if (call.claim !== null && state.lost === undefined && state.gone === null) {
    actions.push(h("span", {}, t("call.taken", { name: call.claim.claimed_by.name, at: clock(call.claim.since, zone()) })));
    if (app.has("lead")) actions.push(h("button", { type: "button", on: { click: does.release } }, t("call.give_back")));
  } else if (state.gone === null && app.has("agent", "lead")) {
    actions.push(h("button", { type: "button", class: "strong", "aria-keyshortcuts": "c", on: { click: does.claim } },
      t("call.claim"), key("c")));
  }
  return actions;
}

// Of the one who looks: how long she has the call, and since when a colleague.
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// Whom: unmasked for who has the claim.
function who(customer) {
  if (customer.masked) return h("p", { class: "small" }, t("call.masked"));
  const facts = [customer.city, customer.email ? h("a", { href: `mailto:${customer.email}` }, customer.email) : null,
    customer.loyalty_member ? t("customer.member") : null].filter(Boolean);
  return [phones(customer), h("p", { class: "customer-facts" }, facts.map((fact) => h("span", {}, fact)))];
}

function when(call, brands) {
  const facts = [
    [t("call.due"), h("time", { datetime: call.due_at, title: fullDeadline(call.due_at, brands) }, distance(call.due_at))],
    [t("call.here_it_is"), t("call.local_time", { at: clock(new Date().toISOString(), call.time_zone), zone: call.time_zone })],
  ];
  if (call.not_after) facts.push([t("call.callable_until"), forCustomer(call.not_after, call.time_zone, brands)]);
  if (call.value) facts.push([t("call.at_stake"), money(call.value)]);
  facts.push([t("call.speaks"), languageName(call.customer.language)]);
  facts.push([t("call.attempt"), t("call.attempt_of", { n: call.attempt, of: call.attempts_max })]);
  return h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

export function callHead(app, call, state, does) {
  const { customer } = call;
  return h("header", { class: "call-head" },
    h("p", { class: "back" }, h("a", { href: "#/calls" }, t("call.back"), key("l"))),
    h("p", { class: "kicker" }, priorityMark(call.priority), h("span", {}, call.brand),
      call.order_number ? h("span", {}, t("call.order", { number: call.order_number })) : null,
      call.kind === "call_back" ? h("span", {}, t("call.call_back")) : null),
    h("h2", { tabindex: "-1" }, customer.name),
    words(call.why, "p", { class: "why" }),
    h("div", { class: "claim" }, who(customer), h("div", { class: "actions" }, claimActions(app, call, state, does))),
    when(call, app.zoneOf(call.tenant)));
}
