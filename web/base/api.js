// The daemon's HTTP API (docs/openapi.yaml), as this page uses it.
const timeout_ms = 15_000;
const repeats_max = 2;
const repeat_delay_ms = 700;

// An answer that is not a success. `type` is the last word of the problem's type: "claimed_by_other"; "offline" when there
// was no answer at all.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.type = String(body.type ?? "").split(":").pop();
  }
}

async function problemOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy in between answered with something else; the status says enough.
  }
  return new Problem(response.status, body ?? {});
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Api {
  csrf = "";
  // Called when a request is told that nobody is signed in.
  onSignedOut = () => {};

  get(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
    const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
    return this.#ask(path + search, { method: "GET" });
  }

  // Writes carry a key of their own, so that the repeat of a lost one does nothing twice.
  post(path, body) { return this.#write("POST", path, body); }
  delete(path) { return this.#write("DELETE", path); }

  async #write(method, path, body) {
    const headers = { "X-Premura-CSRF": this.csrf, "Idempotency-Key": crypto.randomUUID?.() ?? randomKey() };
    const request = { method, headers };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    for (let repeat = 0; ; ++repeat) {
      try {
        return await this.#ask(path, request);
      } catch (problem) {
        const again = problem.type === "offline" || problem.status === 503;
        if (!again || repeat === repeats_max) throw problem;
        await pause(repeat_delay_ms * (repeat + 1));
      }
    }
  }

  async #ask(path, request) {
    let response;
    try {
      response = await fetch(path, { ...request, credentials: "same-origin", signal: AbortSignal.timeout(timeout_ms) });
      // An answer of which the rest does not come is none.
      if (response.ok) return response.status === 204 ? null : await response.json();
    } catch {
      throw new Problem(0, { type: "offline", detail: "no answer" });
    }
    const problem = await problemOf(response);
    if (problem.type === "not_signed_in") this.onSignedOut();
    throw problem;
  }
}

// randomUUID is there in secure contexts only, and a house may serve its own network without TLS.
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
