/**
 * Every view in both themes and at several widths: nothing scrolls sideways, and axe finds nothing. What a view looks like is
 * looked at, by `npm run look` (docs/decisions/0017-looking.md).
 */
import { expect, test } from "@playwright/test";
import { isSoundEverywhere } from "./support.ts";
import { VIEWS } from "./views.ts";

test("every view is sound, whatever the theme and the width", async ({ page }) => {
  test.setTimeout(600_000); // axe on a dozen views, one after the other
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  for (const { name, show, slow } of VIEWS) {
    if (slow) continue;
    await test.step(name, async () => {
      await show(page);
      await isSoundEverywhere(page, name);
    });
  }
  expect(complaints).toEqual([]); // the policy is kept too
});
