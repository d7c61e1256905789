/** What the command line gives to the page along with a card. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "arguments-"));
  for (const name of ["net.onnx", "net.data", "net.pth", "unnamed.pth"]) writeFileSync(join(folder, name), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [{ onnx: "net.onnx", external_data: ["net.data"] }, ["net.onnx", "net.data"]],
  [{ architecture: "alexnet", checkpoint: "net.pth" }, ["net.pth"]],
  [{ architecture: "pixels" }, []],
  [{ onnx: "../net.onnx" }, []],
])("finds the files beside the card %j", (card, names) => {
  const path = join(folder, "card.json");
  writeFileSync(path, JSON.stringify(card));
  const given = readArguments(["--model", path], (file) => readFileSync(file, "utf8"));
  const beside = names.map((name) => join(folder, name));
  expect(given).toMatchObject({ cards: [{ card: path, beside }] });
});
