// Both languages say the same things, and the contract's names have words.
import { expect, test } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { document } from "../stand_in/contract.mjs";
import { en } from "../../../web/words/en.js";
import { it } from "../../../web/words/it.js";
import { deadline, forCustomer } from "../../../web/base/format.js";
import { instantOf, wallTime } from "../../../web/base/zone.js";
import { t } from "../../../web/words/words.js";

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

test("a number that can be one never stands before a plural", () => {
  const plural = /\{\w+\} (calls|customers|orders|cases|days|messages|chiamate|clienti|ordini|casi|giorni|messaggi)\b/;
  for (const [language, all] of Object.entries({ en, it })) {
    for (const [name, text] of Object.entries(all)) expect(typeof text === "string" ? text : text.one, `${language} ${name}`).not.toMatch(plural);
  }
  expect(t("count.reached", { n: 1, shown: "1" })).toBe("1 customer reached by call or message");
  expect(t("incident.release_asks", { n: 2, shown: "2", about: "MI1" })).toContain("2 calls about MI1 are held back.");
});

test("midnight ends the day of a deadline; a time of the customer's says so where it is not the brand's", () => {
  const now = Date.parse("2026-11-23T08:00:00Z");
  expect(deadline("2026-11-19T23:00:00Z", "Europe/Rome", now)).toBe("19 November at 24:00");
  expect(deadline("2026-11-23T23:00:00Z", "Europe/Rome", now)).toBe("24:00");
  expect(deadline("2026-11-20T13:18:00Z", "Europe/Rome", now)).toBe("20 November at 14:18");
  expect(forCustomer("2026-11-23T10:30:00Z", "Europe/London", "Europe/Rome", now)).toBe("10:30 (customer’s time)");
  expect(forCustomer("2026-11-23T10:30:00Z", "Europe/Berlin", "Europe/Rome", now)).toBe("11:30");
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
