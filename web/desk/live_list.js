// The list as it is shown, and what has happened to it since. Pure: no page, no clock. What is on the screen keeps its place:
// new calls wait until they are asked for, gone ones stay for a moment with a word why (WCAG 2.2.2, 3.2.5).

const held_max = 5_000;
const waiting_max = 500;

// As the daemon orders: best next call first.
function byScore(left, right) {
  return right.score - left.score || Date.parse(left.due_at) - Date.parse(right.due_at) || (left.task < right.task ? -1 : 1);
}

export class LiveList {
  rows = [];              // CallRow, in the order shown
  gone = new Map();       // task → CallWithdrawn, of rows that are still shown
  paused = false;
  #waiting = new Map();   // task → CallRow that is not shown yet
  #held = [];             // [event, data] while paused
  #beyond = 0;            // new calls that were counted only
  #unread = 0;            // how many calls the daemon has below the end of what was read
  overflowed = false;     // more happened than is kept here: the list must be read again

  // How many new calls wait.
  get waiting() { return this.#waiting.size + this.#beyond; }

  // Those that are shown, and those that were not read.
  get total() { return this.rows.length + this.#unread; }

  row(task) { return this.rows.find((row) => row.task === task) ?? this.#waiting.get(task) ?? null; }

  // The list as read, shown as it is.
  load(calls, total = calls.length) {
    this.#unread = Math.max(0, total - calls.length);
    this.#beyond = 0;
    this.rows = [...calls].sort(byScore);
    this.gone.clear();
    this.#waiting.clear();
    this.#held = [];
    this.overflowed = false;
  }

  // The list as read anew after a gap: rows keep their places.
  merge(calls, total = calls.length) {
    this.#unread = Math.max(0, total - calls.length);
    this.#beyond = 0;
    const now = new Map(calls.map((row) => [row.task, row]));
    for (const { task, version, tenant } of this.rows) {
      if (now.has(task) || this.gone.has(task)) continue;
      this.gone.set(task, { task, version, tenant, reason: "not_on_the_list" });
    }
    for (const task of [...this.#waiting.keys()]) if (!now.has(task)) this.#waiting.delete(task);
    for (const row of calls) this.#put(row);
    this.#held = [];
    this.overflowed = false;
  }

  // An event of the stream. True when something on the screen has to change.
  take(name, data) {
    if (!name.startsWith("call.")) return false;
    if (this.paused) {
      if (this.#held.length < held_max) this.#held.push([name, data]);
      else this.overflowed = true;
      return false;
    }
    return this.#apply(name, data);
  }

  pause() { this.paused = true; }

  resume() {
    this.paused = false;
    const held = this.#held;
    this.#held = [];
    for (const [name, data] of held) this.#apply(name, data);
  }

  // Everything in its place: new calls in, gone ones out.
  show() {
    this.rows = [...this.rows.filter((row) => !this.gone.has(row.task)), ...this.#waiting.values()].sort(byScore);
    this.gone.clear();
    this.#waiting.clear();
  }

  // Takes a gone row off the screen.
  drop(task) {
    if (!this.gone.delete(task)) return false;
    this.rows = this.rows.filter((row) => row.task !== task);
    return true;
  }

  #apply(name, data) {
    const { task, version } = data;
    const shown = this.row(task);
    // Answers to our own requests may have come before.
    if (shown !== null && version < shown.version) return false;
    switch (name) {
      case "call.opened":
        return this.#put(data);
      case "call.changed":
        // Of a call below the end of what was read nothing is said.
        return shown !== null && this.#put(data);
      case "call.claimed":
        if (shown !== null) Object.assign(shown, { claim: data.claim, version });
        return shown !== null;
      case "call.withdrawn":
        if (this.#waiting.delete(task)) return true;
        if (shown !== null) this.gone.set(task, data);
        return shown !== null;
      default:
        return false;
    }
  }

  #put(row) {
    const place = this.rows.findIndex((known) => known.task === row.task);
    if (place >= 0) {
      this.rows[place] = row;
      this.gone.delete(row.task);
    } else if (this.rows.length === 0) {
      this.rows.push(row);
    } else if (this.#waiting.has(row.task) || this.#waiting.size < waiting_max) {
      this.#waiting.set(row.task, row);
    } else {
      this.#beyond += 1;
      this.overflowed = true;
    }
    return true;
  }
}
