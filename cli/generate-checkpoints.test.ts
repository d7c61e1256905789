import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "gapscope-"));
const file = join(folder, "universal_patch_set.mat");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...argv: string[]) {
  const script = fileURLToPath(new URL("generate-checkpoints.ts", import.meta.url));
  return spawnSync(process.execPath, ["--import", "tsx", script, ...argv], { encoding: "utf8" });
}

it("says that its numbers are of no trained network, and refuses what it does not know", () => {
  expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("NO TRAINED NETWORK") });
  expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining("DIR") });
  expect(run(folder, "resnet")).toMatchObject({ status: 2, stderr: expect.stringContaining("resnet is not one of") });
  expect(run(folder, "--all")).toMatchObject({ status: 2, stderr: expect.stringContaining("--all") });
  expect(readdirSync(folder)).toEqual([]);
});

it("writes a file once, and replaces one of another origin only when asked", { timeout: 60_000 }, () => {
  const first = run(folder, "hmax");
  expect(first).toMatchObject({ status: 0, stdout: expect.stringMatching(/no trained network.\n.*: mat, \d\.\d MB/) });
  expect(readdirSync(folder)).toEqual(["universal_patch_set.mat"]);
  const whole = readFileSync(file);
  expect(run(folder, "hmax")).toMatchObject({ status: 0, stdout: expect.stringContaining("is there already") });

  for (const other of [whole.subarray(0, -100), "published"]) {
    writeFileSync(file, other);
    expect(run(folder, "hmax")).toMatchObject({ status: 2, stderr: expect.stringContaining("was not generated") });
    expect(readFileSync(file).equals(Buffer.from(other))).toBe(true);
  }
  expect(run(folder, "hmax", "--fresh").status).toBe(0);
  expect(readFileSync(file).equals(whole)).toBe(true);
});
