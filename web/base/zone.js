// Wall-clock times of a time zone that need not be the browser's.

// How far the zone is ahead of UTC at an instant, in milliseconds.
function offsetAt(instant, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
    second: "numeric",
  }).formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return local - Math.floor(instant / 1000) * 1000;
}

// "2026-06-04" and "10:30" in a zone, as an instant. In the gap of a spring night the clock is read as before the change.
export function instantOf(date, time, zone) {
  const local = Date.parse(`${date}T${time}:00Z`);
  const first = local - offsetAt(local, zone);
  return new Date(local - offsetAt(first, zone));
}

// The date and time that a clock in the zone shows: { date: "2026-06-04", time: "10:30" }.
export function wallTime(instant, zone) {
  const text = new Date(Number(instant) + offsetAt(Number(instant), zone)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}
