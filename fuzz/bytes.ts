/** Changes to any file: damage on its way, and the numbers, lengths and marks that somebody would put there on purpose. */
import fc from "fast-check";
import type { Bytes } from "./format.ts";

/** Reader's marks that are worth putting anywhere, by their Latin-1 letters. */
export type Words = readonly string[];

type Change = (bytes: Bytes, others: readonly Bytes[]) => Bytes;

/** From 0 to 1. fc.double would prefer the smallest of numbers, and every file's first byte would be all that is hit. */
export const share: fc.Arbitrary<number> = fc.noBias(fc.nat(2 ** 30 - 1)).map((n) => n / 2 ** 30);

/** Evenly over the file, or where headers and directories are: near its beginning or end. */
const place = fc.oneof(
  { weight: 4, arbitrary: share },
  { weight: 3, arbitrary: share.map((at) => at ** 4) },
  { weight: 2, arbitrary: share.map((at) => 1 - at ** 4) },
);

const hostile = fc.oneof(
  fc.constantFrom(0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn),
  fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 70_000n }),
);

const length = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.integer({ min: 1, max: 4000 }));

const at = (bytes: Uint8Array, where: number): number => Math.min(bytes.length, Math.floor(where * bytes.length));

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    whole.set(part, to);
    to += part.length;
  }
  return whole;
}

function overwritten(bytes: Bytes, from: number, part: Uint8Array): Bytes {
  const copy = bytes.slice();
  copy.set(part.subarray(0, copy.length - from), from);
  return copy;
}

export function numberOf(value: bigint, bits: number, little: boolean): Bytes {
  const written = new DataView(new ArrayBuffer(8));
  written.setBigUint64(0, value << BigInt(little ? 0 : 64 - bits), little);
  return new Uint8Array(written.buffer, 0, bits / 8);
}

const CHANGES: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Change> }[] = [
  {
    weight: 4,
    arbitrary: fc.record({ where: place, bit: fc.nat(7) }).map(({ where, bit }): Change => {
      return (bytes) =>
        overwritten(bytes, at(bytes, where), Uint8Array.of((bytes[at(bytes, where)] ?? 0) ^ (1 << bit)));
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({ where: place, value: hostile, bits: fc.constantFrom(8, 16, 32, 64), little: fc.boolean() })
      .map(({ where, value, bits, little }): Change => {
        return (bytes) => overwritten(bytes, at(bytes, where), numberOf(value, bits, little));
      }),
  },
  {
    weight: 1,
    arbitrary: place.map(
      (where): Change =>
        (bytes) =>
          bytes.slice(0, at(bytes, where)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ where: place, length }).map(({ where, length }): Change => {
      return (bytes) => joined(bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + length));
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ where: place, put: fc.uint8Array({ minLength: 1, maxLength: 40 }) }).map(
      ({ where, put }): Change =>
        (bytes) =>
          joined(bytes.subarray(0, at(bytes, where)), put, bytes.subarray(at(bytes, where))),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ where: place, byte: fc.constantFrom(0, 0x20, 0x7f, 0xff), length }).map(
      ({ where, byte, length }): Change =>
        (bytes) =>
          overwritten(bytes, at(bytes, where), new Uint8Array(length).fill(byte)),
    ),
  },
  {
    weight: 3, // a range over another, or put in once more, or a hundred times
    arbitrary: fc
      .record({ where: place, from: place, length, times: fc.constantFrom(0, 1, 1, 100) })
      .map(({ where, from, length, times }): Change => {
        return (bytes) => {
          const range = bytes.subarray(at(bytes, from), at(bytes, from) + length);
          const to = at(bytes, where);
          if (times === 0) return overwritten(bytes, to, range);
          return joined(bytes.subarray(0, to), ...Array<Uint8Array>(times).fill(range), bytes.subarray(to));
        };
      }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ where: place, other: place, length }).map(({ where, other, length }): Change => {
      return (bytes) => {
        const [a, b] = [at(bytes, where), at(bytes, other)];
        const first = bytes.slice(a, a + length);
        return overwritten(overwritten(bytes, a, bytes.subarray(b, b + length)), b, first);
      };
    }),
  },
  {
    weight: 2, // the beginning of this file and the end of another
    arbitrary: fc.record({ where: place, which: share, from: place }).map(({ where, which, from }): Change => {
      return (bytes, others) => {
        const other = others[Math.floor(which * others.length)] ?? bytes;
        return joined(bytes.subarray(0, at(bytes, where)), other.subarray(at(other, from)));
      };
    }),
  },
];

function changeOf(words: Words): fc.Arbitrary<Change> {
  if (words.length === 0) return fc.oneof(...CHANGES);
  const arbitrary = fc
    .record({ where: place, word: fc.constantFrom(...words), over: fc.boolean() })
    .map(({ where, word, over }): Change => {
      const put = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
      return (bytes) => {
        const to = at(bytes, where);
        return over ? overwritten(bytes, to, put) : joined(bytes.subarray(0, to), put, bytes.subarray(to));
      };
    });
  return fc.oneof(...CHANGES, { weight: 4, arbitrary });
}

export interface ChangeOptions {
  readonly words?: Words;
  /** Makes checksums right again, in half of the inputs: what a forger can do, and damage cannot. */
  readonly sealed?: (bytes: Bytes) => Bytes;
  readonly most?: number;
}

/** One of the files, changed one to `most` times. */
export function changedBytes(
  files: readonly Bytes[],
  { words = [], sealed, most = 4 }: ChangeOptions = {},
): fc.Arbitrary<Bytes> {
  return fc
    .record({
      which: share,
      changes: fc.array(changeOf(words), { minLength: 1, maxLength: most }),
      forged: fc.boolean(),
    })
    .map(({ which, changes, forged }) => {
      const file = files[Math.floor(which * files.length)] ?? new Uint8Array(0);
      const changed = changes.reduce((bytes, change) => change(bytes, files), file);
      return forged && sealed !== undefined ? sealed(changed) : changed;
    });
}

/** The text's bytes as they are, or damaged, or in an encoding that a spreadsheet or an editor may choose. */
export function encoded(texts: fc.Arbitrary<string>, words: Words = []): fc.Arbitrary<Bytes> {
  return fc
    .record({ text: texts, how: fc.nat(19), changes: fc.array(changeOf(words), { minLength: 1, maxLength: 2 }) })
    .map(({ text, how, changes }) => {
      const bytes = new Uint8Array(new TextEncoder().encode(text));
      if (how === 0) return joined(Uint8Array.of(0xef, 0xbb, 0xbf), bytes);
      if (how === 1) return joined(Uint8Array.of(0xff, 0xfe), new Uint8Array(Buffer.from(text, "utf16le")));
      if (how === 2) return new Uint8Array(Buffer.from(text, "latin1"));
      return how < 7 ? changes.reduce((changed, change) => change(changed, [bytes]), bytes) : bytes;
    });
}
