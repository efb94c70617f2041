// The daemon's stand-in for the page's own tests: the contract in memory, behind a real HTTP server with the headers that
// premurad sends. Each answer is held against docs/openapi.yaml; what does not fit is kept for `breaches()`.
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { answerComplaints, eventComplaints, pathOf, requestComplaints } from "./contract.mjs";
import { DeskWorld, Refusal } from "./desk_world.mjs";
import { people, tenants } from "./made_up.mjs";
import * as figures from "./ops_figures.mjs";

const web = fileURLToPath(new URL("../../../web/", import.meta.url));
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml" };
// Stricter than `default-src 'self'`: text never becomes markup.
const page_policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const session_ms = 15 * 60_000;
const session_ms_max = 10 * 3_600_000;

export async function startServer() {
  const sessions = new Map();      // cookie → session
  const answered = new Map();      // user and key → { digest, status, body }
  const events = [];
  const streams = new Set();
  const breaches = [];
  const seen = [];                 // [user, method, path, body] of each write, for the tests
  const links = new Set();         // of `premura account link`, for Marco
  let attempts = 0;
  let session_life_ms = session_ms;
  const run = randomUUID().slice(0, 8);

  const mayHear = ({ session }, name, data) => !name.startsWith("ops.") || session.roles.includes("ops") || session.roles.includes("lead")
    ? !data.tenant || session.tenants.includes(data.tenant) : false;

  function tell(name, data) {
    breaches.push(...eventComplaints(name, data).map((text) => `event ${name}: ${text}`));
    events.push({ id: `${run}-${events.length + 1}`, name, data });
    for (const stream of streams) if (mayHear(stream, name, data)) stream.send(events.at(-1));
  }
  const world = new DeskWorld(tell);

  function sessionOf(request) {
    const cookie = /(?:^|;\s*)premura_session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    const session = sessions.get(cookie);
    if (!session || Math.min(session.expires, session.ends) < Date.now()) {
      throw new Refusal(401, "not_signed_in", "sign in first");
    }
    return session;
  }

  const shown = ({ user, name, roles, tenants: known, language, csrf, expires, ends }) => ({
    user, name, roles, tenants: known.map((tenant) => tenants[tenant]), language, csrf_token: csrf,
    expires_at: new Date(expires).toISOString(), ends_at: new Date(ends).toISOString() });

  function signIn({ user, password, link }) {
    if (link && !links.delete(link)) throw new Refusal(401, "link_over", "the link has been used, is over, or is none of ours");
    const person = link ? people.marco : Object.values(people).find((known) => known.user === user && known.password === password);
    if (!person) {
      if (++attempts > 5) throw new Refusal(429, "too_many_attempts", "wait a minute");
      throw new Refusal(401, "wrong_credentials", "user and password do not fit together");
    }
    const now = Date.now();
    const { password: _, ...known } = person;
    const session = { ...known, csrf: randomUUID(), cookie: randomUUID(), expires: now + session_life_ms, ends: now + session_ms_max };
    sessions.set(session.cookie, session);
    return { status: 200, body: shown(session), headers: { "Set-Cookie": `premura_session=${session.cookie}; HttpOnly; SameSite=Strict; Path=/` } };
  }

  const needs = (session, ...roles) => {
    if (!roles.some((role) => session.roles.includes(role))) throw new Refusal(403, "wrong_role", `needs the role ${roles.join(" or ")}`);
  };

  const ok = (body, status = 200) => ({ status, body });

  function csv(session, query) {
    needs(session, "lead", "ops");
    const rows = world.list(session, query.get("tenant")).filter(({ claim }) => claim === null)
      .map(({ task }) => world.calls.get(task)).map(({ row, customer }) => [row.task, row.tenant, customer.name, customer.phones[0].number].join(","));
    return { status: 200, type: "text/csv", body: ["task_id,tenant,name,phone", ...rows, ""].join("\r\n"),
      headers: { "Content-Disposition": `attachment; filename="calls-${query.get("map") ?? "premura"}.csv"` } };
  }

  // What an operation does: (session, parameters, body, query) → { status, body }.
  const operations = {
    "POST /v1/session": (_, __, body) => signIn(body),
    "GET /v1/sign-in-ways": () => ok({ password: true, providers: [] }),
    "GET /v1/session": (session) => ok(shown(session)),
    "DELETE /v1/session": (session) => {
      world.releaseAll(session.user);
      sessions.delete(session.cookie);
      return { status: 204, headers: { "Set-Cookie": "premura_session=; Max-Age=0; Path=/" } };
    },
    "POST /v1/session/renew": (session) => {
      session.expires = Date.now() + session_life_ms;
      return ok(shown(session));
    },
    "GET /v1/calls": (session, _, __, query) => {
      const calls = world.list(session, query.get("tenant"));
      const limit = Number(query.get("limit") ?? 100);
      return ok({ calls: calls.slice(0, limit), total: calls.length, as_of: new Date().toISOString(), event: events.at(-1)?.id ?? `${run}-0` });
    },
    "GET /v1/calls.csv": (session, _, __, query) => csv(session, query),
    "POST /v1/calls/next": (session, _, body) => { needs(session, "agent", "lead"); return ok(world.next(session, body.tenant)); },
    "GET /v1/calls/{task}": (session, { task }) => ok(world.open(session, task)),
    "POST /v1/calls/{task}/claim": (session, { task }) => { needs(session, "agent", "lead"); return ok(world.claim(session, task)); },
    "POST /v1/calls/{task}/renew": (session, { task }) => ok(world.renew(session, task)),
    "POST /v1/calls/{task}/release": (session, { task }) => { world.release(session, task); return { status: 204 }; },
    "POST /v1/calls/{task}/outcome": (session, { task }, body) => ok(world.record(session, task, body)),
    "POST /v1/calls/{task}/promises": (session, { task }, body) => ok(world.promise(session, task, body), 201),
    "POST /v1/calls/{task}/gestures": (session, { task }, body) => ok(world.gesture(session, task, body), 201),
    "POST /v1/calls/{task}/do-not-contact": (session, { task }, body) => ok(world.doNotContact(session, task, body)),
    "GET /v1/incidents": (session, _, __, query) => ok({ incidents: world.incidentsFor(session, query.get("tenant")) }),
    "GET /v1/ops/rules": (session) => { needs(session, "lead", "ops"); return ok(figures.rules(Date.now(), [...world.calls.values()])); },
    "GET /v1/ops/held": (session) => { needs(session, "lead", "ops"); return ok(figures.held(Date.now())); },
    "GET /v1/ops/feeds": (session) => { needs(session, "lead", "ops"); return ok(figures.feeds(Date.now())); },
    "GET /v1/ops/effect": (session, _, __, query) => { needs(session, "lead", "ops"); return ok(figures.effect(query.get("from"), query.get("to"), Date.now())); },
  };
  for (const action of ["release", "close", "message"]) {
    operations[`POST /v1/incidents/{id}/${action}`] = (session, { id }, body) => { needs(session, "ops"); return ok(world.incident(session, id, action, body)); };
  }

  function guardWrite(request, session) {
    if (request.headers["x-premura-csrf"] !== session.csrf) throw new Refusal(403, "wrong_csrf_token", "another page asks");
    const key = request.headers["idempotency-key"];
    if (!key || key.length < 8 || key.length > 128) throw new Refusal(400, "invalid_request", "Idempotency-Key is missing");
    return `${session.user} ${key}`;
  }

  async function answer(request, url, template) {
    const method = request.method;
    const perform = operations[`${method} ${template}`];
    if (!perform) throw new Refusal(405, null, "not allowed");
    const text = await bodyOf(request);
    let body;
    if (text !== "") body = JSON.parse(text);
    const complaints = requestComplaints(method, template, body);
    if (complaints.length > 0) throw new Refusal(400, "invalid_request", complaints[0]);
    const parameters = Object.fromEntries([...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name,
      decodeURIComponent(url.pathname.split("/")[template.split("/").indexOf(`{${name}}`)])]));
    if (template === "/v1/sign-in-ways" || method === "POST" && template === "/v1/session") return perform(null, parameters, body, url.searchParams);
    const session = sessionOf(request);
    if (method === "GET") return perform(session, parameters, body, url.searchParams);
    const key = guardWrite(request, session);
    const digest = createHash("sha256").update(`${method} ${url.pathname} ${text}`).digest("hex");
    const known = answered.get(key);
    if (known) {
      if (known.digest !== digest) throw new Refusal(422, "idempotency_key_reused", "the key was used for something else");
      return known.result;
    }
    seen.push([session.user, method, url.pathname, body]);
    const result = perform(session, parameters, body, url.searchParams);
    answered.set(key, { digest, result });
    return result;
  }

  function serveStream(request, response, url) {
    const session = sessionOf(request);
    const last = request.headers["last-event-id"] ?? url.searchParams.get("last_event_id") ?? "";
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": here\n\n");
    const stream = { session, response, send: ({ id, name, data }) => response.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`) };
    const place = events.findIndex(({ id }) => id === last);
    const missed = last !== "" && place < 0 && last !== `${run}-0`;
    if (missed) response.write("event: missed\ndata: {}\n\n");
    else if (last !== "") for (const event of events.slice(place + 1)) if (mayHear(stream, event.name, event.data)) stream.send(event);
    streams.add(stream);
    response.on("close", () => streams.delete(stream));
  }

  async function serveFile(response, name) {
    const file = path.join(web, name === "/" ? "index.html" : name);
    try {
      if (!file.startsWith(web)) throw new Error("outside");
      const bytes = await readFile(file);
      response.writeHead(200, { "Content-Type": types[path.extname(file)] ?? "application/octet-stream", "Content-Security-Policy": page_policy,
        "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    if (!url.pathname.startsWith("/v1/")) return serveFile(response, url.pathname);
    const template = pathOf(url.pathname);
    let result;
    try {
      if (template === null) throw new Refusal(404, "not_found", "no such path");
      if (template === "/v1/desk/stream") return serveStream(request, response, url);
      result = await answer(request, url, template);
    } catch (problem) {
      if (!(problem instanceof Refusal)) breaches.push(`${request.method} ${url.pathname}: ${problem.stack}`);
      result = problem instanceof Refusal ? { status: problem.status, body: problem.body, type: "application/problem+json" } : { status: 500 };
      if (result.status === 429) result.headers = { "Retry-After": "60" };
    }
    const { status, body, headers = {}, type = "application/json" } = result;
    breaches.push(...answerComplaints(request.method, template, status, type, body).map((text) => `${request.method} ${template} ${status}: ${text}`));
    response.writeHead(status, { "Cache-Control": "no-store", ...(body === undefined ? {} : { "Content-Type": type }), ...headers });
    response.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    people,
    madeUp: true,
    expects: world.morning(),
    story: { done: "Pressed: warehouse", offer: "Voucher up to €15.00", language: "it", told_us: "Consegnare dopo le 18, per favore." },
    raiseCall: (wish) => world.raise(wish),
    closeCall: (task, reason, event) => world.close(task, reason, event),
    expireClaim: (task) => world.expireClaim(task),
    keepPromises: (task) => world.keepPromises(task),
    leaseSeconds: (seconds) => { world.lease_seconds = seconds; },
    sessionSeconds: (seconds) => { session_life_ms = seconds * 1000; },
    endSessions: () => {
      sessions.clear();
      for (const stream of streams) stream.response.write("event: session.ended\ndata: {}\n\n");
    },
    makeLink: () => {
      const link = randomUUID();
      links.add(link);
      return `#sign-in=${link}`;
    },
    writes: () => seen.map((one) => [...one]),
    breaches: () => [...breaches],
    stop: () => new Promise((done) => {
      server.closeAllConnections();
      server.close(done);
    }),
  };
}

async function bodyOf(request) {
  let text = "";
  for await (const part of request) text += part;
  return text;
}

// By hand: node stand_in/server.mjs, then open what it prints.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startServer();
  console.log(`${server.url}  anna / ${people.anna.password}, lucia / ${people.lucia.password}`);
}
