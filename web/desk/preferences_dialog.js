// Language, theme and shortcuts of this browser. Everything holds at once.
import { ask } from "../base/dialog.js";
import { h } from "../base/dom.js";
import { preferences } from "../base/preferences.js";
import { chooseLanguage, language, t } from "../words/words.js";
import { shortcutSwitch } from "./help.js";

function choices(legend, name, options, chosen, choose) {
  return h("fieldset", {}, h("legend", {}, legend), options.map(([value, text, lang]) => h("label", { class: "choice", lang },
    h("input", { type: "radio", name, value, checked: value === chosen, on: { change: () => choose(value) } }), text)));
}

export async function openPreferences(app) {
  const before = language();
  await ask(t("preferences.title"), () => h("div", { class: "dialog-body" },
    choices(t("preferences.language"), "language", [["en", "English", "en"], ["it", "Italiano", "it"]], before,
      (value) => { preferences.language = value; }),
    choices(t("preferences.theme"), "theme", ["system", "light", "dark"].map((value) => [value, t(`theme.${value}`)]),
      preferences.theme, (value) => { preferences.theme = value; }),
    h("fieldset", {}, h("legend", {}, t("preferences.keys")), shortcutSwitch())));
  if ((preferences.language ?? before) === before) return;
  chooseLanguage(preferences.language);
  app.redraw();
}
