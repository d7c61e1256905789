/**
 * CRC-32 as zip uses it (ISO 3309, reflected polynomial 0xEDB88320).
 *
 * JSZip verifies checksums only at load and only by inflating every entry, unbounded; no dependency exports one.
 */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = (c & 1) === 0 ? c >>> 1 : 0xedb88320 ^ (c >>> 1);
  return c;
});

/** Continues `crc`, the checksum of the bytes before (0 at the start), over `bytes`; unsigned. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let c = ~crc;
  for (const byte of bytes) c = (TABLE[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return ~c >>> 0;
}
