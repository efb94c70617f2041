// The session's end: prolonged while somebody works, announced two minutes before, with a key to stay (WCAG 2.2.1).
import { ask } from "../base/dialog.js";
import { h } from "../base/dom.js";
import { clock } from "../base/format.js";
import { t } from "../words/words.js";

const warning_ms = 120_000;
const renewal_ms_min = 60_000;
const look_ms = 1_000;

export class SessionWatch {
  #app;
  #session = null;
  #timer = 0;
  #renewed_at = 0;
  #warned_for = null;

  constructor(app) {
    this.#app = app;
    for (const event of ["keydown", "pointerdown"]) {
      document.addEventListener(event, () => this.#active(), { capture: true, passive: true });
    }
  }

  start(session) {
    this.stop();
    this.#session = session;
    this.#renewed_at = Date.now();
    this.#timer = setInterval(() => this.#look(), look_ms);
  }

  stop() {
    clearInterval(this.#timer);
    this.#session = null;
    this.#warned_for = null;
  }

  #end() { return Math.min(Date.parse(this.#session.expires_at), Date.parse(this.#session.ends_at)); }

  // Somebody is here. While the question is open only its answer counts.
  #active() {
    if (this.#session === null || this.#warned_for !== null || Date.now() - this.#renewed_at < renewal_ms_min) return;
    this.#renew();
  }

  async #renew() {
    this.#renewed_at = Date.now();
    try {
      const session = await this.#app.api.post("/v1/session/renew");
      if (this.#session !== null) this.#session = session;
    } catch {
      // Not signed in any more is told by the API; anything else is tried again with the next key.
    }
  }

  async #look() {
    if (this.#session === null || this.#warned_for === this.#end() || this.#end() - Date.now() > warning_ms) return;
    this.#warned_for = this.#end();
    const final = Date.parse(this.#session.ends_at) <= Date.parse(this.#session.expires_at);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const at = clock(new Date(this.#end()).toISOString(), zone);
    const stays = await ask(t("session.warning"), (close) => h("div", { class: "dialog-body" },
      h("p", {}, t(final ? "session.ends_for_good" : "session.ends", { at })),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "strong", on: { click: () => close(true) } }, t(final ? "session.understood" : "session.stay")),
        h("button", { type: "button", on: { click: () => close(false) } }, t("head.sign_out")))));
    if (this.#session === null) return;
    if (stays === false) return this.#app.signOut();
    if (final) return;
    await this.#renew();
    this.#warned_for = null;
  }
}
