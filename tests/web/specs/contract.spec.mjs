// docs/openapi.yaml holds together, and the stand-in serves the whole of it.
import { expect, test } from "../desk_test.mjs";
import { document } from "../stand_in/contract.mjs";

const operations = Object.entries(document.paths).flatMap(([path, item]) => ["get", "post", "delete"]
  .filter((method) => item[method]).map((method) => ({ path, method, shared: item.parameters ?? [], ...item[method] })));
const writes = operations.filter(({ method, operationId }) => method !== "get" && operationId !== "signIn");

test("every reference leads somewhere, and every operation has a name of its own", () => {
  const missing = [];
  JSON.stringify(document, (key, value) => {
    if (key === "$ref" && value.slice(2).split("/").reduce((node, part) => node?.[part], document) === undefined) missing.push(value);
    return value;
  });
  expect(missing).toEqual([]);
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
});

test("every write asks for the CSRF token and a key, and says how it refuses", () => {
  expect(writes).toHaveLength(13);
  for (const { path, method, shared, parameters = [], responses } of writes) {
    const asked = [...shared, ...parameters].map(({ $ref }) => $ref?.split("/").at(-1));
    expect(asked, `${method} ${path}`).toEqual(expect.arrayContaining(["Csrf", "IdempotencyKey"]));
    expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(["400", "401", "403", "422"]));
  }
});

test("nothing but signing in is answered without a session", async ({ server }) => {
  test.skip(Boolean(process.env.PREMURA_WEB_SERVER), "asks for made-up paths");
  for (const { path, method, security } of operations) {
    if (security?.length === 0) continue;
    const response = await fetch(server.url + path.replace("{task}", "T-7000").replace("{id}", "I-1"), { method: method.toUpperCase(),
      ...(method === "post" ? { body: JSON.stringify({}), headers: { "Content-Type": "application/json" } } : {}) });
    // A body that is not as written is refused first.
    expect([401, 400], `${method} ${path}`).toContain(response.status);
    await response.body?.cancel();
  }
});

test("a write without the token, without a key, or with a used key does nothing", async ({ server }) => {
  const { anna } = server.people;
  const signedIn = await fetch(`${server.url}/v1/session`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: anna.user, password: anna.password }) });
  const cookie = signedIn.headers.get("set-cookie").split(";")[0];
  expect(signedIn.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict; Path=\//);
  const { csrf_token } = await signedIn.json();
  const post = async (path, headers, body = {}) => {
    const response = await fetch(server.url + path, { method: "POST", body: JSON.stringify(body), headers: { cookie, ...headers } });
    const answer = await response.json();
    return [response.status, response.ok ? answer.call?.task : answer.type];
  };
  const key = { "X-Premura-CSRF": csrf_token, "Idempotency-Key": "once-only-1" };
  expect(await post("/v1/calls/next", { "Idempotency-Key": "once-only-0" })).toEqual([403, "urn:premura:problem:wrong_csrf_token"]);
  expect(await post("/v1/calls/next", { "X-Premura-CSRF": csrf_token })).toEqual([400, "urn:premura:problem:invalid_request"]);
  const [status, task] = await post("/v1/calls/next", key);
  expect(status).toBe(200);
  expect(await post("/v1/calls/next", key)).toEqual([200, task]);
  expect(await post("/v1/calls/next", key, { tenant: "acme-it" })).toEqual([422, "urn:premura:problem:idempotency_key_reused"]);
});
