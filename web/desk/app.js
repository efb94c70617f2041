// Who is signed in, which view is shown, and what is on every view: the head of the page, help, preferences, the session's end.
import { Api } from "../base/api.js";
import { h } from "../base/dom.js";
import { Keys } from "../base/keys.js";
import { preferences } from "../base/preferences.js";
import { hush, say, warn } from "../base/say.js";
import { Stream } from "../base/stream.js";
import { OpsView } from "../ops/ops_view.js";
import { chooseLanguage, t } from "../words/words.js";
import { DeskView } from "./desk_view.js";
import { head } from "./head.js";
import { openHelp } from "./help.js";
import { SessionWatch } from "./session_watch.js";
import { signInView } from "./sign_in.js";

export class App {
  api = new Api();
  stream = new Stream();
  keys = new Keys();
  session = null;
  #view = null;
  #main = document.getElementById("main");
  #watch = new SessionWatch(this);

  async start() {
    chooseLanguage(preferences.language ?? navigator.language);
    this.api.onSignedOut = () => this.#signedOut("session.ended");
    this.keys.add({ "?": () => openHelp(this) });
    window.addEventListener("hashchange", () => (location.hash.startsWith("#sign-in=") ? location.reload() : this.#route()));
    this.stream.listen((name) => { if (name === "session.ended") this.#signedOut("session.ended"); });
    document.getElementById("skip").addEventListener("click", (event) => {
      event.preventDefault();  // the address after # is the view's
      this.#main.focus();
    });
    const link = /^#sign-in=(.+)$/.exec(location.hash);
    if (link && await this.#enterByLink(link[1])) return;
    try {
      this.enter(await this.api.get("/v1/session"));
    } catch (problem) {
      if (problem.type === "not_signed_in") this.#signIn(null);
      else this.#unreachable();
    }
  }

  // A link counts once, and stays neither in the address nor in the history. Whoever is signed in stays so when it is over.
  async #enterByLink(link) {
    history.replaceState(null, "", location.pathname);
    try {
      const session = await this.api.post("/v1/session", { link });
      this.enter(session);
      say(t("sign_in.welcome", { name: session.name }));
      return true;
    } catch (problem) {
      if (problem.type === "offline") {
        this.#unreachable();
        return true;
      }
      if (await this.api.get("/v1/session").catch(() => null)) return false;
      this.#signIn("sign_in.link_over");
      return true;
    }
  }

  has(...roles) { return roles.some((role) => this.session?.roles.includes(role)); }

  tenant(id) { return this.session.tenants.find((known) => known.tenant === id); }

  // The zone in which the brand tells times.
  zoneOf(id) { return this.tenant(id).time_zone; }

  // Signed in: on with the view that the address names.
  enter(session) {
    this.session = session;
    this.api.csrf = session.csrf_token;
    chooseLanguage(preferences.language ?? session.language);
    this.#watch.start(session);
    hush();
    this.#route();
  }

  go(address) {
    if (location.hash === address) this.#route();
    else location.hash = address;
  }

  // Language or theme changed: everything is said anew, from the same data.
  redraw() {
    document.title = "Premura";
    this.#drawHead();
    if (this.#view?.redraw) this.#view.redraw();
    else if (this.session === null) this.#signIn(null);
  }

  async signOut() {
    try {
      await this.api.delete("/v1/session");
      this.#signedOut("session.signed_out");
    } catch (problem) {
      // Still signed in, and the person must know.
      if (problem.type !== "not_signed_in") warn(t("problem.offline"));
    }
  }

  #signedOut(why) {
    if (this.session === null) return;
    this.#signIn(why);
  }

  #leave() {
    this.#view?.leave();
    this.#view = null;
  }

  #signIn(why) {
    this.session = null;
    this.api.csrf = "";
    this.#watch.stop();
    this.stream.close();
    this.#leave();
    for (const open of document.querySelectorAll("dialog[open]")) open.close();
    this.#drawHead();
    this.#main.replaceChildren();
    signInView(this, this.#main, why);
  }

  #unreachable() {
    this.#drawHead();
    this.#main.replaceChildren(h("div", { class: "alone" }, h("h1", {}, t("unreachable.title")),
      h("p", {}, t("unreachable.text")),
      h("button", { type: "button", class: "strong", on: { click: () => this.start() } }, t("unreachable.again"))));
  }

  #drawHead() {
    document.getElementById("skip").textContent = t("skip");
    document.getElementById("top").replaceChildren(...head(this, this.#place().name));
  }

  #place() {
    const [, name, rest] = /^#\/(calls|ops)(?:\/(.+))?$/.exec(location.hash) ?? [null, "calls"];
    if (name === "ops" && !this.has("lead", "ops")) return { name: "calls", task: null };
    return { name, task: rest ? decodeURIComponent(rest) : null };
  }

  #route() {
    if (this.session === null) return;
    const { name, task } = this.#place();
    const kind = name === "ops" ? OpsView : DeskView;
    if (!(this.#view instanceof kind)) {
      this.#leave();
      this.#main.replaceChildren();
      this.#view = new kind(this, this.#main);
    }
    this.#drawHead();
    this.#view.show(task);
  }
}
