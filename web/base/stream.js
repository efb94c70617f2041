// What the daemon tells as it happens. The browser itself comes back after a lost connection, with the id of the last event;
// only when it gives up (a refusal) is it asked for anew here, ever more slowly.
const delay_ms_first = 1_000;
const delay_ms_max = 30_000;

const names = ["call.opened", "call.changed", "call.claimed", "call.withdrawn", "incident.opened", "incident.changed",
  "incident.closed", "ops.rules", "ops.held", "ops.feeds", "ops.effect", "session.ended", "missed"];

export class Stream {
  #source = null;
  #timer = 0;
  #delay_ms = delay_ms_first;
  #last = "";
  #listeners = new Set();
  state = "closed"; // closed, connecting, live

  // `listener(name, data)`; the name is "state" when the connection changes. Returns how to stop.
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // Begins behind the event that a list named.
  open(last = "") {
    this.close();
    this.#last = last;
    this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#become("closed");
  }

  #connect() {
    this.#become("connecting");
    const source = new EventSource(`/v1/desk/stream?${new URLSearchParams({ last_event_id: this.#last })}`);
    this.#source = source;
    source.onopen = () => {
      this.#delay_ms = delay_ms_first;
      this.#become("live");
    };
    source.onerror = () => {
      this.#become("connecting");
      if (source.readyState !== EventSource.CLOSED) return;
      this.#timer = setTimeout(() => this.#connect(), this.#delay_ms);
      this.#delay_ms = Math.min(2 * this.#delay_ms, delay_ms_max);
    };
    for (const name of names) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) this.#last = event.lastEventId;
        this.#tell(name, JSON.parse(event.data));
      });
    }
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#tell("state", state);
  }

  #tell(name, data) {
    for (const listener of [...this.#listeners]) listener(name, data);
  }
}
