// The line at the foot of the page, which screen readers read out. It stays until something else is said.
const status = () => document.getElementById("status");
const alert = () => document.getElementById("alert");

export function say(text) {
  alert().textContent = "";
  status().textContent = text;
}

// Interrupts: something that the person must know now.
export function warn(text) {
  status().textContent = "";
  alert().textContent = text;
}

export function hush() {
  status().textContent = "";
  alert().textContent = "";
}
