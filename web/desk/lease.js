// The claim of the call in hand: renewed while the page is open, and told when it is lost.
const retry_ms = 5_000;
const renewal_ms_min = 1_000;

export class Lease {
  task = null;
  expires_at = null;
  #api;
  #timer = 0;
  #lost;

  // `lost(task, problem)` when the claim is not ours any more.
  constructor(api, lost) {
    this.#api = api;
    this.#lost = lost;
    document.addEventListener("visibilitychange", () => {
      // Timers of a hidden page run late; so it is asked at once when it is seen again.
      if (!document.hidden && this.task !== null) this.#renew();
    });
  }

  hold(task, claim) {
    this.task = task;
    this.#take(claim);
  }

  drop() {
    clearTimeout(this.#timer);
    this.task = null;
    this.expires_at = null;
  }

  #take({ expires_at }) {
    this.expires_at = expires_at;
    this.#later((Date.parse(expires_at) - Date.now()) / 3);
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), Math.max(renewal_ms_min, milliseconds));
  }

  async #renew() {
    const task = this.task;
    if (task === null) return;
    try {
      const claim = await this.#api.post(`/v1/calls/${encodeURIComponent(task)}/renew`);
      if (this.task === task) this.#take(claim);
    } catch (problem) {
      if (this.task !== task) return;
      const passing = problem.type === "offline" || problem.status >= 500;
      if (passing && Date.now() < Date.parse(this.expires_at)) return this.#later(retry_ms);
      this.drop();
      this.#lost(task, problem);
    }
  }
}
