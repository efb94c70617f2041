// Runs before anything is painted, so that a chosen theme does not flash. The rest is in base/preferences.js.
try {
  const theme = localStorage.getItem("premura.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
