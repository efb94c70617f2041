// A made-up shop's morning: calls, incidents and people for the tests. Times are told from `now`, in minutes.
const minute = 60_000;
export const at = (now, minutes) => new Date(now + minutes * minute).toISOString();

export const people = {
  anna: { user: "anna", password: "prima-la-chiamata", name: "Anna Ferri", roles: ["agent"], language: "it", tenants: ["acme-it"] },
  marco: { user: "marco", password: "second-to-none", name: "Marco Bassi", roles: ["agent"], language: "en", tenants: ["acme-it"] },
  lucia: { user: "lucia", password: "tutto-in-ordine", name: "Lucia Riva", roles: ["agent", "lead", "ops"], language: "en",
    tenants: ["acme-it", "nord-de"] },
};

export const tenants = {
  "acme-it": { tenant: "acme-it", brand: "ACME Casa", time_zone: "Europe/Rome" },
  "nord-de": { tenant: "nord-de", brand: "Nord Outdoor", time_zone: "Europe/Berlin" },
};

const en = (text) => ({ text, language: "en" });
const it = (text) => ({ text, language: "it" });
const eur = (amount) => ({ amount, currency: "EUR" });

const rules = {
  "order-not-packed": "Paid order not packed within 24 warehouse hours",
  "delivery-promise-broken": "Not delivered on the promised day",
  "promise-at-risk": "Courier reports a problem and has not solved it within 4 courier hours",
  "refund-not-paid": "Refund not paid within 5 bank days of the return",
  "promised-update-not-sent": "We promised an update and did not send it",
};

// The same names in Italian. One rule has none, as rules of a team that writes in one language.
const rulesInItalian = {
  "order-not-packed": "Ordine pagato non imballato entro 24 ore di magazzino",
  "delivery-promise-broken": "Non consegnato nel giorno promesso",
  "promise-at-risk": "Problema segnalato dal corriere e non risolto entro 4 ore di servizio",
  "promised-update-not-sent": "Aggiornamento promesso e non inviato",
};
const nameOf = (rule) => ({ text: rules[rule], ...(rulesInItalian[rule] && { in: { it: rulesInItalian[rule] } }) });

const points = {
  it: ["Il magazzino è in ritardo e non ha ancora preparato l’ordine.", "Da stamattina ha la precedenza: parte entro domani.",
    "Non deve fare nulla; la avvisiamo appena è in mano al corriere.", "Se la data non va più bene: altro indirizzo, oppure annullare con rimborso."],
  en: ["Our warehouse is late and has not packed the order yet.", "It goes first since this morning and leaves by tomorrow.",
    "There is nothing to do; we write when the courier has it.", "If the date does not suit: another address, or cancel with a refund."],
  de: ["Das Lager ist im Verzug und hat die Bestellung noch nicht gepackt.", "Sie hat seit heute Morgen Vorrang und geht bis morgen hinaus.",
    "Es ist nichts zu tun; wir schreiben, sobald der Kurier sie hat."],
};

const shoppers = [
  ["Giulia", "Conti", "+390255500101", "it", "Milano"], ["Paolo", "Marino", "+390255500102", "it", "Torino"],
  ["Sara", "Gallo", "+390255500103", "it", "Bologna"], ["Emily", "Carter", "+441632960104", "en", "Bristol"],
  ["Davide", "Fontana", "+390255500105", "it", "Bari"], ["Elena", "Rizzo", "+390255500106", "it", "Napoli"],
  ["Chiara", "Greco", "+390255500107", "it", "Firenze"], ["Omar", "Haddad", "+390255500108", "it", "Genova"],
];

// Rule, priority, score, due (minutes from now), value, and what is special.
const morning = [
  ["delivery-promise-broken", "urgent", 96, -190, "249.00", {}],
  ["promised-update-not-sent", "urgent", 91, -25, "89.90", { kind: "call_back", call_back: 10, last_outcome: "reached_call_back", attempt: 2 }],
  ["order-not-packed", "high", 80, -140, "135.58", { cases: 2 }],
  ["promise-at-risk", "high", 77, 95, "412.40", {}],
  ["order-not-packed", "high", 64, -70, "58.20", { attempt: 2, last_outcome: "no_answer" }],
  ["refund-not-paid", "normal", 41, -600, "74.00", {}],
];

const mask = (first, last) => `${first[0]}… ${last[0]}…`;

