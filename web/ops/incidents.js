// Incidents with what ops may do about them: let calls go, write to everybody once, close.
import { ask } from "../base/dialog.js";
import { h, words } from "../base/dom.js";
import { distance, number } from "../base/format.js";
import { say, warn } from "../base/say.js";
import { t } from "../words/words.js";
import { briefingOf, incidentTitle } from "../desk/incidents.js";
import { problemText } from "../desk/problem_text.js";

function asks({ calls_held, customers, about }, action) {
  const n = action === "message" ? customers : calls_held;
  return t(`incident.${action}_asks`, { n, shown: number(n), about });
}

// Nothing goes out before it was said what, and to how many.
function confirm(incident, action) {
  const limit = h("input", { type: "number", min: 1, max: Math.max(1, incident.calls_held), inputmode: "numeric" });
  return ask(t(`incident.${action}`), (close) => h("form", { class: "dialog-body", on: { submit: (event) => {
    event.preventDefault();
    if (action === "release") close(limit.value ? { calls_max: Number(limit.value) } : {});
    else close(action === "message" ? { message: incident.message.message } : {});
  } } },
    h("p", {}, asks(incident, action)),
    action === "release" ? h("label", {}, t("incident.calls_max"), limit) : null,
    h("div", { class: "actions" }, h("button", { type: "submit", class: "strong" }, t(`incident.${action}`)),
      h("button", { type: "button", on: { click: () => close() } }, t("dialog.cancel")))));
}

async function act(view, incident, action) {
  const wish = await confirm(incident, action);
  if (wish === undefined) return;
  try {
    await view.app.api.post(`/v1/incidents/${encodeURIComponent(incident.incident)}/${action}`, wish);
    say(t(`incident.${action}_done`));
  } catch (problem) {
    warn(problemText(problem));
  }
}

function card(incident, view) {
  const briefing = briefingOf(incident);
  const { message } = incident;
  return h("article", { class: `incident is-${incident.state}` },
    h("h3", {}, incidentTitle(incident)),
    h("p", { class: "small" }, t(incident.state === "open" ? "incident.since" : "incident.closed_since",
      { at: distance(incident.state === "open" ? incident.since : incident.closed_at ?? incident.since) })),
    briefing ? words(briefing, "p", { class: "briefing" }) : null,
    h("p", {}, t("incident.counts", {
      customers: t("count.customers", { n: incident.customers, shown: number(incident.customers) }),
      calls: t("count.calls_held", { n: incident.calls_held, shown: number(incident.calls_held) }),
    })),
    message?.sent_at ? h("p", { class: "small" }, t("incident.sent", { at: distance(message.sent_at),
      customers: t("count.customers", { n: message.sent_to, shown: number(message.sent_to) }) })) : null,
    incident.actions.length === 0 ? null : h("div", { class: "actions" }, incident.actions.map((action) => h("button", {
      type: "button", name: `${incident.incident}/${action}`, on: { click: () => act(view, incident, action) } },
      t(`incident.${action}`)))));
}

export function drawIncidents({ incidents }, view) {
  if (incidents.length === 0) return h("p", { class: "empty" }, t("ops.no_incidents"));
  // Open ones first, and among them those that concern most customers.
  const order = (a, b) => (a.state === "closed") - (b.state === "closed") || b.customers - a.customers || Date.parse(b.since) - Date.parse(a.since);
  return h("div", { class: "cards" }, [...incidents].sort(order).map((incident) => card(incident, view)));
}
