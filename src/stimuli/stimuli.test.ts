/** Real stimuli. Golden values by Pillow: reference/pillow_stimuli.py. */
import { existsSync, readFileSync } from "node:fs";
import JSZip from "jszip";
import { describe, expect, it } from "vitest";
import { decodeImage } from "./decode.ts";
import golden from "./golden/geirhos2021-edge.json" with { type: "json" };
import { resize } from "./resize.ts";
import { sha256 } from "./testing.ts";

const ARCHIVE = new URL("../../../shared/data/geirhos2021-edge/geirhos2021-edge.zip", import.meta.url);

describe.skipIf(!existsSync(ARCHIVE))("Geirhos 2021, edge (skipped without ../shared/data/geirhos2021-edge)", () => {
  it(`decodes and resizes to the pixels of Pillow ${golden.pillow}`, async () => {
    const archive = await JSZip.loadAsync(readFileSync(ARCHIVE));
    const found: Record<string, string[]> = {};
    for (const name of Object.keys(golden.images)) {
      const image = await decodeImage((await archive.file(name)?.async("uint8array")) ?? new Uint8Array(0));
      const resized = resize(image, 256, 256, "bicubic");
      found[name] = [(await sha256(image.rgb)).slice(0, 16), (await sha256(resized.rgb)).slice(0, 16)];
    }
    expect(found).toEqual(golden.images);
  });
});
