// Both languages say the same things, and the contract's names have words.
import { expect, test } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { document } from "../stand_in/contract.mjs";
import { en } from "../../../web/words/en.js";
import { it } from "../../../web/words/it.js";
import { instantOf, wallTime } from "../../../web/base/zone.js";

const web = fileURLToPath(new URL("../../../web/", import.meta.url));
const blanks = (text) => JSON.stringify(text).match(/\{\w+\}/g)?.sort() ?? [];
const { schemas } = document.components;

test("English and Italian have the same names, with the same blanks", () => {
  expect(Object.keys(it).sort()).toEqual(Object.keys(en).sort());
  for (const name of Object.keys(en)) {
    expect(typeof it[name], name).toBe(typeof en[name]);
    expect(new Set(blanks(it[name])), name).toEqual(new Set(blanks(en[name])));
  }
});

test("every name of words that a module asks for is there", () => {
  const files = ["base", "desk", "ops"].flatMap((folder) => readdirSync(web + folder).map((file) => `${web}${folder}/${file}`));
  for (const file of files) {
    for (const [, name] of readFileSync(file, "utf8").matchAll(/\bt\("([a-z_.]+)"/g)) expect(Object.keys(en), `${file}: ${name}`).toContain(name);
  }
});

test("outcomes, moods, offers and the like of the contract have words", () => {
  const groups = [["outcome", schemas.Outcome], ["mood", schemas.Mood], ["channel", schemas.Channel], ["offer", schemas.Offer.properties.kind],
    ["priority", schemas.Priority], ["deed", schemas.Deed.properties.what], ["deed_state", schemas.Deed.properties.state],
    ["next_step", schemas.OutcomeResult.properties.next], ["promise.state", schemas.Promise.properties.state],
    ["gesture.state", schemas.Gesture.properties.state], ["incident.kind", schemas.Incident.properties.kind],
    ["feed_state", schemas.OpsFeeds.properties.feeds.items.properties.state], ["mode", schemas.OpsRule.properties.mode]];
  for (const [group, { enum: names }] of groups) for (const name of names) expect(Object.keys(en)).toContain(`${group}.${name}`);
  const reasons = schemas.WithdrawalReason.description.match(/Known today: ([^.]+)/)[1].replace(/\([^)]*\)/g, "").match(/[a-z]+(?:_[a-z]+)*/g);
  for (const reason of reasons) expect(Object.keys(en)).toContain(`reason.${reason}`);
});

test("every event of docs/EVENTS.md has words", () => {
  const text = readFileSync(new URL("../../../docs/EVENTS.md", import.meta.url), "utf8");
  const table = text.split("| Event |")[1].split("\n\n")[0];
  const events = [...table.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, name]) => name);
  expect(events.length).toBeGreaterThan(30);
  for (const event of events) expect(Object.keys(en)).toContain(`event.${event}`);
});

test("a wall clock of another zone is read right, also in the nights of the change", () => {
  const text = (date, time, zone) => instantOf(date, time, zone).toISOString();
  expect(text("2026-06-04", "10:30", "Europe/Rome")).toBe("2026-06-04T08:30:00.000Z");
  expect(text("2026-12-04", "10:30", "Europe/Rome")).toBe("2026-12-04T09:30:00.000Z");
  expect(text("2026-03-29", "03:00", "Europe/Rome")).toBe("2026-03-29T01:00:00.000Z");
  expect(text("2026-10-25", "12:00", "America/New_York")).toBe("2026-10-25T16:00:00.000Z");
  expect(wallTime(Date.parse("2026-06-04T22:15:00Z"), "Europe/Rome")).toEqual({ date: "2026-06-05", time: "00:15" });
});