// A call with its whole story, as the daemon would keep it. `number` tells calls apart; `wish` overrides what the row says.
export function madeUpCall(number, now, wish = {}) {
  const { rule = "order-not-packed", priority = "high", score = 50, due = -60, value = "64.90", cases = 1, attempt = 1, tenant = "acme-it",
    last_outcome = null, kind = "call", call_back = null, shopper = shoppers[number % shoppers.length] } = wish;
  const [first, last, phone, language, city] = shopper;
  const order_number = String(100_200 + number);
  const zone = language === "en" ? "Europe/London" : tenants[tenant].time_zone;
  const why = (name) => ({ ...en(`Order ${order_number}: ${rules[name].toLowerCase()}; it ${due < 0 ? "was" : "is"} due ${due < 0 ? "this morning" : "today"}.`),
    ...(rulesInItalian[name] && { in: { it: `Ordine ${order_number}: ${rulesInItalian[name]}; ${due < 0 ? "scadeva stamattina" : "scade oggi"}.` } }) });
  const oneCase = (name, place) => ({ case: `case-${number}-${place}`, rule: name, rule_name: nameOf(name), order: `A${1000 + number}`,
    order_number, subject_type: "order", subject: `A${1000 + number}`, started_at: at(now, due - 1440), deadline: at(now, due), late: due < 0 });
  return {
    customer: {
      masked: false, name: `${first} ${last}`, first_name: first, phones: [{ number: phone, state: "usable" }],
      email: `${first}.${last}@mail.example`.toLowerCase(), language, city, segment: "regular", loyalty_member: number % 2 === 0,
    },
    row: {
      task: `T-${7000 + number}`, version: 1, tenant, brand: tenants[tenant].brand, kind, priority, score, why: why(rule),
      customer: { masked: true, name: mask(first, last), language }, order_number, cases_count: cases, raised_at: at(now, -35 - number),
      due_at: at(now, due), not_after: at(now, 300), time_zone: zone, value: eur(value), attempt, attempts_max: 3, last_outcome,
      call_back: call_back === null ? null : { at: at(now, call_back), agreed_with: { user: "marco", name: "Marco Bassi" } }, claim: null,
    },
    story: {
      cases: [oneCase(rule, 1), ...(cases > 1 ? [oneCase("delivery-promise-broken", 2)] : [])],
      timeline: [
        { time: at(now, due - 2900), event: "order.placed", order_number, note: "web" },
        { time: at(now, due - 2890), event: "order.paid", order_number },
        { time: at(now, due - 900), event: "parcel.picked", order_number, note: "Milano" },
        { time: at(now, due), event: "deadline", order_number, rule },
        { time: at(now, Math.max(due + 10, -90)), event: "contact.inbound", order_number, note: "chat" },
      ].sort((a, b) => Date.parse(a.time) - Date.parse(b.time)),
      done: [
        { time: at(now, -130), what: "expedite", target: "warehouse", text: "pack_first", state: "acknowledged" },
        { time: at(now, -60), what: "message", target: "sms", text: "packing-delay", state: "delivered" },
      ],
      offers: [{ kind: "new_date", date: at(now, 2 * 1440).slice(0, 10) }, { kind: "voucher", amount_max: eur("15.00"), note: it("per il ritardo") },
        { kind: "refund", amount_max: eur("25.00") }, { kind: "pickup_point" }, { kind: "cancel" }],
      talking_points: { language, points: points[language] ?? points.en },
      told_us: [{ time: at(now, -300), channel: "chat", text: language === "en" ? "Please deliver after 6 pm." : "Consegnare dopo le 18, per favore." }],
      contacts: [
        { time: at(now, -300), direction: "inbound", channel: "chat", with: { user: "lucia", name: "Lucia Riva" }, outcome: "reached_informed",
          mood: "worried", note: "Asked where the parcel is." },
        { time: at(now, -20_000), direction: "outbound", channel: "phone", with: null, outcome: "no_answer", mood: null },
      ],
      promises: [], gestures: [],
    },
  };
}

export function madeUpMorning(now) {
  return morning.map(([rule, priority, score, due, value, special], place) =>
    madeUpCall(place, now, { rule, priority, score, due, value, ...special }));
}

export function madeUpIncidents(now) {
  return [
    { incident: "I-1", tenant: "acme-it", kind: "mass_delay", about: "MI1", state: "open", since: at(now, -75), closed_at: null, customers: 38,
      calls_held: 31, message: { message: "packing-delay", sent_at: null, sent_to: 0 }, actions: ["release", "message", "close"],
      briefing: [en("The Milan warehouse has no power since nine. Orders of today leave tomorrow; nobody has to do anything."),
        it("Il magazzino di Milano è senza corrente dalle nove. Gli ordini di oggi partono domani; nessuno deve fare nulla.")] },
    { incident: "I-2", tenant: null, kind: "feed_silent", about: "acme.returns.v1", state: "open", since: at(now, -20), closed_at: null, customers: 0,
      calls_held: 0, message: null, actions: ["close"], briefing: [] },
  ];
}
