// What the specs share: a server of its own for each test, and an agent at the keyboard.
import { test as base, expect } from "@playwright/test";
import { startServer } from "./desk_server.mjs";

export { expect };

// The accessible name of what has the focus, or its text.
export const focusedText = (page) => page.evaluate(() => document.activeElement.textContent.trim());

// Somebody who works with the keys alone; nothing here clicks.
export class Agent {
  constructor(page, server, person) {
    Object.assign(this, { page, server, person });
  }

  async press(...keys) { for (const key of keys) await this.page.keyboard.press(key); }

  async type(text) { await this.page.keyboard.type(text); }

  async signIn() {
    await this.page.goto(this.server.url);
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(this.page.locator("#user")).toBeFocused();
    await this.type(this.person.user);
    await this.press("Tab");
    await this.type(this.person.password);
    await this.press("Enter");
    await expect(this.page.locator("table.calls tbody tr").first()).toBeVisible();
    // The focus is not in a field any more, so that single keys count.
    await this.page.evaluate(() => document.activeElement.blur());
    return this;
  }

  row(task) { return this.page.locator(`tr[data-task="${task}"]`); }

  get rows() { return this.page.locator("table.calls tbody tr"); }

  tasks() { return this.rows.evaluateAll((rows) => rows.map((row) => row.dataset.task)); }

  get call() { return this.page.locator("section.call"); }

  get name() { return this.call.getByRole("heading", { level: 2 }); }

  task() { return this.page.evaluate(() => decodeURIComponent(location.hash.split("/")[2] ?? "")); }

  // Claims the best next call and waits until it is open.
  async next() {
    const before = await this.task();
    await this.press("n");
    await expect.poll(() => this.task()).not.toBe(before);
    await expect(this.name).toBeVisible();
    return this.task();
  }
}

export const test = base.extend({
  server: async ({}, use) => {
    const server = await startServer();
    await use(server);
    const breaches = server.breaches?.() ?? [];
    await server.stop();
    expect(breaches, "the contract holds").toEqual([]);
  },
  // Errors of the page, a violated content policy among them, fail its test.
  page: async ({ page }, use) => {
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("Failed to load resource")) errors.push(message.text());
    });
    await use(page);
    expect(errors, "the page has no errors").toEqual([]);
  },
  anna: async ({ page, server }, use) => use(new Agent(page, server, { ...server.people.anna })),
});
