// Signing in and out, the end of a session, languages.
import { Agent, expect, test } from "../desk_test.mjs";

test("a wrong password is told, and the field is ready for the next try", async ({ page, server }) => {
  await page.goto(server.url);
  await page.locator("#user").fill("anna");
  await page.locator("#password").fill("wrong");
  await page.keyboard.press("Enter");
  await expect(page.locator("#sign-in-error")).toHaveText("User name and password do not fit together.");
  await expect(page.locator("#password")).toBeFocused();
  await expect(page.locator("#password")).toHaveAttribute("autocomplete", "current-password");
  await page.getByLabel("Show the password").check();
  await expect(page.locator("#password")).toHaveAttribute("type", "text");
});

test("a link signs in once, and stays neither in the address nor in the history", async ({ page, server }) => {
  test.skip(!server.makeLink, "this server's links are tried elsewhere");
  const link = server.makeLink();
  await page.goto(`${server.url}/${link}`);
  await expect(page.locator("#status")).toHaveText("Welcome, Marco Bassi.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Calls");
  expect(page.url()).toBe(`${server.url}/`);
  // Used: whoever is signed in stays so, another browser is asked for a password and told why.
  await page.goto(`${server.url}/${link}`);
  await expect.poll(() => page.url()).toBe(`${server.url}/`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Calls");
  await page.context().clearCookies();
  await page.goto("about:blank");
  await page.goto(`${server.url}/${link}`);
  await expect(page.locator(".notice")).toHaveText("This link has been used or is over. Sign in with your password, or ask for another link.");
  await expect(page.locator("#user")).toBeFocused();
});

test("an Italian agent has Italian words, can switch to English, and it stays", async ({ anna, page, server }) => {
  await anna.signIn();
  await expect(page.locator("html")).toHaveAttribute("lang", "it");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Chiamate");
  await expect(page.locator(".count")).toHaveText(`${server.expects.length} chiamate da fare`);
  // The sentence why is Italian where the rule has an Italian name; where it has none it is English, and says so.
  await expect(anna.rows.first().locator("a")).toHaveAttribute("lang", "it");
  await expect(anna.rows.first().locator("a")).toHaveText(/^Ordine \d+: Non consegnato nel giorno promesso; scadeva stamattina\.$/);
  const refund = anna.rows.filter({ hasText: "Refund not paid" }).locator("a");
  await expect(refund).toHaveAttribute("lang", "en");
  await anna.next();
  await page.getByRole("button", { name: "Preferenze" }).press("Enter");
  await page.getByRole("radio", { name: "English" }).check();
  await anna.press("Escape");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Calls");
  await expect(anna.call.locator(".talking ul")).toHaveAttribute("lang", "it");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Calls");
});

test("dark and light can be chosen, and do not flash on the next visit", async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: "light" });
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await paper()).toBe("rgb(251, 250, 247)");
  await page.getByRole("button", { name: "Preferences" }).press("Enter");
  await page.getByRole("radio", { name: "Dark" }).check();
  expect(await paper()).toBe("rgb(20, 20, 22)");
  await marco.press("Escape");
  await page.reload({ waitUntil: "commit" });
  await page.waitForSelector("body", { state: "attached" });
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
});

test("the end of a session is announced two minutes before, and can be put off", async ({ page, server }) => {
  test.skip(!server.sessionSeconds, "this server has one length of session");
  await page.clock.install();
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await page.clock.fastForward(13 * 60_000 + 5_000);
  await expect(page.getByRole("dialog", { name: "Are you still there?" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Stay signed in" })).toBeFocused();
  const renewals = () => server.writes().filter(([, , path]) => path === "/v1/session/renew").length;
  const before = renewals();
  await marco.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect.poll(renewals).toBe(before + 1);
});

test("a session that has ended leads to signing in, and back to where one was", async ({ page, server }) => {
  test.skip(!server.endSessions, "this server does not end sessions by itself");
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await marco.press("j", "j", "Enter");
  await expect(marco.name).toHaveText(server.expects[1].masked);
  const task = await marco.task();
  server.endSessions();
  await expect(page.getByText("Your session has ended. Sign in to go on where you were.")).toBeVisible();
  await marco.type(server.people.marco.user);
  await marco.press("Tab");
  await marco.type(server.people.marco.password);
  await marco.press("Enter");
  await expect(marco.name).toHaveText(server.expects[1].masked);
  expect(await marco.task()).toBe(task);
});

test("signing out gives the call back", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const task = await marco.next();
  await page.getByRole("button", { name: "Sign out" }).press("Enter");
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await expect(page.locator("body")).not.toContainText(server.expects[0].name);
  await marco.signIn();
  await expect(marco.row(task)).toContainText("Free");
});
