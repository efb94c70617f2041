// premurad itself for the specs (PREMURA_WEB_SERVER, see desk_server.mjs): on the embedded log in a folder of its own, with the
// shipped rules, the made-up brand of premurad/tenant.yaml and accounts made by `premura account`. Calls come about as they
// do in a shop: by events, posted to /v1/events.
//   PREMURA_BUILD   the build folder with the programs
import { spawn, spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { people as all } from "./stand_in/made_up.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const build = path.resolve(process.env.PREMURA_BUILD ?? path.join(root, "build/dev"));
const minute = 60_000;
const hour = 60 * minute;
// What a call, its change or its end may take from the event to the list, on a machine with other work.
const wait_ms = 60_000;

const people = Object.fromEntries(Object.entries(all).map(([key, person]) => [key, { ...person, tenants: ["acme-it"] }]));
const shoppers = [
  ["Giulia", "Conti", "it", "Milano"], ["Paolo", "Marino", "it", "Torino"], ["Sara", "Gallo", "it", "Bologna"], ["Emily", "Carter", "en", "Bristol"],
  ["Davide", "Fontana", "it", "Bari"], ["Elena", "Rizzo", "it", "Napoli"], ["Chiara", "Greco", "it", "Firenze"], ["Omar", "Haddad", "it", "Genova"],
];
// How long ago the parcel should have been there, in hours: best call first.
const morning = [20, 18, 16, 14, 12];

// Hashing a password is slow on purpose: once for all servers of a run.
let accounts;
async function accountsFile() {
  if (accounts) return accounts;
  const folder = await mkdtemp(path.join(tmpdir(), "premura-accounts-"));
  process.on("exit", () => spawnSync("rm", ["-rf", folder]));
  accounts = path.join(folder, "accounts.yaml");
  for (const { user, name, password, roles, language } of Object.values(people)) {
    const { status, stderr } = spawnSync(path.join(build, "cli/premura"), ["account", "add", user, "--file", accounts, "--name", name,
      "--tenant", "acme-it", "--language", language, ...roles.flatMap((role) => ["--role", role])], { input: `${password}\n`, encoding: "utf8" });
    if (status !== 0) throw new Error(`premura account: ${stderr}`);
  }
  return accounts;
}

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

async function until(what, question) {
  const deadline = Date.now() + wait_ms;
  for (;;) {
    const answer = await question();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${wait_ms / 1000} seconds`);
    await new Promise((done) => setTimeout(done, 40));
  }
}

export async function startServer() {
  const folder = await mkdtemp(path.join(tmpdir(), "premura-desk-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  await mkdir(path.join(folder, "data"));
  await copyFile(await accountsFile(), path.join(folder, "accounts.yaml"));
  // JSON is YAML.
  await writeFile(path.join(folder, "premura.yaml"), JSON.stringify({
    instance: "desk", workers: 1, http: { listen: url.slice("http://".length) }, accounts: { file: path.join(folder, "accounts.yaml") },
    log: { kind: "sqlite", partitions: 2, sqlite: { file: path.join(folder, "data/premura.db"), durability: "normal" } },
    // News are awaited for no longer than they take.
    orders: { settle: "at once" }, reload: { watch_folders: false },
    rules: [path.join(root, "rules"), path.join(root, "config/messages"), path.join(root, "config/dialers"), path.join(root, "tests/web/premurad/tenant.yaml")],
  }));
  const output = path.join(folder, "premurad.log");
  const log = openSync(output, "a");
  const daemon = spawn(path.join(build, "daemon/premurad"), ["--config", path.join(folder, "premura.yaml")], { stdio: ["ignore", log, log] });
  const ended = new Promise((done) => daemon.on("exit", done));
  let numbers = 0;
  let stories = 0;

  async function get(path_, headers = {}) {
    try {
      const response = await fetch(url + path_, { headers });
      return { status: response.status, headers: response.headers, body: response.ok ? await response.json().catch(() => null) : await response.text() };
    } catch {
      return { status: 0 };
    }
  }

  async function post(...events) {
    const batch = events.map(({ type, time = Date.now(), ...data }) => ({ specversion: "1.0", id: `desk-${++stories}`, source: "/tests/web", type,
      tenant: "acme-it", time: new Date(time).toISOString(), data }));
    const response = await fetch(`${url}/v1/events`, { method: "POST", body: JSON.stringify(batch),
      headers: { "Content-Type": "application/cloudevents-batch+json" } });
    if (response.status !== 202) throw new Error(`POST /v1/events: ${response.status} ${await response.text()}`);
  }

  // An order whose parcel is late by so many hours: a call, once the daemon has seen it.
  function lateOrder(late, number = numbers++) {
    const [first, last, language, city] = shoppers[number % shoppers.length];
    const order = { id: `A${1000 + number}`, number: String(100_200 + number) };
    const now = Date.now();
    return { order, events: [
      { type: "order.paid", time: now - 72 * hour, order: { ...order, total: 64.9, currency: "EUR", channel: "phone", fulfilment: "shop",
        promised_by: new Date(now - late * hour).toISOString() },
      customer: { id: `C${2000 + number}`, name: `${first} ${last}`, first_name: first, phone: `+39200555${String(number).padStart(4, "0")}`,
        email: `${first}.${last}${number}@mail.example`.toLowerCase(), language, city, time_zone: language === "en" ? "Europe/London" : "Europe/Rome",
        loyalty_member: number % 2 === 0 } },
      { type: "shipment.handed_over", time: now - 60 * hour, order: { id: order.id }, shipment: { id: `TP${7000 + number}`, courier: "Aurora Espressi" } },
      { type: "shipment.scanned", time: now - 30 * minute, order: { id: order.id }, shipment: { id: `TP${7000 + number}`, location: `${city} hub` } },
    ] };
  }

  let cookie = "";
  const calls = async () => (await get("/v1/calls?limit=500", { cookie })).body?.calls ?? [];
  const callOf = (number) => until(`the call about order ${number}`, async () => (await calls()).find((call) => call.order_number === number));

  async function signIn({ user, password }) {
    const response = await fetch(`${url}/v1/session`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ user, password }) });
    if (!response.ok) throw new Error(`${user} cannot sign in: ${response.status} ${await response.text()}`);
    return response.headers.get("set-cookie").split(";")[0];
  }

  const stop = async () => {
    daemon.kill("SIGTERM");
    const code = await ended;
    const said = await readFile(output, "utf8");
    await rm(folder, { recursive: true });
    if (code !== 0) throw new Error(`premurad ended with ${code}:\n${said.slice(-3000)}`);
  };

  const orders = new Map();  // order's number → its id
  try {
    await until("premurad", async () => {
      if (daemon.exitCode !== null) throw new Error(`premurad did not start:\n${await readFile(output, "utf8")}`);
      return (await get("/health")).status === 200;
    });
    const made = morning.map((late) => lateOrder(late));
    for (const { order } of made) orders.set(order.number, order.id);
    await post(...made.flatMap(({ events }) => events),
      { type: "contact.inbound", time: Date.now() - 5 * hour, order: { id: made[0].order.id }, contact: { channel: "chat", mood: "worried", text: "Consegnare dopo le 18, per favore." } });
    cookie = await signIn(people.lucia);
    await until("five calls", async () => (await calls()).length === morning.length);
  } catch (error) {
    daemon.kill("SIGKILL");
    throw new Error(`${error.message}\n${await readFile(output, "utf8").catch(() => "")}`);
  }

  const listed = await calls();
  const expects = listed.map(({ task, why, customer, order_number }) => {
    const number = Number(order_number) - 100_200;
    const [first, last] = shoppers[number % shoppers.length];
    return { task, why: why.text, name: `${first} ${last}`, masked: customer.name, phone: `+39200555${String(number).padStart(4, "0")}` };
  });
  const numberOf = new Map(listed.map(({ task, order_number }) => [task, order_number]));

  return {
    url,
    people,
    expects,
    orderOf: (task) => orders.get(numberOf.get(task)),
    post,
    // The page asks for the same with the token of machines; here nobody needs one.
    explain: async (order) => (await get(`/v1/orders/${order}/explanation`)).body,
    // The higher the score wished for, the later the parcel.
    raiseCall: async ({ score = 50 } = {}) => {
      const { order, events } = lateOrder(0.5 + score * 0.235);
      orders.set(order.number, order.id);
      await post(...events);
      const { task } = await callOf(order.number);
      numberOf.set(task, order.number);
      return task;
    },
    closeCall: async (task, reason = "done_late", type = "shipment.delivered") => {
      const id = orders.get(numberOf.get(task));
      await post({ type, order: { id }, ...(type.startsWith("shipment.") ? { shipment: { id: `TP${7000 + Number(id.slice(1)) - 1000}` } } : {}) });
      await until(`no call any more (${reason})`, async () => (await get(`/v1/calls/${task}`, { cookie })).status === 410);
    },
    // The mail that was promised has gone out: whoever sends it says so.
    keepPromises: async (task) => {
      const { promises } = (await get(`/v1/calls/${task}`, { cookie })).body;
      await post(...promises.map(({ promise }) => ({ type: "contact.sent", order: { id: orders.get(numberOf.get(task)) }, promise: { id: promise },
        contact: { channel: "e-mail" } })));
    },
    stop,
  };
}

// By hand: PREMURA_BUILD=build/dev node tests/web/premurad_server.mjs, then open what it prints.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startServer();
  console.log(`${server.url}  ${Object.values(people).map(({ user, password }) => `${user} / ${password}`).join(", ")}`);
  process.on("SIGINT", async () => { await server.stop(); process.exit(0); });
}
