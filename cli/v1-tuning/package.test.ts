/** Golden values by Brain-Score's packaging scripts: reference/marques2020.py. */
import { readFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import golden from "../../reference/golden/marques2020.json" with { type: "json" };
import { parseCsv } from "../../src/benchmark/csv.ts";
import { columnOf, Findings } from "../../src/benchmark/findings.ts";
import { histogramOf } from "../../src/benchmark/neural/histogram.ts";
import { readPackage } from "../../src/benchmark/read.ts";
import { GapscopeError } from "../../src/faults/faults.ts";
import { REGISTERED } from "../../src/lab/archive-api.ts";
import { presentationFaults } from "../../src/metrics/neural/tuning/presentations.ts";
import { decodeImage, inspectImage } from "../../src/stimuli/decode.ts";
import { drawGrating, GREY, gratingsOf, REDUCED } from "../../src/stimuli/gratings.ts";
import { presentationCoords } from "../../src/subject/subject.ts";
import { EXAMPLE, textFiles, WHOLE } from "./package.ts";
import { DISTRIBUTIONS } from "./sources.ts";

const committed = unzipSync(readFileSync(new URL("../../public/examples/v1-tuning/v1-tuning.zip", import.meta.url)));

function tableOf(text: string) {
  const parsed = parseCsv(new TextEncoder().encode(text), "table.csv");
  if (!("table" in parsed)) throw new Error("the table cannot be parsed");
  return parsed;
}

describe("the example of V1's tuning", () => {
  it("holds what the script writes, and no other table or manifest", () => {
    const written = Object.entries(committed).filter(([name]) => !name.endsWith(".png"));
    expect(Object.fromEntries(written.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]))).toEqual(
      Object.fromEntries(textFiles(EXAMPLE)),
    );
  });

  it("has a picture for each row of its table, and no other", () => {
    const { table } = tableOf(textFiles(EXAMPLE).get("stimuli.csv") ?? "");
    const named = (columnOf(table, "filename")?.text ?? []).map((name) => `stimuli/${name}`);
    expect(
      Object.keys(committed)
        .filter((name) => name.endsWith(".png"))
        .sort(),
    ).toEqual(named.toSorted());
    expect(named.length).toBe(573);
  });

  it("holds the gratings as they are drawn", async () => {
    const sets = Object.entries(gratingsOf(REDUCED));
    for (const [set, list] of sets) {
      for (const [i, grating] of list.entries()) {
        if (i % 41 !== 0) continue;
        const { rgb, mode } = await decodeImage(committed[`stimuli/${set}-${i}.png`] ?? new Uint8Array());
        expect(mode).toBe("L");
        expect(Buffer.compare(Buffer.from(rgb.filter((_, k) => k % 3 === 0)), Buffer.from(drawGrating(grating)))).toBe(
          0,
        );
      }
    }
    const blank = await decodeImage(committed["stimuli/blank.png"] ?? new Uint8Array());
    expect(blank.width).toBe(448);
    expect(blank.rgb.every((grey) => grey === GREY)).toBe(true);
  });

  it("says in every identifier and title that it is reduced", () => {
    const manifests = [...textFiles(EXAMPLE)].filter(([name]) => name.endsWith("benchmark.json"));
    expect(manifests.length).toBe(DISTRIBUTIONS.length);
    for (const [, text] of manifests) {
      expect(JSON.parse(text)).toMatchObject({
        identifier: expect.stringContaining("reduced"),
        title: expect.stringContaining("reduced"),
        stimulus_set: { identifier: expect.stringContaining("reduced") },
      });
    }
  });
});

