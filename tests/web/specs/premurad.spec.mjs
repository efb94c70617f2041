// A shift at premurad itself: two agents at once, a promise that an e-mail keeps, a parcel that arrives while somebody speaks.
// Needs PREMURA_WEB_SERVER=premurad_server.mjs.
import { Agent, expect, test } from "../desk_test.mjs";
import { lookedAt } from "../looked_at.mjs";

test.skip(({ server }) => !server.explain, "needs premurad itself");
test.setTimeout(300_000);

// All that a page was told, so that a name can be looked for in it.
function heard(page) {
  const answers = [];
  page.on("response", async (response) => {
    const is_stream = response.headers()["content-type"]?.startsWith("text/event-stream");
    if (response.url().includes("/v1/") && !is_stream) answers.push(await response.text().catch(() => ""));
  });
  return () => answers.join("\n");
}

const ruleOf = async (server, task, rule) => (await server.explain(server.orderOf(task))).rules.find((one) => one.rule === rule);

test("two agents through a shift, by keyboard alone", async ({ page, browser, server }) => {
  const context = await browser.newContext();
  const anna = new Agent(await context.newPage(), server, server.people.anna);
  const annaHeard = heard(anna.page);
  const marco = new Agent(page, server, server.people.marco);
  await Promise.all([marco.signIn(), anna.signIn()]);
  const [best, second] = server.expects;
  await expect(marco.rows).toHaveCount(server.expects.length);

  // Marco claims, and sees whom he calls. Anna sees that he has it; the name and the number never reach her page.
  expect(await marco.next()).toBe(best.task);
  await expect(marco.name).toHaveText(best.name);
  await expect(marco.call.getByRole("link", { name: best.phone })).toBeVisible();
  await expect(marco.call.locator(".told .what")).toHaveText("Consegnare dopo le 18, per favore.");
  await expect(marco.call.locator(".talking ul")).toHaveAttribute("lang", "it");
  await expect(marco.call.getByText("Voucher up to €15.00")).toBeVisible();
  await expect(marco.call.locator(".timeline .is-deadline")).toContainText("It should have happened by now");
  await expect(anna.row(best.task)).toContainText("La tiene Marco Bassi");
  await anna.press("j", "c");
  await expect(anna.page.locator("#alert")).toHaveText("Questa chiamata è già presa da Marco Bassi.");
  await anna.press("Enter");
  await expect(anna.name).toHaveText(best.masked);
  await anna.press("l");
  expect(await anna.next()).toBe(second.task);
  await expect(anna.name).toHaveText(second.name);

  // An e-mail within the hour: two keys, and a clock like any other runs.
  await marco.press("p");
  const [made] = await Promise.all([page.waitForResponse((response) => response.url().endsWith("/promises")), marco.press("Enter")]);
  expect(made.status()).toBe(201);
  await expect(page.locator("#status")).toHaveText("Promised. The clock runs.");
  await expect(marco.call.locator(".promises")).toContainText(/the clock runs, in (1 h|59 min)/);
  const { promise } = await made.json();
  await expect.poll(async () => (await ruleOf(server, best.task, "promised-update-not-in-time")).verdict).toBe("running");
  const running = await ruleOf(server, best.task, "promised-update-not-in-time");
  expect([running.subject_type, running.subject]).toEqual(["promise", promise]);

  // The mail goes out: the clock is met, and the open page says so.
  await server.keepPromises(best.task);
  await expect(marco.call.locator(".promises")).toContainText("kept");
  await expect.poll(async () => (await ruleOf(server, best.task, "promised-update-not-in-time")).verdict).toBe("met");

  // A voucher up to what is left, and no further.
  await marco.press("v");
  await expect(page.getByRole("radio", { name: "Voucher, up to €15.00" })).toBeFocused();
  await marco.press("Tab");
  await marco.type("12,50");
  await marco.press("Enter");
  await expect(page.locator("#status")).toHaveText("Requested.");
  await expect(marco.call.locator(".gestures")).toContainText("Voucher €12.50");
  await expect(marco.call.getByText("Voucher up to €2.50")).toBeVisible();

  // The outcome, and the next one, which is neither his first nor Anna's.
  await marco.press("2");
  await expect(page.getByRole("radio", { name: "Informed" })).toBeFocused();
  await marco.press("Enter");
  await expect(page.locator("#status")).toHaveText("Recorded: Informed. Nothing more to do.");
  await expect(marco.row(best.task)).toContainText("Done");
  const third = await marco.next();
  expect(third).toBe(server.expects[2].task);

  // The parcel arrives while he speaks.
  await server.closeCall(third);
  await expect(page.locator("#alert")).toHaveText("No need to call any more: Parcel has arrived.");
  await expect(marco.call).toHaveClass(/is-gone/);
  await expect(page.getByRole("button", { name: "Record the outcome" })).toHaveCount(0);
  await expect(anna.row(third)).toContainText("Non serve chiamare Il pacco è arrivato");
  expect(await marco.next()).toBe(server.expects[3].task);

  for (const secret of [best.name, best.phone, server.expects[2].name, server.expects[2].phone]) expect(annaHeard()).not.toContain(secret);
  expect(annaHeard()).toContain(second.name);
  await context.close();
});

test("each view with premurad's own words: nothing for axe to find, nothing out of the page", async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.locator("#user")).toBeVisible();
  await lookedAt(page, "premurad-sign-in");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1360, height: 900 });

  const lucia = await new Agent(page, server, server.people.lucia).signIn();
  await lookedAt(page, "premurad-list");
  const task = await lucia.next();
  await lookedAt(page, "premurad-call");
  await lucia.press("p");
  await expect(page.getByRole("dialog")).toBeVisible();
  await lookedAt(page, "premurad-promise");
  await lucia.press("Enter");
  await expect(lucia.call.locator(".promises")).toBeVisible();
  await lucia.press("3");
  await lookedAt(page, "premurad-outcome");
  await server.closeCall(task);
  await expect(lucia.call).toHaveClass(/is-gone/);
  await lookedAt(page, "premurad-withdrawn");
  await lucia.press("l");
  await page.getByRole("link", { name: "Operations" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Operations");
  await expect(page.getByRole("heading", { level: 2, name: "Feeds" })).toBeVisible();
  // Each part has been answered, or says that it cannot be had.
  await expect.poll(() => page.locator(".ops-content").evaluateAll((parts) => parts.filter((part) => part.childElementCount === 0).length)).toBe(0);
  await lookedAt(page, "premurad-ops");
  await page.evaluate(() => { location.hash = "#/"; });
  await page.getByRole("button", { name: "Preferences" }).press("Enter");
  await page.getByRole("radio", { name: "Italiano" }).check();
  await lucia.press("Escape");
  await lucia.next();
  await lookedAt(page, "premurad-call-it");
});
