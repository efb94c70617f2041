// An agent's shift by keyboard alone.
import { Agent, expect, focusedText, test } from "../desk_test.mjs";

test("an agent signs in, claims, reads, promises, records and goes on, without a mouse", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await expect(page.getByRole("heading", { name: "Calls", level: 1 })).toBeVisible();
  const [best, second] = server.expects;
  await expect(page.locator(".count")).toHaveText(`${server.expects.length} calls to make`);

  // The best call stands first, says why, and does not say whom.
  const first = marco.rows.first();
  await expect(first.locator("a")).toHaveText(best.why);
  await expect(first).toContainText(best.masked);
  await expect(first).not.toContainText(best.name.split(" ")[0]);

  await marco.press("j");
  await expect(first.locator("a")).toBeFocused();
  await marco.press("Enter");
  await expect(marco.name).toHaveText(best.masked);
  await expect(marco.name).toBeFocused();
  await expect(page.getByText("Name and number are shown when you claim the call.")).toBeVisible();

  await marco.press("c");
  await expect(marco.name).toHaveText(best.name);
  await expect(marco.name).toBeFocused();
  await expect(marco.call.getByRole("link", { name: best.phone })).toHaveAttribute("href", `tel:${best.phone}`);

  // The story: what was done, what may be offered, what to say in her language, what not to ask.
  if (server.story) {
    await expect(marco.call.getByText(server.story.done)).toBeVisible();
    await expect(marco.call.getByText(server.story.offer)).toBeVisible();
    await expect(marco.call.locator(".talking ul")).toHaveAttribute("lang", server.story.language);
    await expect(marco.call.getByText("They have told us – do not ask again")).toBeVisible();
    await expect(marco.call.locator(".told .what")).toHaveText(server.story.told_us);
  }
  await expect(marco.call.locator(".timeline .is-deadline")).toContainText("It should have happened by now");

  // An e-mail within the hour is the first choice: two keys.
  await marco.press("p");
  await expect(page.getByRole("radio", { name: "An e-mail within the hour" })).toBeFocused();
  await marco.press("Enter");
  await expect(page.locator("#status")).toHaveText("Promised. The clock runs.");
  await expect(marco.call.locator(".promises")).toContainText("News, e-mail");
  await expect(marco.call.locator(".promises")).toContainText(/the clock runs, in (1 h|59 min)/);

  // The outcome is two keys as well.
  const task = await marco.task();
  await marco.press("2");
  await expect(page.getByRole("radio", { name: "Informed" })).toBeFocused();
  await marco.press("Enter");
  await expect(page.locator("#status")).toHaveText("Recorded: Informed. Nothing more to do.");
  await expect.poll(() => focusedText(page)).toContain("Next best call");
  await expect(marco.row(task)).toContainText("Done");

  const next = await marco.next();
  expect(next).not.toBe(task);
  await expect(marco.name).toHaveText(second.name);

  if (!server.writes) return;
  const sent = server.writes().filter(([, , path]) => path.includes(task)).map(([, , path, body]) => [path.split("/").at(-1), body]);
  expect(sent).toEqual([
    ["claim", undefined], ["promises", { kind: "update", channel: "email", within_seconds: 3600 }], ["outcome", { outcome: "reached_informed" }]]);
});

test("the promise is kept by the e-mail that was sent, and the open page says so without disturbing", async ({ page, server }) => {
  test.skip(!server.keepPromises, "this server does not send e-mails");
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = await marco.next();
  await page.getByRole("button", { name: "Promise", exact: true }).press("Enter");
  await marco.press("Enter");
  await expect(marco.call.locator(".promises")).toContainText("the clock runs");
  // The focus is where it was before the question.
  await expect(page.getByRole("button", { name: "Promise", exact: true })).toBeFocused();

  await page.getByLabel("Note for whoever calls next").focus();
  await marco.type("Half a sen");
  await server.keepPromises(task);
  await expect(marco.call.locator(".promises")).toContainText("kept");
  await marco.type("tence");
  await expect(page.getByLabel("Note for whoever calls next")).toHaveValue("Half a sentence");
  await expect(page.getByLabel("Note for whoever calls next")).toBeFocused();
});

