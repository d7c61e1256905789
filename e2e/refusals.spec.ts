import { expect, test } from "@playwright/test";
import { brokenZips } from "../src/benchmark/broken.fixture.ts";
import { example, give, given, openPage, score, scored } from "./support.ts";

test("every broken zip is refused with its place, and the page goes on working", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await openPage(page);
  const zips = await brokenZips();
  expect(zips.length).toBeGreaterThanOrEqual(50);
  for (const { name, bytes, code, file } of zips) {
    const fileName = `${name.replace(/[^a-z0-9]+/gi, "-")}.zip`;
    const refused = (await give(page, [given(fileName, bytes)])).filter(
      (line) => line.includes(fileName) || line.includes(code),
    );
    expect(
      refused.some((line) => line.includes(`${code}:`) && (file === undefined || line.includes(file))),
      `${name}: ${code} in ${file ?? "the zip"}\n${refused.slice(0, 5).join("\n")}`,
    ).toBe(true);
  }
  expect(errors).toEqual([]);
  await give(page, ["shapes.zip", "card.json", "shapes-net.onnx"].map(example));
  scored(await score(page), "Shapes-accuracy", "shapes-net");
});

test("a card, a network and a recording that are wrong say what and where", async ({ page }) => {
  await openPage(page);
  const last = async (files: Parameters<typeof give>[1]): Promise<string> => (await give(page, files)).at(-1) ?? "";
  expect(await last([given("a.json", "{")])).toContain("card-not-json");
  expect(await last([given("b.json", '{"identifier":"b"}')])).toContain("card-field");
  expect(await last([example("card.json")])).toContain("missing-network-file");
  expect(await last([given("c.csv", "stimulus,answer\n1,cat\n")])).toContain("missing-column");
  expect(await last([given("d.csv", "stimulus_id,response\n1,cat\n1,dog\n")])).toContain(
    "d.csv:3 [stimulus_id] duplicate-stimulus",
  );
});
