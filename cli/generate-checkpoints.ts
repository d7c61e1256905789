/**
 * `npm run generate-checkpoints`: files like the panel's checkpoints, with numbers of no trained network.
 *
 * For tests and measurements of the whole way from a file to a scorecard, where the published files are not at hand. What
 * is in the files: src/testing/containers/panel-files.ts.
 */
import { existsSync, openAsBlob } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openCheckpoint } from "../src/models/checkpoints/open.ts";
import { PANEL } from "../src/models/panel.ts";
import { type PanelFile, panelFile } from "../src/testing/containers/panel-files.ts";

const NAMES = PANEL.flatMap(({ card, checkpoint }) => (checkpoint === undefined ? [] : [card.identifier]));

const USAGE = `npm run generate-checkpoints -- DIR [NAME...] [--fresh]

Writes into DIR, for each of the panel's models or for those that are named, a checkpoint as its authors publish it: the
same file name, container, tensor names and shapes. THE NUMBERS ARE GENERATED AND ARE THOSE OF NO TRAINED NETWORK: the
files are for tests and measurements, and a score made with them says nothing about the model. All need 2.6 GB.

A generated file that is there already is left; a file that has a model's name and was not made here is never replaced,
except with --fresh, which writes all anew.

NAME is one of ${NAMES.join(", ")}.
Exit status: 0 every file is there; 2 an argument was refused, or a file of another origin is in the way.`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [folder, ...names] = positionals;
  if (folder === undefined) return refuse("DIR: name the folder that the files are to be written into");
  const unknown = names.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) return refuse(`NAME: ${unknown.join(", ")} is not one of ${NAMES.join(", ")}`);

  await mkdir(folder, { recursive: true });
  process.stdout.write("Generated checkpoints: the numbers are those of no trained network.\n");
  let status = 0;
  for (const model of PANEL) {
    const file = panelFile(model);
    if (file === undefined || (names.length > 0 && !names.includes(model.card.identifier))) continue;
    const path = join(folder, file.name);
    if (!values.fresh && existsSync(path)) {
      if (await isGenerated(path, file)) process.stdout.write(`${path}: is there already\n`);
      else
        status = refuse(`${path} was not generated, or only in part. Name another folder, or replace it by --fresh.`);
      continue;
    }
    const start = performance.now();
    await writeWhole(path, file);
    const { size } = await stat(path);
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(`${path}: ${file.container}, ${(size / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s\n`);
  }
  return status;
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { fresh: { type: "boolean", default: false }, help: { type: "boolean", default: false, short: "h" } },
  });
}

/** Under its own name a file is whole or not there. */
async function writeWhole(path: string, file: PanelFile): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  try {
    await writeFile(partial, file.chunks());
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Whether the file is whole and has a generated tensor's very numbers: a trained network's file does not. */
async function isGenerated(path: string, { name, tensors }: PanelFile): Promise<boolean> {
  const [last] = [...tensors].slice(-1);
  if (last === undefined) return false;
  const [key, tensor] = last;
  try {
    const checkpoint = await openCheckpoint(await openAsBlob(path), name);
    const expected = tensor.values();
    const found = await checkpoint.read(key);
    return found.length === expected.length && found.every((value, i) => value === expected[i]);
  } catch {
    return false;
  }
}

function refuse(fault: string): number {
  process.stderr.write(`${fault}\n`);
  return 2;
}
