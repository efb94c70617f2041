// The live list: what is on the screen keeps its place.
import { Agent, expect, test } from "../desk_test.mjs";
import { LiveList } from "../../../web/desk/live_list.js";

test("new calls wait, are announced, and come when R is pressed", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const before = await marco.tasks();
  await marco.press("j", "j");
  await expect(marco.row(before[1]).locator("a")).toBeFocused();

  const tasks = [];
  for (const score of [99, 98, 5]) tasks.push(await server.raiseCall({ score }));
  const news = page.locator(".news");
  await expect(news).toHaveText("3 new calls, press R to show");
  await expect(news).toHaveAttribute("role", "status");
  expect(await marco.tasks()).toEqual(before);
  await expect(marco.row(before[1]).locator("a")).toBeFocused();

  await marco.press("r");
  expect(await marco.tasks()).toEqual([tasks[0], tasks[1], ...before, tasks[2]]);
  await expect(page.locator("#status")).toHaveText("3 new calls are on the list.");
  await expect(news).toHaveText("");
});

test("a paused list stands still, and goes on with all that happened", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const [first] = await marco.tasks();
  await marco.press("s");
  await expect(page.locator(".live")).toHaveText("Paused");
  await server.raiseCall({ score: 99 });
  await server.closeCall(first);
  await page.waitForTimeout(300);
  await expect(page.locator(".news")).toHaveText("");
  await expect(marco.row(first)).toContainText("Free");
  await marco.press("s");
  await expect(page.locator(".live")).toHaveText("Live");
  await expect(page.locator(".news")).toHaveText("1 new call, press R to show");
  await expect(marco.row(first)).toContainText("No need to call");
});

test("j and k go through the rows, and letters rest while somebody writes", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const tasks = await marco.tasks();
  await marco.press("j", "j", "j", "k");
  await expect(marco.row(tasks[1]).locator("a")).toBeFocused();
  await marco.next();
  const note = page.getByLabel("Note for whoever calls next");
  await note.focus();
  await marco.type("xnjcr 123");
  await expect(note).toHaveValue("xnjcr 123");
  await expect(marco.name).toHaveText(server.expects[0].name);
});

test("shortcuts can be switched off, and stay off", async ({ page, server }) => {
  test.skip(!server.writes, "this server does not tell what it was asked");
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await marco.press("?");
  const box = page.getByRole("checkbox", { name: "Shortcuts by single keys" });
  await expect(box).toBeChecked();
  await box.press("Space");
  await marco.press("Escape", "n", "j");
  await page.reload();
  await expect(marco.rows.first()).toBeVisible();
  await marco.press("n");
  await page.waitForTimeout(200);
  expect(server.writes().filter(([, , path]) => path.endsWith("/next"))).toEqual([]);
  await expect(marco.call).toBeHidden();
});

const row = (task, score, version = 1) => ({ task, score, version, due_at: "2026-06-04T10:00:00Z", claim: null });

test("the list itself: order, places, and events that come late", () => {
  const list = new LiveList();
  list.load([row("b", 1), row("a", 2), row("c", 1)]);
  expect(list.rows.map(({ task }) => task)).toEqual(["a", "b", "c"]);

  list.take("call.opened", row("d", 9));
  expect([list.waiting, list.rows.length]).toEqual([1, 3]);
  list.take("call.withdrawn", { task: "d", version: 2, reason: "done_late" });
  expect(list.waiting).toBe(0);

  // An older version than the one shown changes nothing.
  list.take("call.changed", row("b", 100, 5));
  expect(list.take("call.claimed", { task: "b", version: 4, claim: { claimed_by: { user: "x", name: "X" } } })).toBe(false);
  expect(list.rows.map(({ task }) => task)).toEqual(["a", "b", "c"]);
  list.show();
  expect(list.rows.map(({ task }) => task)).toEqual(["b", "a", "c"]);

  // Read anew after a gap: gone rows say so, new ones wait.
  list.merge([row("a", 2), row("e", 50)]);
  expect([...list.gone.keys()]).toEqual(["b", "c"]);
  expect(list.waiting).toBe(1);

  // Of calls below the end of what was read nothing is said; too many new ones are counted, and read again.
  expect(list.take("call.changed", row("far-below", 1))).toBe(false);
  for (let i = 0; i < 600; ++i) list.take("call.opened", row(`n${i}`, i));
  expect([list.waiting, list.overflowed]).toEqual([601, true]);
  list.load([row("a", 2)], 4000);
  expect([list.waiting, list.overflowed, list.total]).toEqual([0, false, 4000]);

  // A row that leaves is not one that was not read; nor is one that comes.
  const all = new LiveList();
  all.load([row("a", 2), row("b", 1)], 2);
  all.take("call.withdrawn", { task: "b", version: 2, reason: "done_late" });
  all.drop("b");
  expect(all.total).toBe(1);
  all.take("call.opened", row("c", 3));
  all.show();
  expect([all.rows.length, all.total]).toEqual([2, 2]);

  const empty = new LiveList();
  empty.take("call.opened", row("z", 1));
  expect(empty.rows.map(({ task }) => task)).toEqual(["z"]);
});
