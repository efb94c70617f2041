// Two agents at once never have the same customer, and each is told who has a call.
import { Agent, expect, test } from "../desk_test.mjs";

async function second(browser, server, person) {
  const context = await browser.newContext();
  return new Agent(await context.newPage(), server, person);
}

test("two agents who ask at the same moment get different customers", async ({ anna, browser, server }) => {
  const marco = await second(browser, server, server.people.marco);
  await Promise.all([anna.signIn(), marco.signIn()]);
  const [hers, his] = await Promise.all([anna.next(), marco.next()]);
  expect(hers).not.toBe(his);
  await expect(anna.name).not.toHaveText(await marco.name.textContent());
  await expect(anna.row(his)).toContainText("La tiene Marco Bassi");
  await expect(marco.row(hers)).toContainText("Anna Ferri has it");
  await marco.page.context().close();
});

test("who comes second is told who was first, and never learns the name", async ({ anna, browser, server }) => {
  const marco = await second(browser, server, server.people.marco);
  await Promise.all([anna.signIn(), marco.signIn()]);
  const [best] = server.expects;
  const { task } = best;
  await anna.press("j", "c");
  await expect(anna.name).toHaveText(best.name);
  await expect(marco.row(task)).toContainText("Anna Ferri has it");
  await marco.press("j", "c");
  await expect(marco.page.locator("#alert")).toHaveText("Anna Ferri has this call already.");
  await marco.press("Enter");
  await expect(marco.name).toHaveText(best.masked);
  await expect(marco.call).not.toContainText(best.name);
  await expect(marco.call).not.toContainText(best.phone);
  await marco.page.context().close();
});

test("one call at a time: a second claim leads back to the first", async ({ anna, page, server }) => {
  await anna.signIn();
  const first = await anna.next();
  await anna.press("l");
  await expect(anna.row(first).locator("a")).toBeFocused();
  await anna.press("j", "c");
  await expect(page.locator("#alert")).toHaveText("Ha già un’altra chiamata. La finisca o la restituisca prima.");
  await expect.poll(() => anna.task()).toBe(first);
  await expect(anna.row(first)).toContainText("Sua");
});

test("a call that is given back is free for all, and masked again", async ({ anna, browser, page, server }) => {
  const marco = await second(browser, server, server.people.marco);
  await Promise.all([anna.signIn(), marco.signIn()]);
  const task = await anna.next();
  await anna.press("x");
  await expect(page.locator("#status")).toHaveText("La chiamata è di nuovo nella lista.");
  await expect(marco.row(task)).toContainText("Free");
  // The focus is on its row again.
  await expect(anna.row(task).locator("a")).toBeFocused();
  await anna.press("Enter");
  await expect(anna.name).toHaveText(server.expects[0].masked);
  await marco.page.context().close();
});

test("after the page is loaded anew the call in hand is still hers", async ({ anna, page, server }) => {
  await anna.signIn();
  const task = await anna.next();
  await page.reload();
  await expect(anna.name).toHaveText(server.expects[0].name);
  await expect(anna.row(task)).toContainText("Sua");
  await expect(page.getByRole("button", { name: "Registra l’esito" })).toBeVisible();
});

test("a lead gives an agent's call back, and the agent is told", async ({ anna, browser, page, server }) => {
  const lucia = await second(browser, server, server.people.lucia);
  await Promise.all([anna.signIn(), lucia.signIn()]);
  const task = await anna.next();
  await expect(lucia.row(task)).toContainText("Anna Ferri has it");
  await lucia.press("j", "Enter");
  await lucia.page.getByRole("button", { name: "Give back to the list" }).press("Enter");
  await expect(lucia.row(task)).toContainText("Free");
  await expect(page.locator("#alert")).toHaveText("La presa è scaduta e la chiamata è di nuovo nella lista.");
  await expect(page.getByRole("button", { name: "Registra l’esito" })).toHaveCount(0);
  await lucia.page.context().close();
});
