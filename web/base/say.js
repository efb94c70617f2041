// The line at the foot of the page, which screen readers read out. A status goes after a while, so that it covers nothing;
// an alert stays until something else is said.
const status_ms = 12_000;
let timer = 0;

const status = () => document.getElementById("status");
const alert = () => document.getElementById("alert");

export function say(text) {
  hush();
  status().textContent = text;
  timer = setTimeout(() => { status().textContent = ""; }, status_ms);
}

// Interrupts: something that the person must know now.
export function warn(text) {
  hush();
  alert().textContent = text;
}

export function hush() {
  clearTimeout(timer);
  status().textContent = "";
  alert().textContent = "";
}
