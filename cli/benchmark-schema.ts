/**
 * Writes public/benchmark.schema.json, the JSON Schema of the manifest, for editors and other programs.
 *
 * Run it after a change of src/benchmark/schema.ts: `npx tsx cli/benchmark-schema.ts`.
 */
import { writeFileSync } from "node:fs";
import { benchmarkJsonSchema } from "../src/benchmark/json-schema.ts";

writeFileSync(new URL("../public/benchmark.schema.json", import.meta.url), benchmarkJsonSchema());
