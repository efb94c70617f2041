// Signing in with a local account, or by the house's identity provider. Nothing to solve or to remember beyond the
// password, which may be pasted or filled in by the browser (WCAG 3.3.8).
import { h } from "../base/dom.js";
import { say, warn } from "../base/say.js";
import { t } from "../words/words.js";

function problemText(problem) {
  if (problem.type === "wrong_credentials") return t("sign_in.wrong");
  if (problem.type === "too_many_attempts") return t("sign_in.too_many");
  if (problem.type === "offline") return t("problem.offline");
  return problem.message;
}

export async function signInView(app, root, why) {
  document.title = `${t("sign_in.title")} – Premura`;
  const user = h("input", { id: "user", name: "user", autocomplete: "username", required: true, autocapitalize: "none",
    spellcheck: "false" });
  const password = h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password",
    required: true });
  const shown = h("input", { type: "checkbox", on: { change: () => { password.type = shown.checked ? "text" : "password"; } } });
  const error = h("p", { class: "error", id: "sign-in-error", role: "alert" });
  const form = h("form", { class: "sign-in-form", on: { submit: send } },
    h("label", { for: "user" }, t("sign_in.user")), user,
    h("label", { for: "password" }, t("sign_in.password")), password,
    h("label", { class: "choice" }, shown, t("sign_in.show_password")),
    error,
    h("button", { type: "submit", class: "strong" }, t("sign_in.submit")));
  const ways = h("div", { class: "ways" });
  root.append(h("div", { class: "alone sign-in" },
    h("h1", {}, t("sign_in.title")),
    h("p", { class: "lead" }, t("sign_in.lead")),
    why ? h("p", { class: "notice" }, t(why)) : null, ways, form));
  user.focus();

  async function send(event) {
    event.preventDefault();
    error.textContent = "";
    try {
      const session = await app.api.post("/v1/session", { user: user.value, password: password.value });
      app.enter(session);
      say(t("sign_in.welcome", { name: session.name }));
    } catch (problem) {
      error.textContent = problemText(problem);
      for (const field of [user, password]) field.setAttribute("aria-describedby", "sign-in-error");
      password.select();
      password.focus();
    }
  }

  try {
    const { password: local, providers } = await app.api.get("/v1/sign-in-ways");
    ways.append(...providers.map(({ name, href }) => h("a", { class: "button", href }, t("sign_in.with", { name }))));
    form.hidden = !local;
  } catch {
    warn(t("problem.offline"));
  }
}