describe("the reader", () => {
  // Pictures are not decoded here; that they are what they should be is tested above.
  const decode = async (bytes: Uint8Array) => ({ ...inspectImage(bytes), rgb: new Uint8Array() });
  const read = (files: Record<string, Uint8Array>) =>
    readPackage(new Blob([zipSync(files, { level: 0 })]), { fileName: "v1-tuning.zip", known: REGISTERED, decode });
  const faultsOf = async (file: string, change: (text: string) => string) => {
    const text = change(new TextDecoder().decode(committed[file]));
    try {
      await read({ ...committed, [file]: new TextEncoder().encode(text) });
    } catch (error) {
      if (error instanceof GapscopeError) return error.faults.map(({ code, file: where }) => `${code} ${where}`);
      throw error;
    }
    return [];
  };

  it("takes the example: the cells as data, and of the gratings those that a property needs", async () => {
    const { benchmarks, notices } = await read(committed);
    expect(benchmarks.length).toBe(DISTRIBUTIONS.length);
    expect(notices).toEqual([]);
    const found = benchmarks.find(({ identifier }) => identifier.endsWith("surround_diameter"));
    expect(found).toMatchObject({
      track: "neural",
      recording: { region: "V1", timeBins: [[70, 170]] },
      recordings: { counts: golden.histograms.surround_diameter.counts, undefinedCells: 42 },
      excluded: { stimuli: 88, presentations: 0 },
    });
    expect(found?.stimulusSet.stimuli.length).toBe(573 - 88);
    expect(new Set(benchmarks.map(({ digest }) => digest)).size).toBe(DISTRIBUTIONS.length);
  });

  it("refuses counts that are none, and stimuli without what a property needs", async () => {
    expect(await faultsOf("surround_diameter/histogram.csv", (text) => text.replace("1,2,33", "1,2,many"))).toContain(
      "histogram-number surround_diameter/histogram.csv",
    );
    const faults = await faultsOf("stimuli.csv", (text) => text.replaceAll(",size,", ",sizes,"));
    expect(faults.filter((fault) => fault === "metric-stimuli stimuli.csv").length).toBe(1);
    const manifest = "surround_diameter/benchmark.json";
    expect(await faultsOf(manifest, (text) => text.replace('"set"', '"sets"'))).toContain(`no-such-column ${manifest}`);
    expect(await faultsOf(manifest, (text) => text.replace('"property_name": "', '"property_name": "a '))).toContain(
      `metric-option ${manifest}`,
    );
  });
});

describe.each([
  ["example", EXAMPLE],
  ["whole protocol", WHOLE],
])("the tables of the %s", (_, kind) => {
  const files = textFiles(kind);

  it("say what each grating is", () => {
    const coords = presentationCoords(tableOf(files.get("stimuli.csv") ?? "").table);
    for (const set of ["orientation", "spatial_frequency", "size"] as const)
      expect(presentationFaults(coords, set)).toEqual([]);
  });

  it("hold the counts of Brain-Score's packaging scripts", () => {
    for (const { property } of DISTRIBUTIONS) {
      const text = files.get(`${property}/histogram.csv`);
      if (text === undefined) continue;
      const found = histogramOf({ ...tableOf(text), file: "histogram.csv" }, new Findings());
      const { edges, counts, undefined_cells } = golden.histograms[property];
      expect(found?.counts, property).toEqual(counts);
      expect(found?.undefinedCells).toBe(undefined_cells);
      expect(found?.edges.length).toBe(edges.length);
      for (const [i, edge] of edges.entries()) expect(found?.edges[i]).toBeCloseTo(edge, 12);
    }
  });
});

it("the whole protocol has Brain-Score's identifiers, and no benchmark that Brain-Score has not", () => {
  const identifiers = [...textFiles(WHOLE)].flatMap(([name, text]) =>
    name.endsWith("benchmark.json") ? [JSON.parse(text).identifier] : [],
  );
  expect(identifiers.toSorted()).toEqual([
    "Marques2020_Cavanaugh2002-grating_summation_field",
    "Marques2020_Cavanaugh2002-surround_diameter",
    "Marques2020_Cavanaugh2002-surround_suppression_index",
    "Marques2020_DeValois1982-peak_sf",
    "Marques2020_DeValois1982-pref_or",
    "Marques2020_Schiller1976-sf_bandwidth",
    "Marques2020_Schiller1976-sf_selective",
  ]);
});
