// A view as people see it: axe finds nothing, nothing scrolls sideways, and pictures are kept to look at.
import { mkdirSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { results } from "./playwright.config.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const widths = { wide: { width: 1360, height: 900 }, narrow: { width: 320, height: 720 } };
// What the theme can change is colours, so that dark is asked about them alone.
const of_colours = ["color-contrast", "link-in-text-block"];

export async function lookedAt(page, name) {
  mkdirSync(`${results}/pictures`, { recursive: true });
  for (const [width, viewport] of Object.entries(widths)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(50);
      const axe = new AxeBuilder({ page });
      const { violations } = await (colorScheme === "light" ? axe.withTags(tags) : axe.withRules(of_colours)).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => `${node.target} ${node.failureSummary}`)]),
        `${name}, ${width}, ${colorScheme}`).toEqual([]);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(sideways, `${name}, ${width}: pixels to scroll sideways`).toBe(0);
      await page.screenshot({ path: `${results}/pictures/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}
