import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { example, hasShared, NO_SHARED, shared } from "./support.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
let folder = "";
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gapscope-test-"));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn("npx", ["tsx", "cli/score.ts", ...args], {
      cwd: ROOT,
      env: { ...process.env, GAPSCOPE_PROFILE: join(folder, "profile") },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => (err += text));
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

test("without arguments it scores the example, and the second time infers nothing", async () => {
  const first = await run();
  expect(first.err).toContain("360 pictures were run");
  expect(first.out).toMatch(/shapes-net\s+0\.777778\s+0\.777778/);
  expect(first.code).toBe(0);
  const second = await run();
  expect(second.err).toContain("0 pictures were run");
  expect(second.out).toBe(first.out);
});

test("writes scorecards", async () => {
  const json = join(folder, "card.json");
  const csv = join(folder, "card.csv");
  const { code } = await run(
    example("shapes.zip"),
    "--model",
    example("card.json"),
    "--backend",
    "wasm",
    "--json",
    json,
    "--csv",
    csv,
  );
  expect(code).toBe(0);
  const card = JSON.parse(readFileSync(json, "utf8")) as Scorecard; // its form is what is checked next
  expect(card).toMatchObject({
    format: "gapscope-scorecard",
    format_version: 1,
    application: { onnxruntime: "1.30.0" },
  });
  expect(card.benchmarks[0]).toMatchObject({ identifier: "Shapes-accuracy", panel_size: 0, ceiling: { value: 1 } });
  expect(card.benchmarks[0]).not.toHaveProperty("panel_mean");
  expect(card.benchmarks[0]?.scores[0]).toMatchObject({
    subject: "shapes-net",
    status: "scored",
    backend: "wasm",
    precision: "fp32",
    formula: "raw / ceiling",
  });
  expect(readFileSync(csv, "utf8").split("\n")[1]).toContain("Shapes-accuracy,1,sha256-");
});

test("refuses arguments and files with exit status 2, each fault on its own line", async () => {
  const missing = await run("nowhere.zip", "--backend", "cuda", "--recorded", "x");
  expect(missing.code).toBe(2);
  expect(missing.err.trim().split("\n").length).toBe(3);
  expect(missing.out).toBe("");
  expect((await run("--frobnicate")).code).toBe(2);

  const broken = join(folder, "broken.zip");
  writeFileSync(broken, readFileSync(example("shapes.zip")).subarray(0, 5000));
  const refused = await run(broken, "--model", example("card.json"));
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("broken.zip");
  expect((await run(example("shapes.zip"))).err).toContain("no subject");
});

test("a cell that fails makes exit status 1", async () => {
  const half = join(folder, "half.csv");
  writeFileSync(half, "stimulus_id,response\narrow-01-filled,arrow\n");
  const { code, out } = await run(example("shapes.zip"), "--recorded", `half=${half}`);
  expect(out).toContain("no response to 359 of 360 stimuli");
  expect(code).toBe(1);
});

test("the edge drawings with recorded networks", async () => {
  test.skip(!hasShared, NO_SHARED);
  const recorded = ["alexnet", "googlenet", "vgg"].flatMap((name) => [
    "--recorded",
    `${name}=${shared(`geirhos2021-edge/edge-${name}.csv`)}`,
  ]);
  const { code, out } = await run(shared("geirhos2021-edge/geirhos2021-edge.zip"), ...recorded);
  expect(code).toBe(0);
  expect(out).toContain("ceiling 0.318436");
  for (const [name, ceiled, raw] of [
    ["alexnet", "0.346849", "0.110449"],
    ["googlenet", "0.242993", "0.077378"],
    ["vgg", "0.222999", "0.071011"],
  ]) {
    expect(out).toMatch(new RegExp(`${name}\\s+${ceiled}\\s+${raw}`));
  }
});
