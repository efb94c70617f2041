// The page's own words. Each language is one file with the same names; tests/web holds them to it.
import { en } from "./en.js";
import { it } from "./it.js";

const languages = { en, it };
let chosen = "en";

export const languageCodes = Object.keys(languages);

// Takes the language when there are words in it, English otherwise.
export function chooseLanguage(code) {
  const short = String(code ?? "").slice(0, 2).toLowerCase();
  chosen = Object.hasOwn(languages, short) ? short : "en";
  document.documentElement.lang = chosen;
}

export const language = () => chosen;
// British dates, or Italian ones.
export const locale = () => (chosen === "it" ? "it-IT" : "en-GB");

// The words of that name, with {values} put in. A value that is a plural ({ one, other }) is chosen by `n`.
export function t(name, values = {}) {
  let text = languages[chosen][name];
  if (text === undefined) throw new Error(`there are no words for ${name}`);
  if (typeof text === "object") text = text[new Intl.PluralRules(locale()).select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

// Words for a name that the daemon gave, which may be newer than this page: then the name itself, readable.
export function known(group, name) {
  return Object.hasOwn(languages[chosen], `${group}.${name}`) ? t(`${group}.${name}`) : String(name).replaceAll("_", " ");
}
