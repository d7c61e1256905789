/**
 * Names from files are text, never markup: nothing in the page turns a text into elements. What a saved deck makes of hostile
 * names is tried in a browser (e2e/teach.spec.ts).
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const FOLDERS = ["src", "workers"].map((name) => new URL(`../../${name}/`, import.meta.url));
const MARKUP =
  /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|createContextualFragment|document\.write|\.srcdoc|setHTMLUnsafe|parseFromString|\beval\(|new Function\(/;

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\./.test(file))
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), "utf8") })),
);

it("no source makes elements of text", () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.filter(({ text }) => MARKUP.test(text)).map(({ file }) => file)).toEqual([]);
  expect(MARKUP.test('element.innerHTML = "x"')).toBe(true);
});
