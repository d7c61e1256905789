/** Golden values by Pillow: reference/pillow_decode.py. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { groupBy } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { nodeCodecs } from "./codecs.node.ts";
import { provideCodecs } from "./codecs.ts";
import { decodeImage, inspectImage, MAX_PIXELS } from "./decode.ts";
import damaged from "./golden/damaged.json" with { type: "json" };
import golden from "./golden/decode.json" with { type: "json" };
import { sha256 } from "./testing.ts";

beforeAll(() => provideCodecs(nodeCodecs));

function file(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`golden/images/${name}.${name.split("-")[0]}`, import.meta.url)));
}

/** The code of the one fault that `reading` throws; anything else thrown fails the test. */
async function faultOf(reading: () => unknown): Promise<string> {
  try {
    await reading();
  } catch (error) {
    if (!(error instanceof GapscopeError)) throw error;
    expect(error.code).toBe("package-refused");
    expect(error.faults).toHaveLength(1);
    return error.faults[0]?.code ?? "";
  }
  return "none";
}

describe(`pixels are those of Pillow ${golden.pillow}`, () => {
  it.each(Object.entries(golden.images))("%s", async (name, expected) => {
    const { rgb, ...head } = expected;
    expect(inspectImage(file(name))).toEqual(head);
    const image = await decodeImage(file(name));
    expect({ ...image, rgb: await sha256(image.rgb) }).toEqual(expected);
    expect(image.rgb).toHaveLength(image.width * image.height * 3);
    expect(rgb).toHaveLength(64);
  });

  it("from bytes that lie within a larger buffer", async () => {
    for (const name of ["png-rgb8", "jpeg-baseline-420", "webp-lossy", "gif-global", "bmp-24"] as const) {
      const bytes = file(name);
      const larger = new Uint8Array(bytes.length + 20).fill(0xff);
      larger.set(bytes, 7);
      const image = await decodeImage(larger.subarray(7, 7 + bytes.length));
      expect(await sha256(image.rgb), name).toBe(golden.images[name].rgb);
    }
  });

  it("and decoding leaves the file's bytes as they were", async () => {
    for (const name of ["png-rgb8", "jpeg-baseline-420", "webp-lossy", "gif-global", "bmp-24"] as const) {
      const bytes = file(name);
      await decodeImage(bytes);
      expect(bytes).toEqual(file(name));
    }
  });
});

describe("damaged files", () => {
  const byImage = groupBy(damaged.cases, (damage) => damage.image);
  it.each([...byImage.keys()])("%s: refused where Pillow refuses, else refused or equal", async (name) => {
    const whole = file(name);
    for (const damage of byImage.get(name) ?? []) {
      const bytes = damage.cut === undefined ? whole.slice() : whole.slice(0, damage.cut);
      if (damage.at !== undefined) bytes[damage.at] = (bytes[damage.at] ?? 0) ^ damage.xor;
      let outcome: string;
      try {
        outcome = await sha256((await decodeImage(bytes)).rgb);
      } catch (error) {
        outcome = await faultOf(() => {
          throw error;
        });
      }
      const allowed = [
        "truncated-image",
        "undecodable-image",
        "not-an-image",
        "unsupported-image",
        "empty-image",
        "image-too-large",
      ];
      // JPEG has no checksums: a flipped bit may decode to anything, and libjpeg's C and SIMD code clip differently then.
      if (damage.rgb !== undefined)
        allowed.push(name.startsWith("jpeg") && damage.cut === undefined ? outcome : damage.rgb);
      expect(allowed, JSON.stringify(damage)).toContain(outcome);
    }
  });

  it("do not spoil the file after them", async () => {
    for (const [name, cut] of [
      ["jpeg-progressive-420", 400],
      ["webp-lossy", 200],
    ] as const) {
      const bytes = file(name);
      bytes.fill(0x55, cut, bytes.length - 2);
      await decodeImage(bytes).catch(() => undefined);
      expect(await sha256((await decodeImage(file(name))).rgb)).toBe(golden.images[name].rgb);
    }
  });
});

describe("refusals", () => {
  it.each(golden.unsupported)("%s is unsupported-image", async (name) => {
    expect(await faultOf(() => inspectImage(file(name)))).toBe("unsupported-image");
    expect(await faultOf(() => decodeImage(file(name)))).toBe("unsupported-image");
  });

  it("no bytes, other bytes, a header cut short", async () => {
    expect(await faultOf(() => inspectImage(new Uint8Array(0)))).toBe("empty-image");
    expect(await faultOf(() => inspectImage(new TextEncoder().encode("<svg xmlns=…")))).toBe("not-an-image");
    for (const name of ["png-rgb8", "jpeg-baseline-420", "webp-lossy", "gif-global", "bmp-24"]) {
      expect(await faultOf(() => inspectImage(file(name).slice(0, 20))), name).toBe("truncated-image");
    }
  });

  it("a width of zero, and more pixels than are allowed", async () => {
    const png = file("png-rgb8");
    new DataView(png.buffer).setUint32(16, 0);
    expect(await faultOf(() => inspectImage(png))).toBe("empty-image");
    new DataView(png.buffer).setUint32(16, MAX_PIXELS / 11 + 1);
    expect(await faultOf(() => inspectImage(png))).toBe("image-too-large");
    const gif = file("gif-global");
    gif.set([0xff, 0xff, 0xff, 0xff], 6);
    expect(await faultOf(() => decodeImage(gif))).toBe("image-too-large");
  });

  it("a PNG whose data inflate to far more than its size is read to its size only", async () => {
    const bomb = new Uint8Array(
      await new Response(
        new Blob([new Uint8Array(1 << 24)]).stream().pipeThrough(new CompressionStream("deflate")),
      ).arrayBuffer(),
    );
    const image = await decodeImage(pngOf(1, 1, bomb));
    expect([...image.rgb]).toEqual([0, 0, 0]);
  });

  it("a wrong checksum in a PNG's image data", async () => {
    const png = file("png-rgb8");
    png[60] = (png[60] ?? 0) ^ 1;
    expect(await faultOf(() => decodeImage(png))).toBe("undecodable-image");
  });
});

/** An RGB PNG of the given image data. */
function pngOf(width: number, height: number, idat: Uint8Array): Uint8Array {
  const chunk = (name: string, content: Uint8Array): Uint8Array => {
    const out = new Uint8Array(12 + content.length);
    const view = new DataView(out.buffer);
    view.setUint32(0, content.length);
    out.set(new TextEncoder().encode(name), 4);
    out.set(content, 8);
    let crc = ~0;
    for (const value of out.subarray(4, 8 + content.length)) {
      crc ^= value;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    view.setUint32(8 + content.length, ~crc >>> 0);
    return out;
  };
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const parts = [
    file("png-rgb8").subarray(0, 8),
    chunk("IHDR", header),
    chunk("IDAT", idat),
    chunk("IEND", new Uint8Array(0)),
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
