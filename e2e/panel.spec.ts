/**
 * The eleven models on the command line, from generated files of full size: every cell is scored or not applicable.
 *
 * The weights are those of no trained network, so the scores mean nothing. What is shown is that each model opens from the
 * container its authors used, does each task it can, and says why it cannot do the others.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { type Files, manifest, oddOneOut, PROBABILITIES, packageFiles, zip } from "../src/benchmark/sound.fixture.ts";
import { PANEL } from "../src/models/panel.ts";
import type { Scorecard } from "../src/scorecard/scorecard.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Kept from run to run, as the shelf's spec does. */
const CHECKPOINTS = join(tmpdir(), "gapscope-checkpoints");
const NO_LOGITS = ["hmax", "resnet18-local_aggregation", "pixels"];

/** ViT-L/32 and its 1.2 GB only where asked for: the file is written, read and hashed for four pictures. */
const models = PANEL.map(({ card }) => card.identifier).filter(
  (name) => name !== "ViT_L_32_imagenet1k" || process.env.FULL_SIZE !== undefined,
);

/** Any answers have an accuracy; a kappa may be 0/0. */
const ACCURACY = { metric: { name: "accuracy" }, ceiling: { name: "constant", options: { value: 1 } } };
const fitting = { table: "fitting.csv", images: "fitting/", visual_degrees: 4 };
const TASKS = {
  label: { "benchmark.json": manifest(ACCURACY) },
  probabilities: {
    ...PROBABILITIES,
    "benchmark.json": manifest({ ...ACCURACY, task: { name: "probabilities", fitting_stimuli: fitting } }),
  },
  "odd one out": oddOneOut(),
};

let folder = "";
test.beforeAll(() => {
  test.setTimeout(600_000);
  folder = mkdtempSync(join(tmpdir(), "gapscope-panel-"));
  const weighted = models.filter((name) => name !== "pixels");
  execFileSync("npx", ["tsx", "cli/generate-checkpoints.ts", CHECKPOINTS, ...weighted], { cwd: ROOT, stdio: "ignore" });
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scored(changes: Files): Promise<Map<string, { readonly status: string; readonly reason?: string }>> {
  const path = join(folder, "benchmark.zip");
  const json = join(folder, "card.json");
  writeFileSync(path, await zip(packageFiles(changes)));
  // Throws where the exit status is not 0, that is, where a cell failed.
  execFileSync(
    "npx",
    [
      ...["tsx", "cli/score.ts", path, "--models", models.join(","), "--weights", CHECKPOINTS],
      ...["--backend", "wasm", "--json", json],
    ],
    { cwd: ROOT, stdio: "pipe", env: { ...process.env, GAPSCOPE_PROFILE: join(folder, "profile") } },
  );
  const card = JSON.parse(readFileSync(json, "utf8")) as Scorecard; // its form is other tests' matter
  return new Map(card.benchmarks[0]?.scores.map((score) => [score.subject, score]));
}

test("label: those with 1,000 logits are scored, the others are not applicable and say why", async () => {
  test.setTimeout(600_000);
  const cells = await scored(TASKS.label);
  expect([...cells.keys()]).toEqual(models);
  for (const [model, cell] of cells) {
    expect(cell, model).toMatchObject(
      NO_LOGITS.includes(model)
        ? { status: "not applicable", reason: expect.stringContaining("1,000 logits") }
        : { status: "scored" },
    );
  }
});

for (const task of ["probabilities", "odd one out"] as const) {
  test(`${task}: every model is scored, hmax and pixels too`, async () => {
    test.setTimeout(600_000);
    const cells = await scored(TASKS[task]);
    expect([...cells.keys()]).toEqual(models);
    for (const [model, cell] of cells) expect(cell, model).toMatchObject({ status: "scored" });
  });
}
