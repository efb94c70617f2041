// Calls, claims and outcomes in memory, as the contract has them. Answers are { status, body } or thrown as Refusal; every
// change is told to `tell(name, data)`.
import { madeUpCall, madeUpIncidents, madeUpMorning } from "./made_up.mjs";

const minute = 60_000;
const stop_list = { calls: ["phone"], all: ["phone", "email", "sms"] };

export class Refusal extends Error {
  constructor(status, type, detail, more = {}) {
    super(detail);
    this.status = status;
    this.body = { type: type ? `urn:premura:problem:${type}` : "about:blank", title: type ?? "Refused", status, detail, ...more };
  }
}

const follow_up = {
  reached_resolved: ["closed", null], reached_informed: ["closed", null], reached_wants_cancel: ["escalated", null],
  reached_wants_refund: ["escalated", null], reached_complaint: ["escalated", null], reached_other_person: ["retry", 120],
  refused_contact: ["message", null], no_answer: ["retry", 120], busy: ["retry", 15], voicemail: ["retry", 1440],
  voicemail_left: ["message", null], wrong_number: ["next_number", null], number_dead: ["next_number", null],
};

export class DeskWorld {
  calls = new Map();
  withdrawn = new Map();  // task → what was told
  incidents = new Map();
  stopped = new Map();    // customer's name → channels
  lease_seconds = 600;
  #tell;
  #numbers = 100;

  constructor(tell) {
    this.#tell = tell;
    for (const call of madeUpMorning(Date.now())) this.calls.set(call.row.task, call);
    for (const incident of madeUpIncidents(Date.now())) this.incidents.set(incident.incident, incident);
  }

  // For the tests.

  // What an agent of acme-it sees when she comes in the morning, best call first.
  morning() {
    return this.list({ tenants: ["acme-it"] }, "").map((row) => {
      const { customer } = this.calls.get(row.task);
      return { task: row.task, why: row.why.text, name: customer.name, masked: row.customer.name, phone: customer.phones[0].number };
    });
  }

