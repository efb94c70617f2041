// What a person chose for this browser: language, theme, shortcuts. Nothing personal, kept in local storage; when that is
// switched off, choices hold until the page is closed.
const memory = new Map();

function read(name) {
  try {
    return localStorage.getItem(`premura.${name}`);
  } catch {
    return memory.get(name) ?? null;
  }
}

function write(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(`premura.${name}`, value);
  } catch {
    // Kept in memory above.
  }
}

export const preferences = {
  // "en", "it", or null: the user's own.
  get language() { return read("language"); },
  set language(value) { write("language", value); },

  get theme() { return read("theme") ?? "system"; },
  set theme(value) {
    write("theme", value);
    if (value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
  },

  get shortcuts() { return read("shortcuts") !== "off"; },
  set shortcuts(on) { write("shortcuts", on ? "on" : "off"); },
};
