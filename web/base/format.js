// Times, money and figures as people of the chosen language write them.
import { locale, t } from "../words/words.js";

const minute_ms = 60_000;

const dayIn = (time, zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(time);

export function clock(text, zone) {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .format(new Date(text));
}

const of_day = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const of_year = { day: "numeric", month: "long", ...of_day };
const in_full = { weekday: "long", ...of_year, timeZoneName: "short" };

// "10:30" today, "4 June at 10:30" on another day.
export function moment(text, zone, now = Date.now()) {
  const time = new Date(text);
  if (dayIn(time, zone) === dayIn(now, zone)) return clock(text, zone);
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, ...of_year }).format(time);
}

export function fullMoment(text, zone) {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, ...in_full }).format(new Date(text));
}

// The same of a deadline: midnight ends its day and is its 24:00, as sentences of the daemon say.
export function deadline(text, zone, now = Date.now()) {
  const isToday = dayIn(new Date(text) - 1, zone) === dayIn(now, zone);
  return endOfDay(text, zone, isToday ? of_day : of_year) ?? moment(text, zone, now);
}

export function fullDeadline(text, zone) { return endOfDay(text, zone, in_full) ?? fullMoment(text, zone); }

// A moment by the customer's clock. Where that differs from the brand's it is said whose it is.
export function forCustomer(text, zone, brands, now = Date.now()) {
  const at = moment(text, zone, now);
  return at === moment(text, brands, now) ? at : t("time.customers", { at });
}

function endOfDay(text, zone, wish) {
  if (clock(text, zone) !== "00:00") return null;
  const ends = { hour: "24", minute: "00" };
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, ...wish }).formatToParts(new Date(text) - 1)
    .map(({ type, value }) => ends[type] ?? value).join("");
}

// A date without a time, "2026-06-04": "Thursday 4 June".
export function day(text, style = "long") {
  const wish = style === "short" ? { day: "numeric", month: "short" } : { weekday: "long", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(locale(), { ...wish, timeZone: "UTC" }).format(new Date(`${text}T12:00:00Z`));
}

// "35 min", "2 h 10 min", "3 d 4 h": how long something is, whole minutes.
export function span(milliseconds) {
  const whole = Math.max(0, Math.round(milliseconds / minute_ms));
  const days = Math.floor(whole / 1440);
  const hours = Math.floor((whole % 1440) / 60);
  const minutes = whole % 60;
  const parts = [];
  if (days > 0) parts.push(t("span.days", { n: days }));
  if (hours > 0) parts.push(t("span.hours", { n: hours }));
  if (days === 0 && (minutes > 0 || hours === 0)) parts.push(t("span.minutes", { n: minutes }));
  return parts.join(" ");
}

// "in 35 min", "2 h ago".
export function distance(text, now = Date.now()) {
  const gap = Date.parse(text) - now;
  if (Math.abs(gap) < minute_ms / 2) return t("time.now");
  return gap >= 0 ? t("time.in", { span: span(gap) }) : t("time.ago", { span: span(-gap) });
}

export function money({ amount, currency }) {
  return new Intl.NumberFormat(locale(), { style: "currency", currency }).format(Number(amount));
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function percent(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(value);
}

// The name of a language in the chosen one: "Italian".
export function languageName(code) {
  try {
    return new Intl.DisplayNames([locale()], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
