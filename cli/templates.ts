/**
 * Writes public/templates/: the manifests of published benchmarks, and their index.
 *
 * Run it after a change of src/benchmark/templates.ts: `npx tsx cli/templates.ts`.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { templateFiles } from "../src/benchmark/templates.ts";

const folder = new URL("../public/templates/", import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of templateFiles()) writeFileSync(new URL(name, folder), text);
