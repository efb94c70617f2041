// A customer in another zone than the brand's: what happened has one time, and what concerns their day is told by their clock.
import { Agent, expect, test } from "../desk_test.mjs";

test.skip(({ server }) => !server.madeUp, "needs a customer in London");

const emily = ["Emily", "Carter", "+441632960104", "en", "Bristol"];
const clockIn = (zone, instant) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
  .format(new Date(instant));

test("deadlines and what happened are told in the brand's zone, the customer's hours and call backs by their clock", async ({ page, server }) => {
  const marco = await new Agent(page, server, server.people.marco).signIn();
  const asked = Date.now();
  const task = await server.raiseCall({ shopper: emily, score: 500, due: -200, cases: 2, kind: "call_back", call_back: 40 });
  // A minute may have begun meanwhile.
  const back = [asked, Date.now()].map((now) => clockIn("Europe/London", now + 40 * 60_000)).join("|");
  await expect(page.locator(".news")).toContainText("1 new call");
  await marco.press("r");
  const row = marco.row(task);
  await expect(page.getByRole("columnheader", { name: "Due", exact: true })).toBeVisible();
  await expect(row).toContainText(new RegExp(`call back agreed for (${back}) \\(customer’s time\\) with Marco Bassi`));
  await row.locator("a").press("c");
  await expect(marco.name).toHaveText("Emily Carter");

  const due = await row.locator("time").getAttribute("datetime");
  const [ours, theirs] = ["Europe/Rome", "Europe/London"].map((zone) => clockIn(zone, due));
  await expect(marco.call.locator(".is-deadline .at")).toContainText(ours);
  await expect(marco.call.locator(".is-deadline .at")).not.toContainText(theirs);
  await expect(marco.call.locator(".cases .small").first()).toContainText(ours);
  await expect(row.locator("time")).toHaveAttribute("title", new RegExp(ours));
  const facts = marco.call.locator(".facts div");
  await expect(facts.filter({ hasText: /^Customer’s time/ })).toContainText("(Europe/London)");
  await expect(facts.filter({ hasText: /^Call before/ })).toContainText("(customer’s time)");
  await expect(facts.filter({ hasText: /^Due/ })).toContainText("3 h 20 min ago");

  await marco.press("3", "Enter");
  await expect(page.locator("#status")).toContainText(/We call back: .*\d\d:\d\d \(customer’s time\)\.$/);
});
