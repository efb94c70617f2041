// A task that is solved meanwhile fades with a word why; a claim that is lost is told.
import { Agent, expect, test } from "../desk_test.mjs";

test("the parcel arrives while the agent speaks: the call fades and says why", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = await marco.next();
  await server.closeCall(task);
  await expect(page.locator("#alert")).toHaveText("No need to call any more: Parcel has arrived.");
  await expect(marco.call.locator(".notice")).toContainText("No need to call – Parcel has arrived");
  await expect(marco.call).toHaveClass(/is-gone/);
  // Still there to end the talk with, but nothing is left to record.
  await expect(marco.name).toHaveText(server.expects[0].name);
  await expect(page.getByRole("button", { name: "Record the outcome" })).toHaveCount(0);
  await expect(marco.row(task)).toContainText("No need to call Parcel has arrived");
  expect(await marco.next()).not.toBe(task);
});

test("a row that is solved stays a moment with its reason, then leaves", async ({ page, server }) => {
  await page.clock.install();
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = (await marco.tasks())[2];
  await server.closeCall(task);
  await expect(marco.row(task)).toContainText("No need to call Parcel has arrived");
  await page.clock.fastForward(13_000);
  await expect(marco.row(task)).toHaveCount(0);
  await expect(marco.rows).toHaveCount(server.expects.length - 1);
});

test("a solved row does not leave from under the focus", async ({ page, server }) => {
  await page.clock.install();
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const [task] = await marco.tasks();
  await marco.press("j");
  await server.closeCall(task);
  await expect(marco.row(task)).toContainText("No need to call");
  await expect(marco.row(task).locator("a")).toBeFocused();
  await page.clock.fastForward(13_000);
  await expect(marco.row(task).locator("a")).toBeFocused();
  await marco.press("j");
  await page.clock.fastForward(100);
  await expect(marco.row(task)).toHaveCount(0);
});

test("a call that is gone by the time of the claim says so", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await page.route("**/v1/desk/stream*", (route) => route.abort());
  const [task] = await marco.tasks();
  await marco.press("s");
  await server.closeCall(task, "cancelled", "order.cancelled");
  await marco.press("j", "c");
  await expect(page.locator("#alert")).toHaveText("No need to call any more: Order called off.");
});

test("a lost lease is told with who has the call now", async ({ page, server }) => {
  test.skip(!server.expireClaim, "this server cannot let a claim expire");
  server.leaseSeconds(3);
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = await marco.next();
  await expect(marco.call.getByText(/Yours until/)).toBeVisible();
  server.expireClaim(task);
  await expect(page.locator("#alert")).toHaveText("The claim has run out, and the call is back on the list.");
  await expect(marco.call.locator(".notice")).toContainText("This call is not yours any more");
  await expect(page.getByRole("button", { name: "Record the outcome" })).toHaveCount(0);
});

test("the open page renews its claim", async ({ page, server }) => {
  test.skip(!server.leaseSeconds, "this server has one length of lease");
  server.leaseSeconds(4);
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = await marco.next();
  await expect.poll(() => server.writes().filter(([, , path]) => path.endsWith(`${task}/renew`)).length, { timeout: 10_000 }).toBeGreaterThan(1);
  await expect(page.getByRole("button", { name: "Record the outcome" })).toBeVisible();
});