  raise(wish = {}) {
    const call = madeUpCall(this.#numbers++, Date.now(), wish);
    this.calls.set(call.row.task, call);
    this.#tell("call.opened", this.rowOf(call));
    return call.row.task;
  }

  close(task, reason = "done_late", event = "shipment.delivered") {
    this.#withdraw(task, { reason, ...(event ? { event } : {}) });
  }

  expireClaim(task) { this.#free(this.#find(task)); }

  keepPromises(task) {
    const call = this.#find(task);
    for (const promise of call.story.promises) promise.state = "kept";
    call.row.version += 1;
    this.#tell("call.changed", this.rowOf(call));
  }

  // For the API.

  rowOf({ row }) { return structuredClone(row); }

  storyOf(call, user) {
    const mine = call.row.claim?.claimed_by.user === user;
    const story = structuredClone(call.story);
    if (!mine) {
      story.told_us = [];
      for (const contact of story.contacts) delete contact.note;
    }
    return { ...this.rowOf(call), customer: mine ? structuredClone(call.customer) : this.rowOf(call).customer, ...story };
  }

  list(session, tenant) {
    return [...this.calls.values()].filter(({ row }) => session.tenants.includes(row.tenant) && (!tenant || row.tenant === tenant))
      .map((call) => this.rowOf(call)).sort((a, b) => b.score - a.score || Date.parse(a.due_at) - Date.parse(b.due_at) || (a.task < b.task ? -1 : 1));
  }

  open(session, task) { return this.storyOf(this.#seen(session, task), session.user); }

  next(session, tenant) {
    const held = this.#heldBy(session);
    if (held) return { call: this.storyOf(held, session.user), next_at: null };
    const row = this.list(session, tenant).find(({ claim }) => claim === null);
    return { call: row ? this.claim(session, row.task) : null, next_at: null };
  }

  claim(session, task) {
    const call = this.#seen(session, task);
    const { claim } = call.row;
    if (claim !== null && claim.claimed_by.user !== session.user) {
      throw new Refusal(409, "claimed_by_other", "somebody else has claimed it", { claimed_by: claim.claimed_by });
    }
    const held = this.#heldBy(session);
    if (held && held !== call) throw new Refusal(409, "you_hold_another", "one call at a time", { task: held.row.task });
    if (claim === null) {
      call.row.claim = this.#freshClaim(session);
      this.#told(call, "call.claimed", { claim: call.row.claim });
    }
    return this.storyOf(call, session.user);
  }

  renew(session, task) {
    const call = this.#mine(session, task);
    call.row.claim.expires_at = this.#freshClaim(session).expires_at;
    return structuredClone(call.row.claim);
  }

  release(session, task) {
    const call = this.#seen(session, task);
    if (!(session.roles.includes("lead") && call.row.claim !== null)) this.#mine(session, task);
    this.#free(call);
  }

  releaseAll(user) {
    for (const call of this.calls.values()) if (call.row.claim?.claimed_by.user === user) this.#free(call);
  }

  record(session, task, report) {
    const call = this.#mine(session, task);
    const { outcome } = report;
    const { row } = call;
    const at = report.call_back_at;
    if (at && Date.parse(at) > Date.parse(row.not_after)) {
      throw new Refusal(422, "time_not_callable", "not in the customer's hours", { earliest: new Date(Date.parse(row.not_after) + 14 * 60 * minute).toISOString() });
    }
    const [next, minutes] = outcome === "reached_call_back" ? ["call_back", null] : follow_up[outcome];
    if (outcome === "refused_contact") this.stopped.set(call.customer.name, stop_list.calls);
    const next_at = at ? new Date(at).toISOString() : minutes === null ? null : new Date(Date.now() + minutes * minute).toISOString();
    this.#withdraw(task, { reason: "done", outcome, by: { user: session.user, name: session.name } });
    return { task, outcome, next, next_at };
  }

  promise(session, task, { kind, channel, due_at, within_seconds = 3600, text = "" }) {
    const call = this.#mine(session, task);
    const now = Date.now();
    const promise = { promise: `P-${call.story.promises.length + 1}-${task}`, kind, channel, made_at: new Date(now).toISOString(),
      made_by: { user: session.user, name: session.name }, due_at: due_at ?? new Date(now + within_seconds * 1000).toISOString(), text, state: "running" };
    call.story.promises.push(promise);
    return structuredClone(promise);
  }

  gesture(session, task, { kind, amount }) {
    const call = this.#mine(session, task);
    const offer = call.story.offers.find((known) => known.kind === kind && known.amount_max);
    if (!offer) throw new Refusal(422, "not_offered", "this call does not offer it");
    if (Number(amount.amount) > Number(offer.amount_max.amount)) {
      throw new Refusal(422, "over_discretion", "beyond the agent's discretion", { amount_max: offer.amount_max });
    }
    const gesture = { gesture: `G-${call.story.gestures.length + 1}-${task}`, kind, amount, requested_at: new Date().toISOString(),
      requested_by: { user: session.user, name: session.name }, state: "requested" };
    call.story.gestures.push(gesture);
    return structuredClone(gesture);
  }

  doNotContact(session, task, wish) {
    this.stopped.set(this.#mine(session, task).customer.name, stop_list[wish.scope]);
    return wish;
  }

  incidentsFor(session, tenant) {
    const seen = [...this.incidents.values()].filter((one) => one.tenant === null || session.tenants.includes(one.tenant) && (!tenant || one.tenant === tenant));
    return seen.map((one) => ({ ...structuredClone(one), actions: session.roles.includes("ops") ? one.actions : [] }));
  }

  incident(session, id, action, wish) {
    const incident = this.incidents.get(id);
    if (!incident) throw new Refusal(404, "not_found", "no such incident");
    if (incident.state === "closed") throw new Refusal(409, "already_closed", "it is closed");
    if (action === "release") incident.calls_held -= Math.min(wish.calls_max ?? incident.calls_held, incident.calls_held);
    if (action === "message") Object.assign(incident.message, { sent_at: new Date().toISOString(), sent_to: incident.customers });
    if (action === "close") Object.assign(incident, { state: "closed", closed_at: new Date().toISOString() });
    incident.actions = incident.state === "closed" ? [] : incident.actions.filter((one) => one !== action || one === "release" && incident.calls_held > 0);
    this.#tell(incident.state === "closed" ? "incident.closed" : "incident.changed", structuredClone(incident));
    return structuredClone(incident);
  }

  #find(task) {
    const call = this.calls.get(task);
    if (call) return call;
    const gone = this.withdrawn.get(task);
    if (!gone) throw new Refusal(404, "not_found", "no such call");
    const { reason, event, at } = gone;
    throw new Refusal(410, "withdrawn", "there is no need to call", { reason, at, ...(event ? { event } : {}) });
  }

  #seen(session, task) {
    const call = this.#find(task);
    if (!session.tenants.includes(call.row.tenant)) throw new Refusal(404, "not_found", "no such call");
    return call;
  }

  #mine(session, task) {
    const call = this.#seen(session, task);
    const { claim } = call.row;
    if (claim === null || claim.claimed_by.user !== session.user) {
      throw new Refusal(409, "claim_lost", "the claim is not yours", { claimed_by: claim?.claimed_by ?? null });
    }
    return call;
  }

  #heldBy(session) { return [...this.calls.values()].find(({ row }) => row.claim?.claimed_by.user === session.user); }

  #freshClaim({ user, name }) {
    const now = Date.now();
    return { claimed_by: { user, name }, since: new Date(now).toISOString(), expires_at: new Date(now + this.lease_seconds * 1000).toISOString() };
  }

  #free(call) {
    call.row.claim = null;
    call.row.version += 1;
    this.#tell("call.changed", this.rowOf(call));
  }

  #told(call, name, more) {
    const { row } = call;
    row.version += 1;
    this.#tell(name, { task: row.task, version: row.version, tenant: row.tenant, ...structuredClone(more) });
  }

  #withdraw(task, more) {
    const call = this.#find(task);
    this.calls.delete(task);
    const told = { ...more, at: new Date().toISOString() };
    this.withdrawn.set(task, told);
    this.#told(call, "call.withdrawn", told);
  }
}