test("each digit is one outcome, and 0 leads to the others", async ({ page, anna }) => {
  await anna.signIn();
  await anna.next();
  const expected = ["reached_resolved", "reached_informed", "reached_call_back", "no_answer", "busy", "voicemail_left", "voicemail",
    "wrong_number", "refused_contact"];
  for (const [place, outcome] of expected.entries()) {
    await anna.press(String(place + 1));
    await expect(page.locator(`input[value="${outcome}"]`)).toBeFocused();
    await expect(page.locator(`input[value="${outcome}"]`)).toBeChecked();
  }
  await anna.press("0");
  await expect(page.locator('input[value="reached_wants_cancel"]')).toBeFocused();
  await anna.press("ArrowDown");
  await expect(page.locator('input[value="reached_wants_refund"]')).toBeChecked();
});

test("a call back is asked for by the customer's clock, and refused out of hours with the earliest time", async ({ page, server }) => {
  test.skip(!server.madeUp, "needs the made-up hours");
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = await marco.next();
  await marco.press("3");
  await expect(page.getByText("By the customer’s clock, Europe/Rome.")).toBeVisible();
  await page.getByLabel("Day").fill("2099-01-01");
  await marco.press("Enter");
  await expect(marco.call.getByRole("alert")).toContainText("The customer may not be called then; the earliest is");
  const soon = new Date(Date.now() + 90 * 60_000);
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Rome", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit",
    minute: "2-digit", hourCycle: "h23" }).formatToParts(soon);
  const part = (type) => parts.find((one) => one.type === type).value;
  await page.getByLabel("Day").fill(`${part("year")}-${part("month")}-${part("day")}`);
  await page.getByLabel("Time", { exact: true }).fill(`${part("hour")}:${part("minute")}`);
  await marco.press("Enter");
  await expect(page.locator("#status")).toContainText("Recorded: Wants a call back. We call back:");
  const [, , , report] = server.writes().filter(([, , path]) => path.endsWith("/outcome")).at(-1);
  expect(report.outcome).toBe("reached_call_back");
  expect(Date.parse(report.call_back_at)).toBe(Math.floor(soon.getTime() / 60_000) * 60_000);
  await expect(marco.row(task)).toContainText("Done");
});

test("vouchers stay within the agent's discretion", async ({ page, server }) => {
  test.skip(!server.madeUp, "needs the made-up offers");
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await marco.next();
  await marco.press("v");
  await expect(page.getByRole("radio", { name: "Voucher, up to €15.00" })).toBeFocused();
  await marco.press("Tab");
  await marco.type("20");
  await marco.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toHaveText("You may give up to €15.00. Beyond that, ask a lead.");
  await page.keyboard.press("Control+a");
  await marco.type("12,50");
  await marco.press("Enter");
  await expect(page.locator("#status")).toHaveText("Requested.");
  await expect(marco.call.locator(".gestures")).toContainText("Voucher €12.50");
  expect(server.writes().at(-1)[3]).toEqual({ kind: "voucher", amount: { amount: "12.50", currency: "EUR" } });
});

test("a customer who wants to be left alone is put on the stop list", async ({ page, server }) => {
  test.skip(!server.writes, "this server does not tell what it was asked");
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await marco.next();
  await marco.press("d", "ArrowDown", "Enter");
  await expect(page.locator("#status")).toHaveText("Noted. The stop list holds from now on.");
  expect(server.writes().at(-1)[3]).toEqual({ scope: "all" });
});

test("a lost answer is asked for again with the same key, and recorded once", async ({ page, anna, server }) => {
  test.skip(!server.writes, "this server does not tell what it was asked");
  await anna.signIn();
  const task = await anna.next();
  let lost = 0;
  await page.route("**/outcome", async (route) => {
    await route.fetch();
    if (lost++ === 0) return route.abort();
    return route.continue();
  });
  await anna.press("4", "Enter");
  await expect(page.locator("#status")).toContainText("Registrato: Nessuna risposta.");
  expect(server.writes().filter(([, , path]) => path.endsWith(`${task}/outcome`))).toHaveLength(1);
});
