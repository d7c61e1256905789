/** Pictures, decoded as a package's are: header, then pixels. */
import { readdirSync, readFileSync } from "node:fs";
import CRC32 from "crc-32";
import fc from "fast-check";
import { unzlibSync, zlibSync } from "fflate";
import { nodeCodecs } from "../../src/stimuli/codecs.node.ts";
import { provideCodecs } from "../../src/stimuli/codecs.ts";
import { decodeImage, inspectImage, MAX_PIXELS } from "../../src/stimuli/decode.ts";
import { type ChangeOptions, changedBytes, joined, numberOf } from "../bytes.ts";
import { type Bytes, type Format, hold } from "../format.ts";

const FOLDER = new URL("../../src/stimuli/golden/images/", import.meta.url);
/** Images that are refused as they are. */
const REFUSED = /grey16|cmyk|animated\.webp|rle8|la16/;

const bytesOf = (name: string): Bytes => new Uint8Array(readFileSync(new URL(name, FOLDER)));
const namesOf = (extension: string): string[] => readdirSync(FOLDER).filter((name) => name.endsWith(`.${extension}`));

function format(extension: string, options: ChangeOptions, more: readonly fc.Arbitrary<Bytes>[] = []): Format {
  const names = namesOf(extension);
  provideCodecs(nodeCodecs);
  return {
    sound: names.filter((name) => !REFUSED.test(name)).map(bytesOf),
    inputs: fc.oneof(changedBytes(names.map(bytesOf), options), ...more),
    refusal: "package-refused",
    memory: 14 * MAX_PIXELS, // RGB, and RGBA within a decoder, before its border and behind it
    async read(bytes) {
      const header = inspectImage(bytes);
      hold(header.width * header.height <= MAX_PIXELS, "an image of more pixels than are allowed");
      const image = await decodeImage(bytes);
      hold(
        image.width === header.width && image.height === header.height,
        "an image of another size than its header's",
      );
      hold(image.rgb.length === 3 * image.width * image.height, "pixels of another number than the image has");
    },
  };
}

export const png = (): Format =>
  format("png", { sealed: sealedPng, words: ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "acTL"] }, rewrittenPngs());
export const gif = (): Format => format("gif", { words: ["GIF89a", "!\xf9\x04", "!\xff\x0b", ",", ";", "\0"] });
export const bmp = (): Format => format("bmp", { words: ["BM"] });
export const webp = (): Format =>
  format("webp", { words: ["RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "EXIF"] });
export const jpeg = (): Format =>
  format("jpeg", {
    words: [0xc0, 0xc1, 0xc2, 0xc4, 0xc8, 0xd0, 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xe0, 0xee, 0xfe, 0xff, 0x00].map(
      (marker) => `\xff${String.fromCharCode(marker)}`,
    ),
  });

/** Pictures of a hostile header or with other lines in them, packed as a sound file would be. */
function rewrittenPngs(): fc.Arbitrary<Bytes>[] {
  const side = fc.oneof(
    { weight: 3, arbitrary: fc.nat(40) },
    fc.constantFrom(8191, 8192, 65_536, 2 ** 31 - 1, 2 ** 32 - 1),
  );
  const headers = fc.record({
    width: fc.option(side, { freq: 2 }),
    height: fc.option(side, { freq: 2 }),
    depth: fc.option(fc.constantFrom(0, 1, 2, 3, 4, 8, 16, 32, 255), { freq: 2 }),
    colour: fc.option(fc.nat(7), { freq: 2 }),
    interlace: fc.option(fc.nat(2), { freq: 2 }),
  });
  return namesOf("png").map((name) => {
    const chunks = chunksOf(bytesOf(name));
    const lines: Bytes = unzlibSync(
      joined(...chunks.flatMap(({ kind, content }) => (kind === "IDAT" ? [content] : []))),
    );
    return fc.tuple(headers, fc.oneof(fc.constant(lines), changedBytes([lines]))).map(([header, data]) => {
      const written = chunks.map(({ kind, content }) => {
        if (kind !== "IHDR") return chunkOf(kind, content);
        const copy = content.slice();
        const view = new DataView(copy.buffer);
        if (header.width !== null) view.setUint32(0, header.width);
        if (header.height !== null) view.setUint32(4, header.height);
        for (const [i, value] of [header.depth, header.colour].entries())
          if (value !== null) view.setUint8(8 + i, value);
        if (header.interlace !== null) view.setUint8(12, header.interlace);
        return chunkOf(kind, copy);
      });
      const first = chunks.findIndex(({ kind }) => kind === "IDAT");
      const others = written.filter((_, i) => chunks[i]?.kind !== "IDAT");
      return joined(SIGNATURE, ...others.toSpliced(first, 0, chunkOf("IDAT", zlibSync(data, { level: 1 }))));
    });
  });
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunksOf(bytes: Bytes): { readonly kind: string; readonly content: Bytes }[] {
  const view = new DataView(bytes.buffer);
  const chunks: { kind: string; content: Bytes }[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ kind, content: bytes.slice(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function chunkOf(kind: string, content: Bytes): Bytes {
  const letters = Uint8Array.from(kind, (letter) => letter.charCodeAt(0));
  const length = numberOf(BigInt(content.length), 32, false);
  return sealedPng(joined(SIGNATURE, length, letters, content, new Uint8Array(4))).slice(8);
}

/** The file with every chunk's checksum right, as far as chunks follow each other. */
function sealedPng(bytes: Bytes): Bytes {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > copy.length) break;
    view.setInt32(end, CRC32.buf(copy.subarray(at + 4, end)));
    at = end + 4;
  }
  return copy;
}
