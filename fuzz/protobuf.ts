/**
 * Changes to a protobuf message that know its grammar: fields whose numbers, texts or messages are others, that are there
 * twice or not at all; the lengths around them right. It knows no schema: bytes that parse as fields are a message.
 */
import fc from "fast-check";
import { joined, share } from "./bytes.ts";
import type { Bytes } from "./format.ts";

interface Field {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  /** The value of a varint. */
  readonly value: bigint;
  /** What is in it otherwise. */
  readonly bytes: Bytes;
  /** Where the bytes are a message. */
  readonly fields: readonly Field[] | undefined;
}

type Edit = (field: Field, all: readonly Field[]) => readonly Field[];

const HOSTILE = [
  0n,
  1n,
  2n,
  7n,
  127n,
  128n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const TEXTS = [
  "",
  "__proto__",
  "constructor",
  "../weights.bin",
  "/etc/passwd",
  "a\\b",
  "weights.bin",
  "image",
  "Loop",
  "If",
  "custom.domain",
  "\0",
  "x".repeat(5000),
  "location",
  "offset",
  "length",
  "-1",
  "99999999999999999999",
];

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...HOSTILE).map(
      (value): Edit =>
        (field) => [{ ...field, wire: 0, value, fields: undefined }],
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...TEXTS).map((text): Edit => {
      const bytes = new Uint8Array(new TextEncoder().encode(text));
      return (field) => [{ ...field, wire: 2, bytes, fields: undefined }];
    }),
  },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 12 }).map(
      (bytes): Edit =>
        (field) => [{ ...field, bytes: new Uint8Array(bytes), fields: undefined }],
    ),
  },
  { weight: 2, arbitrary: fc.constant<Edit>(() => []) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(2, 50, 2000).map(
      (times): Edit =>
        (field) =>
          Array<Field>(field.bytes.length > 2000 ? 2 : times).fill(field),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 30 }).map(
      (number): Edit =>
        (field) => [{ ...field, number }],
    ),
  },
  {
    weight: 3,
    arbitrary: share.map(
      (at): Edit =>
        (field, all) => {
          const other = all[Math.floor(at * all.length)];
          return other === undefined ? [] : [{ ...other, number: field.number }];
        },
    ),
  },
  {
    weight: 2,
    arbitrary: share.map(
      (at): Edit =>
        (field, all) => [field, ...all.slice(Math.floor(at * all.length)).slice(0, 1)],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(3, 200, 20_000).map(
      (deep): Edit =>
        (field) => {
          let inner: readonly Field[] = [field];
          for (let i = 0; i < Math.min(deep, 400); i++) inner = [{ ...field, wire: 2, fields: inner }];
          return inner;
        },
    ),
  },
);

/** One of the messages, changed in one to three fields. */
export function changedMessage(messages: readonly Bytes[]): fc.Arbitrary<Bytes> {
  const parsed = messages.map((bytes) => {
    const fields = fieldsOf(bytes) ?? [];
    return { fields, all: flat(fields) };
  });
  return fc
    .record({ which: share, edits: fc.array(fc.record({ at: share, edit }), { minLength: 1, maxLength: 3 }) })
    .map(({ which, edits }) => {
      const { fields, all } = parsed[Math.floor(which * parsed.length)] ?? { fields: [], all: [] };
      const byField = new Map(edits.map(({ at, edit }) => [all[Math.floor(at * all.length)], edit]));
      return written(fields, byField, all);
    });
}

const flat = (fields: readonly Field[]): Field[] => fields.flatMap((field) => [field, ...flat(field.fields ?? [])]);

function written(fields: readonly Field[], edits: ReadonlyMap<Field | undefined, Edit>, all: readonly Field[]): Bytes {
  const parts = fields.flatMap((field) => {
    const change = edits.get(field);
    const inner = field.fields === undefined ? field.bytes : written(field.fields, edits, all);
    // An edited copy is written without further edits: it may hold the field that it was made of.
    const own = change === undefined ? [] : change(field, all);
    return change === undefined ? [encodedField(field, inner)] : own.map((each) => encodedField(each, plain(each)));
  });
  return joined(...parts);
}

const NONE = new Map<Field | undefined, Edit>();
const plain = (field: Field): Bytes => (field.fields === undefined ? field.bytes : written(field.fields, NONE, []));

function encodedField({ number, wire, value }: Field, inner: Bytes): Bytes {
  const tag = varint(BigInt(number * 8 + wire));
  if (wire === 0) return joined(tag, varint(value));
  return wire === 2 ? joined(tag, varint(BigInt(inner.length)), inner) : joined(tag, inner);
}

function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** Undefined where the bytes are no fields. Few letters of a text are: it is taken for a message then, and written as it was. */
function fieldsOf(bytes: Bytes): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const number = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length && shift < 70n; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = number();
    if (tag === undefined || tag < 8n || tag > 1000n) return undefined;
    const wire = Number(tag & 7n);
    if (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5) return undefined;
    const value = wire === 0 || wire === 2 ? number() : wire === 1 ? 8n : 4n;
    if (value === undefined) return undefined;
    const length = wire === 0 ? 0 : Number(value);
    if (at + length > bytes.length) return undefined;
    const inner = bytes.slice(at, at + length);
    at += length;
    const nested = wire === 2 && length > 1 && length < 100_000 ? fieldsOf(inner) : undefined;
    fields.push({ number: Number(tag >> 3n), wire, value, bytes: inner, fields: nested });
  }
  return fields;
}
