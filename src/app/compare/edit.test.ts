/** An edit of the fixture package, read as a person's zip is, and what is found to have changed. */
import { describe, expect, it } from "vitest";
import { KNOWN } from "../../benchmark/known.ts";
import { readPackage } from "../../benchmark/read.ts";
import {
  behavioral,
  type Files,
  manifest,
  packageFiles,
  picture,
  RESPONSES,
  STIMULI,
  zip,
} from "../../benchmark/sound.fixture.ts";
import { behavioralMetrics } from "../../metrics/registry.ts";
import { editedOf, editOf } from "./edit.ts";

const known = { ...KNOWN, metrics: [...behavioralMetrics.values()] };
async function read(changes: Files = {}) {
  const { benchmarks } = await readPackage(new Blob([await zip(packageFiles(changes))]), { fileName: "a.zip", known });
  return behavioral(benchmarks[0]);
}
const before = await read();
const edit = async (changes: Files) => editOf({ before, after: await read(changes) });

describe("an edit", () => {
  it("of a picture: that stimulus, and one picture to look at", async () => {
    const found = await edit({ "stimuli/2.png": picture(99) });
    expect(found.stimuli).toMatchObject([{ id: "s2", kind: "changed", picture: true, columns: [], responses: 0 }]);
    expect(found.conditions).toEqual([{ condition: 1, before: 2, after: 2, changed: 1 }]);
    expect(found).toMatchObject({ unchanged: 3, settings: [], anew: 1, shown: 4 });
  });

  it("of a cell of the table, and nothing to look at", async () => {
    const found = await edit({ "stimuli.csv": STIMULI.replace("s3,3.png,dog,0", "s3,3.png,dog,1") });
    expect(found.stimuli).toMatchObject([
      { id: "s3", picture: false, columns: [{ column: "condition", before: "0", after: "1" }] },
    ]);
    expect(found.conditions).toEqual([
      { condition: 0, before: 2, after: 1, changed: 1 },
      { condition: 1, before: 2, after: 3, changed: 1 },
    ]);
    expect(found.anew).toBe(0);
  });

  it("of which stimuli there are", async () => {
    const found = await edit({
      "stimuli.csv": `${STIMULI.replace("s1,1.png,cat,0\n", "")}s5,5.png,cat,0\n`,
      "responses.csv": `${RESPONSES.replaceAll(/^s1,.*\n/gm, "")}s5,ann,cat\ns5,bob,cat\n`,
      "stimuli/5.png": picture(50),
      "stimuli/1.png": null,
    });
    expect(found.stimuli.map(({ id, kind }) => [id, kind])).toEqual([
      ["s1", "removed"],
      ["s5", "added"],
    ]);
    expect(found).toMatchObject({ unchanged: 3, anew: 1, shown: 4 });
  });

  it("of responses: one that says another thing is one", async () => {
    const found = await edit({ "responses.csv": RESPONSES.replace("s2,ann,dog", "s2,ann,cat") });
    expect(found.stimuli).toMatchObject([{ id: "s2", picture: false, columns: [], responses: 1 }]);
    expect(found.settings).toEqual([]);
  });

  it("of size: every picture is to be looked at anew, and the column says so", async () => {
    const at4 = { stimulus_set: { table: "stimuli.csv", images: "stimuli/", visual_degrees: 4 } };
    const found = await edit({ "benchmark.json": manifest(at4) });
    expect(found.stimuli.map(({ columns }) => columns)).toEqual(
      Array(4).fill([{ column: "degrees", before: "8", after: "4" }]),
    );
    expect(found.anew).toBe(4);
  });

  it("of the manifest", async () => {
    const found = await edit({
      "benchmark.json": manifest({ version: 2, ceiling: { name: "constant", options: { value: 0.5 } } }),
    });
    expect(found.stimuli).toEqual([]);
    expect(found.settings).toEqual([
      { what: "version", before: "1", after: "2" },
      {
        what: "ceiling",
        before: '{"name":"metric","options":{}}',
        after: '{"name":"constant","options":{"value":0.5}}',
      },
    ]);
  });

  it("is between versions of one benchmark, each with the one opened before it", async () => {
    const second = await read({ "stimuli/2.png": picture(99) });
    const third = await read({ "stimuli/2.png": picture(98) });
    const other = await read({ "benchmark.json": manifest({ identifier: "Other" }) });
    expect(editedOf([before, other])).toEqual([]);
    expect(editedOf([before, other, second, third])).toEqual([
      { before, after: second },
      { before: second, after: third },
    ]);
  });
});
