/** Packages with recordings, in a real browser: what its own netCDF worker reads, and what happens to a damaged file. */
import { expect, test } from "@playwright/test";
import { ASSEMBLY, assemblyFiles, golden, RECORDING } from "../src/benchmark/neural/recorded.fixture.ts";
import { manifest, zip } from "../src/benchmark/sound.fixture.ts";
import { give, given, openPage } from "./support.ts";

/** Six stimuli without repetitions, and a metric for which that is enough. */
const files = (assembly: Uint8Array) =>
  assemblyFiles({
    "assembly.nc": assembly,
    "benchmark.json": manifest({
      ...ASSEMBLY,
      recording: RECORDING,
      metric: { name: "cka" },
      ceiling: { name: "constant", options: { value: 1 } },
    }),
  });

test("an assembly of Brain-Score's packaging is read, and nothing is asked of any other place", async ({ page }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!/^(?:http:\/\/127\.0\.0\.1|blob:)/.test(request.url())) elsewhere.push(request.url());
  });
  await openPage(page);
  const sound = given("recorded.zip", await zip(files(golden("lone-coordinates.nc"))));
  expect(await give(page, [sound])).toEqual([]);
  await expect(page.getByText("IT, 70–170 ms")).toBeVisible();
  expect(elsewhere).toEqual([]);
});

test("a damaged assembly is refused by its name, and the next package is read", async ({ page }) => {
  await openPage(page);
  const damaged = given("damaged.zip", await zip(files(golden("lone-coordinates.nc").fill(0x55, 7000))));
  expect((await give(page, [damaged])).join()).toContain("damaged.zip: assembly.nc netcdf-");
  const sound = given("recorded.zip", await zip(files(golden("lone-coordinates.nc"))));
  expect((await give(page, [sound])).join()).not.toContain("recorded.zip");
  await expect(page.getByText("IT, 70–170 ms")).toBeVisible();
});
