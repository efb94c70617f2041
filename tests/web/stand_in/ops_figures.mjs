// Figures for the ops view that add up: shares are parts of wholes, the whole range is the sum of its days.
const day_ms = 86_400_000;
// Nobody says in which language a rule is named.
const named = (text) => ({ text });
const share = (part, whole) => ({ share: whole === 0 ? null : part / whole, part, whole });

// The same day has the same figures at each call.
function drawn(seed) {
  let state = seed * 2_654_435_761 % 4_294_967_296;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor(state / 4_294_967_296 * below);
  };
}

function figuresOf({ delayed, first, outreaches, back, flagged, right, kept, promised, leads, holdout }) {
  const avoided = outreaches === 0 ? 0 : 100 * (0.34 - back / outreaches);
  const width = outreaches === 0 ? 0 : 196 * Math.sqrt(0.2 / outreaches + 0.2 / Math.max(holdout, 1));
  return {
    orders_delayed: delayed, outreaches, beat_rate: share(first, delayed),
    lead_time: leads.length === 0 ? { median_seconds: null, p10_seconds: null, p90_seconds: null, count: 0 }
      : { median_seconds: leads[Math.floor(leads.length / 2)], p10_seconds: leads[0], p90_seconds: leads.at(-1), count: leads.length },
    calls_back: share(back, outreaches), precision: share(right, flagged),
    avoided_per_100: holdout === 0 ? null
      : { value: avoided, low: avoided - width, high: avoided + width, confidence: 0.95, outreaches, holdout },
    promises_kept: share(kept, promised),
  };
}

function countsOf(date) {
  const weekday = date.getUTCDay();
  const draw = drawn(Math.floor(date.getTime() / day_ms));
  if (weekday === 0) return { delayed: 4 + draw(4), first: 0, outreaches: 0, back: 0, flagged: 0, right: 0, kept: 0, promised: 0, leads: [], holdout: 0 };
  const outreaches = 40 + draw(30);
  const delayed = Math.round(outreaches * 1.2);
  const flagged = outreaches + 4;
  const promised = 8 + draw(6);
  return { delayed, first: Math.round(delayed * (0.66 + draw(20) / 100)), outreaches, back: Math.round(outreaches * (0.08 + draw(10) / 100)), flagged,
    right: flagged - draw(7), kept: promised - draw(2), promised, leads: [3, 5, 9].map((hours) => hours * 3600 + draw(3600)), holdout: 6 + draw(4) };
}

function sum(all) {
  const total = { delayed: 0, first: 0, outreaches: 0, back: 0, flagged: 0, right: 0, kept: 0, promised: 0, leads: [], holdout: 0 };
  for (const one of all) {
    for (const name of Object.keys(total)) total[name] = name === "leads" ? [...total.leads, ...one.leads] : total[name] + one[name];
  }
  total.leads.sort((a, b) => a - b);
  return total;
}

export function effect(from, to, now) {
  const days = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += day_ms) days.push(new Date(day));
  const counts = days.map(countsOf);
  const whole = sum(counts);
  return {
    from, to, as_of: new Date(now).toISOString(), figures: figuresOf(whole),
    by_rule: [["order-not-packed", "Paid order not packed within 24 warehouse hours"], ["delivery-promise-broken", "Not delivered on the promised day"]]
      .map(([rule, name]) => ({ tenant: "acme-it", rule, name: named(name), ...figuresOf(whole) })),
    daily: counts.map((one, place) => ({ date: days[place].toISOString().slice(0, 10), ...figuresOf(one) })),
  };
}

export function rules(now, calls) {
  const line = (rule, name, owner, mode, [running, waiting, late], would) => ({
    tenant: "acme-it", rule, name: named(name), owner, mode,
    clocks: { running, waiting, late, met_today: Math.round(running / 5), met_late_today: 6, cancelled_today: 2, false_alarms_today: 0 },
    calls_open: calls.filter(({ story }) => story.cases[0].rule === rule).length, calls_today: mode === "live" ? 14 : 0, would_have_called: would });
  return { as_of: new Date(now).toISOString(), rules: [
    line("order-not-packed", "Paid order not packed within 24 warehouse hours", "logistics", "live", [1240, 0, 37], null),
    line("delivery-promise-broken", "Not delivered on the promised day", "customer-care", "live", [3411, 0, 12], null),
    line("refund-not-paid", "Refund not paid within 5 bank days of the return", "finance", "live", [208, 31, 3], null),
    line("parcel-waiting-at-pickup-point", "Parcel still at the pickup point after six days", "customer-care", "trial", [96, 0, 8], 23),
    line("loyalty-points-missing", "Loyalty points not credited one hour after a qualifying purchase", "loyalty", "paused", [0, 0, 0], 0),
  ] };
}

export function held(now) {
  const line = (reason, verb, count, oldest, next) => ({ tenant: "acme-it", reason, verb, count, oldest_at: new Date(now - oldest * 60_000).toISOString(),
    next_at: next === null ? null : new Date(now + next * 60_000).toISOString() });
  return { as_of: new Date(now).toISOString(), held: [line("incident", "call", 31, 75, null), line("quiet_hours", "call", 12, 50, 48),
    line("limit_per_day", "call", 5, 400, 900), line("customer_in_touch", "notify", 3, 15, 105), line("time_zone_unknown", "call", 1, 1300, null)] };
}

export function feeds(now) {
  const line = (feed, state, minutes, behind, silent_after) => ({ feed, tenants: ["acme-it"], state,
    last_event_at: minutes === null ? null : new Date(now - minutes * 60_000).toISOString(), records_behind: behind, silent_after_seconds: silent_after });
  return { as_of: new Date(now).toISOString(), feeds: [line("acme.orders.v1", "fresh", 0.2, 0, 900), line("acme.shipments.v1", "fresh", 1, 12, 1800),
    line("acme.loyalty.v1", "quiet", 22, 0, 2400), line("acme.returns.v1", "silent", 95, 0, 3600),
    line("acme.shops.v1", "not_heard", null, null, 3600)] };
}
