import { expect, test } from "@playwright/test";
import { complaints, killed } from "./kills.ts";

// `npm run kills` ends twenty browsers, at random moments; this ends two, at the same moments each time.
test("a run whose browser is killed twice ends as one that nobody interrupted", async ({ baseURL }) => {
  test.setTimeout(300_000);
  const moments = [0.3, 0.7];
  const result = await killed(baseURL ?? "", 2, { stimuli: 320, random: () => moments.shift() ?? 0 });
  expect(result.kills.map(({ offered }) => offered)).toEqual([
    expect.stringMatching(/^Unfinished run, \d+ of 320 stimuli done: shapes-net on Drawings-accuracy\.$/),
    expect.stringMatching(/^Unfinished run, \d+ of 320 stimuli done/),
  ]);
  expect(result.kills.every(({ stored }) => stored > 0)).toBe(true);
  expect(complaints(result)).toEqual([]);
});
