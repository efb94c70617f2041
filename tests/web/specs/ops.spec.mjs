// The ops view: figures, incidents with what may be done, and only for those whose it is.
import { Agent, expect, test } from "../desk_test.mjs";
import { niceTicks, runs } from "../../../web/ops/plot.js";

test.skip(({ server }) => !server.madeUp, "needs the made-up figures");

async function opsView(page, server) {
  const lucia = await new Agent(page, server, server.people.lucia).signIn();
  await page.getByRole("link", { name: "Operations" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Operations");
  return lucia;
}

test("agents have no ops view, not even by its address", async ({ anna, page }) => {
  await anna.signIn();
  await expect(page.getByRole("link", { name: "Operazioni" })).toHaveCount(0);
  await page.evaluate(() => { location.hash = "#/ops"; });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Chiamate");
});

test("clocks by rule, held contacts and feeds are told in tables", async ({ page, server }) => {
  await opsView(page, server);
  const rules = page.getByRole("table", { name: "Clocks by rule" });
  await expect(rules.getByRole("row", { name: /Paid order not packed/ })).toContainText("1,240");
  const trial = rules.getByRole("row", { name: /Parcel still at the pickup point/ });
  await expect(trial).toContainText("on trial");
  await expect(trial.getByRole("cell").last()).toHaveText("23");
  await expect(page.getByRole("table", { name: "Held contacts" }).getByRole("row", { name: /An incident covers it/ })).toContainText("31");
  await expect(page.getByRole("table", { name: "Feeds" }).getByRole("row", { name: /acme.returns.v1/ })).toContainText("silent");
  // Of a feed from which nothing has come since the start nobody can say that it is fresh.
  const shops = page.getByRole("table", { name: "Feeds" }).getByRole("row", { name: /acme.shops.v1/ });
  await expect(shops.getByRole("cell")).toHaveText(["not heard yet", "nothing since the start", "–", "1 h"]);
});

test("the name of a rule is not said to be in the language of the page", async ({ page, server }) => {
  await opsView(page, server);
  const name = page.getByRole("table", { name: "Clocks by rule" }).getByText("Refund not paid within 5 bank days of the return");
  await expect(name).toHaveAttribute("lang", "");
});

test("one is told as one, and no axis has the same number twice", async ({ page, server }) => {
  const none = { share: 0, part: 0, whole: 1 };
  await page.route("**/v1/ops/effect?*", async (route) => {
    const response = await route.fetch();
    const effect = await response.json();
    Object.assign(effect.figures, { orders_delayed: 1, outreaches: 1, calls_back: none, avoided_per_100: null });
    for (const day of effect.daily) Object.assign(day, { calls_back: none, avoided_per_100: null });
    await route.fulfill({ response, json: effect });
  });
  await opsView(page, server);
  await expect(page.locator(".summary")).toHaveText(/: 1 delayed order, 1 customer reached by call or message\.$/);
  await expect(page.locator(".figure", { hasText: "Called back" }).locator(".tick")).toHaveText(["0%", "1%", /\d/, /\d/]);
  for (const figure of await page.locator(".figure").all()) {
    const ticks = (await figure.locator(".tick").allTextContents()).slice(0, -2);  // the last two are days
    expect(new Set(ticks).size, ticks.join(" ")).toBe(ticks.length);
  }
});

test("each figure has a plot with a name and the same days as a table", async ({ page, server }) => {
  await opsView(page, server);
  const figure = page.locator(".figure").first();
  await expect(figure.getByRole("img", { name: "We spoke first by day" })).toBeVisible();
  await figure.getByText("As a table").press("Enter");
  await expect(figure.getByRole("row")).toHaveCount(29);
  await page.getByLabel("Range").selectOption("7");
  await expect(figure.getByRole("row")).toHaveCount(8);
  await expect(page.locator(".figure", { hasText: "Avoided per 100" })).toContainText(/between -?[\d.]+ and [\d.]+, with 95% confidence/);
});

test("ops lets the calls of an incident go, writes to all, and closes it", async ({ page, server }) => {
  const lucia = await opsView(page, server);
  const card = page.locator(".ops .incident", { hasText: "MI1" });
  await expect(card).toContainText("38 customers, 31 calls held back.");
  await card.getByRole("button", { name: "Release the calls" }).press("Enter");
  await expect(page.getByRole("dialog")).toContainText("31 calls about MI1 are held back.");
  await page.getByLabel("At most so many calls now").fill("10");
  await lucia.press("Enter");
  await expect(card).toContainText("21 calls held back.");
  await card.getByRole("button", { name: "Write to all" }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Write to all" }).press("Enter");
  await expect(card).toContainText("to 38 customers.");
  await card.getByRole("button", { name: "Close" }).press("Enter");
  await page.getByRole("dialog").locator('button[type="submit"]').press("Enter");
  await expect(card).toHaveClass(/is-closed/);
  expect(server.writes().filter(([, , path]) => path.includes("I-1")).map(([, , path, body]) => [path.split("/").at(-1), body])).toEqual([
    ["release", { calls_max: 10 }], ["message", { message: "packing-delay" }], ["close", {}]]);
});

test("agents read the briefing of an incident on top of their list, in their language", async ({ anna, page }) => {
  await anna.signIn();
  const briefing = page.locator(".incidents .briefing");
  await expect(briefing).toHaveText("Il magazzino di Milano è senza corrente dalle nove. Gli ordini di oggi partono domani; nessuno deve fare nulla.");
  await expect(page.locator(".incidents")).not.toContainText("acme.returns.v1");
});

test("the list goes to a dialer as a file", async ({ page, server }) => {
  await opsView(page, server);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).press("Enter")]);
  expect(download.suggestedFilename()).toBe("calls-vicidial.csv");
});

test("axes have round numbers, and days without a value are gaps", () => {
  expect(niceTicks(0, 1)).toEqual([0, 0.5, 1]);
  expect(niceTicks(0, 37)).toEqual([0, 20, 40]);
  expect(niceTicks(-4, 31)).toEqual([-20, 0, 20, 40]);
  expect(niceTicks(0, 7.2 * 3600, 3600)).toEqual([0, 9000, 18000, 27000]);
  // Written as whole per cents: no step that they cannot show.
  expect(niceTicks(0, 0.01, 1, 0.01)).toEqual([0, 0.01]);
  expect(niceTicks(0, 0.07, 1, 0.01)).toEqual([0, 0.05, 0.1]);
  expect(niceTicks(0, 0.4, 1, 1)).toEqual([0, 1]);
  expect(runs([1, null, 2, 3, null], (value) => value !== null)).toEqual([[1], [2, 3]]);
});
