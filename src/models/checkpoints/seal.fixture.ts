/**
 * The part of a golden file that its container's checksums guard, and the file with another in its place, the checksums
 * made right again: what a forger can do, and damage cannot. For tests alone; golden files are taken at their word.
 */
import CRC32 from "crc-32";
import CRC32C from "crc-32/crc32c.js";

type Bytes = Uint8Array<ArrayBuffer>;

interface Sealed {
  /** A zip's data.pkl, a tar's index. */
  readonly inner: Bytes;
  /** The whole file around an inner part of the same length. `blocks`: offset and size of an index's, if others. */
  readonly seal: (inner: Bytes, blocks?: readonly (readonly [number, number])[]) => Bytes;
}

export function sealedAgain(file: Bytes, name: string): Sealed {
  return name.startsWith("torch-zip") ? zip(file) : tar(file);
}

function zip(file: Bytes): Sealed {
  const buffer = Buffer.from(file.buffer);
  // The last place of the name is in the directory, behind the fixed part of its entry.
  const entry = buffer.lastIndexOf("data.pkl");
  const central = buffer.lastIndexOf("PK\x01\x02", entry);
  const size = buffer.readUInt32LE(central + 24);
  const local = buffer.readUInt32LE(central + 42);
  const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
  return {
    inner: file.slice(start, start + size),
    seal: (inner) => {
      const whole = file.slice();
      whole.set(inner, start);
      new DataView(whole.buffer).setInt32(central + 16, CRC32.buf(inner), true);
      return whole;
    },
  };
}

function tar(file: Bytes): Sealed {
  const buffer = Buffer.from(file.buffer);
  const header = buffer.indexOf(".index\0") & ~511;
  const start = header + 512;
  const inner = file.slice(start, start + Number.parseInt(buffer.toString("latin1", header + 124, header + 135), 8));
  // The footer has the places of two blocks, whose first is empty here, and the second's one entry that of the third.
  const footer = varints(inner.subarray(-48));
  const index = [footer[2] ?? 0, footer[3] ?? 0] as const;
  const [, , valueBytes = 0] = varints(inner.subarray(index[0]));
  const keyBytes = inner[index[0] + 1] ?? 0;
  const [offset = 0, size = 0] = varints(inner.subarray(index[0] + 3 + keyBytes, index[0] + 3 + keyBytes + valueBytes));
  const known = [[offset, size], [footer[0] ?? 0, footer[1] ?? 0], index] as const;
  return {
    inner,
    seal: (mutant, blocks = known) => {
      const whole = file.slice();
      whole.set(mutant, start);
      for (const [at, length] of blocks) {
        const crc = CRC32C.buf(whole.subarray(start + at, start + at + length + 1)) >>> 0;
        const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
        new DataView(whole.buffer).setUint32(start + at + length + 1, masked, true);
      }
      return whole;
    },
  };
}

/** Up to the end of the bytes. */
function varints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
    scale = 1;
  }
  return numbers;
}
