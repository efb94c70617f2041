// Each view in light and dark, wide and at 320 px: axe finds nothing, nothing scrolls sideways, and a picture is kept to look at.
import { Agent, expect, test } from "../desk_test.mjs";
import { lookedAt } from "../looked_at.mjs";

const views = {
  "sign-in": async (page, server) => {
    await page.goto(server.url);
    await expect(page.locator("#user")).toBeVisible();
  },
  desk: async (page, server) => {
    const marco = await new Agent(page, server, server.people.marco).signIn();
    await server.raiseCall({ score: 99 });
    await server.closeCall((await marco.tasks())[3]);
    await expect(page.locator(".news")).not.toHaveText("");
    await expect(page.locator("tr.is-gone")).toHaveCount(1);
  },
  call: async (page, server) => {
    const marco = await new Agent(page, server, server.people.marco).signIn();
    await marco.next();
    await marco.press("p", "Enter");
    await expect(marco.call.locator(".promises")).toBeVisible();
    await marco.press("3");
  },
  withdrawn: async (page, server) => {
    const marco = await new Agent(page, server, server.people.marco).signIn();
    await server.closeCall(await marco.next());
    await expect(marco.call.locator(".notice")).toBeVisible();
  },
  masked: async (page, server) => {
    const marco = await new Agent(page, server, server.people.marco).signIn();
    await marco.press("j", "Enter");
    await expect(marco.name).toBeVisible();
  },
  ops: async (page, server) => {
    await new Agent(page, server, server.people.lucia).signIn();
    await page.getByRole("link", { name: "Operations" }).press("Enter");
    await expect(page.locator(".figure")).toHaveCount(6);
    await expect(page.locator("table.figures").first()).toBeAttached();
  },
  help: async (page, server) => {
    const marco = await new Agent(page, server, server.people.marco).signIn();
    await marco.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  promise: async (page, server) => {
    const marco = await new Agent(page, server, server.people.marco).signIn();
    await marco.next();
    await marco.press("p");
    await expect(page.getByRole("dialog")).toBeVisible();
  },
};

for (const [name, open] of Object.entries(views)) {
  test(`${name}: nothing for axe to find, nothing out of the page`, async ({ page, server }) => {
    await open(page, server);
    await lookedAt(page, name);
  });
}

test("what has the focus is seen whole, on the way through an open call", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  await marco.next();
  for (let step = 0; step < 40; ++step) {
    await marco.press("Tab");
    const hidden = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const box = element.getBoundingClientRect();
      const there = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), box.y + Math.min(box.height / 2, 10));
      const seen = there && (element.contains(there) || there.contains(element) || there.closest("label")?.contains(element));
      return seen ? null : element.outerHTML.slice(0, 120);
    });
    expect(hidden, `step ${step}`).toBeNull();
  }
});

test("what one presses is at least 24 pixels high and wide", async ({ page, server }) => {
  const lucia = await new Agent(page, server, server.people.lucia).signIn();
  await lucia.next();
  const small = await page.evaluate(() => [...document.querySelectorAll("button, input, select, summary, .back a, .tel, nav a, .choice")]
    .filter((element) => element.checkVisibility() && !element.matches(".choice input"))
    .filter((element) => element.getBoundingClientRect().height < 24 || element.getBoundingClientRect().width < 24)
    .map((element) => element.outerHTML.slice(0, 100)));
  expect(small).toEqual([]);
});
