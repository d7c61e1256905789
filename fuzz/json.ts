/**
 * Changes to a JSON document that know its grammar: a value of another type in a value's place, members that are missing,
 * named twice or named like what every object inherits, depth, length. What comes of it is text, and need not be JSON.
 */
import fc from "fast-check";
import { share } from "./bytes.ts";

/** What stands in a value's place. Not all of these are JSON. */
const HOSTILE_VALUES: readonly string[] = [
  ...[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "-0",
    "1.5",
    "1e308",
    "1e400",
    "-1e400",
    "1e-400",
    "2147483647",
    "2147483648",
  ],
  ...["4294967295", "4294967296", "9007199254740991", "9007199254740993", "18446744073709551615", "1e21", "NaN"],
  ...["Infinity", "undefined", "'text'", "0x10", "01", '""', '" "', '"0"', '"nan"', '"null"', '"\\u0000"', '"\\ud800"'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '"hasOwnProperty"',
    '"=1+1"',
    '"../../x"',
    '"/etc/passwd"',
    '"C:\\\\x"',
  ],
  ...[
    '"a\\\\b"',
    '"./x"',
    '"x/../y"',
    '"<img src=x onerror=alert(1)>"',
    '"</script>"',
    '"\\u202e"',
    '"\\ufeff"',
    '"\u{1f4a9}"',
  ],
  ...["[]", "{}", "[[]]", "[null]", "[{}]", "[0,1]", "[-1]", '["a"]', '{"__proto__":{"polluted":true}}', '{"a":1}'],
  ...[
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"length":-1}',
    '{"toJSON":1}',
    "[1e400]",
    "/* */ 1",
    "1,",
    "",
  ],
];

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "",
  " ",
  "0",
  "length",
  "name",
  "then",
];

/** What becomes of an element or a member (`name` set): its text, or none. */
type Edit = (text: string, name: string | undefined, all: readonly string[]) => string;

const member = (text: string, name: string | undefined): string =>
  name === undefined ? text : `${JSON.stringify(name)}:${text}`;

const value = fc.constantFrom(...HOSTILE_VALUES);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 8,
    arbitrary: value.map(
      (put): Edit =>
        (_, name) =>
          member(put, name),
    ),
  },
  {
    weight: 3,
    arbitrary: share.map(
      (at): Edit =>
        (text, name, all) =>
          member(all[Math.floor(at * all.length)] ?? text, name),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Edit>(() => "") },
  {
    weight: 2,
    arbitrary: value.map(
      (put): Edit =>
        (text, name) =>
          `${member(text, name)},${member(put, name)}`,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...NAMES).map((other): Edit => {
      return (text, name) => (name === undefined ? text : member(text, other));
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ name: fc.constantFrom(...NAMES), put: value }).map(({ name: other, put }): Edit => {
      return (text, name) => (name === undefined ? text : `${member(put, other)},${member(text, name)}`);
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ deep: fc.constantFrom(1, 3, 40, 3000, 50_000), list: fc.boolean() })
      .map(({ deep, list }): Edit => {
        const [open, close] = list ? ["[", "]"] : ['{"a":', "}"];
        return (text, name) => member(open.repeat(deep) + text + close.repeat(deep), name);
      }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(2, 2, 20, 600).map((times): Edit => {
      return (text, name) => {
        if (text.length * times > 300_000) return member(text, name);
        if (name === undefined) return Array(times).fill(text).join(",");
        return Array.from({ length: times }, (_, i) => member(text, i === 0 ? name : `${name}${i}`)).join(",");
      };
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(200, 200, 5000, 100_000).map((long): Edit => {
      return (_, name) => member(`"${"x".repeat(long)}"`, name);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(50, 200, 20_000).map((long): Edit => {
      return (text, name) => (name === undefined ? text : member(text, "x".repeat(long)));
    }),
  },
);

/** One of the documents, changed in one to three places. */
export function changedJson(documents: readonly unknown[]): fc.Arbitrary<string> {
  const known = documents.map((document) => ({ document, all: partsOf(document) }));
  return fc
    .record({ which: share, edits: fc.array(fc.record({ at: share, edit }), { minLength: 1, maxLength: 3 }) })
    .map(({ which, edits }) => {
      const { document, all } = known[Math.floor(which * known.length)] ?? { document: null, all: [] };
      const byPlace = new Map(edits.map(({ at, edit }) => [Math.floor(at * all.length), edit]));
      return written(document, byPlace, all);
    });
}

/** The text of every value in it, in the order in which `written` comes by them. */
function partsOf(document: unknown): string[] {
  const inner = typeof document === "object" && document !== null ? Object.values(document) : [];
  return [JSON.stringify(document), ...inner.flatMap(partsOf)];
}

function written(document: unknown, edits: ReadonlyMap<number, Edit>, all: readonly string[]): string {
  let next = 0;
  const part = (item: unknown, name?: string): string => {
    const change = edits.get(next);
    next += 1;
    const text = textOf(item);
    return change === undefined ? member(text, name) : change(text, name, all);
  };
  const textOf = (item: unknown): string => {
    if (typeof item !== "object" || item === null) return JSON.stringify(item);
    const parts = Array.isArray(item)
      ? item.map((each) => part(each))
      : Object.entries(item).map(([name, each]) => part(each, name));
    const inner = parts.filter((text) => text !== "").join(",");
    return Array.isArray(item) ? `[${inner}]` : `{${inner}}`;
  };
  return part(document);
}
