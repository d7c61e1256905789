/**
 * Writes the packages of V1's tuning (docs/marques2020.md).
 *
 * `npm run v1-tuning` writes the example, public/examples/v1-tuning/v1-tuning.zip. With `-- --whole FILE` it writes all of
 * Brain-Score's gratings instead, under its benchmarks' identifiers: 9,097 pictures, 23 MB, which take some minutes to draw.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EXAMPLE, packageOf, WHOLE } from "./v1-tuning/package.ts";

const { values } = parseArgs({ options: { whole: { type: "string" } } });
const folder = new URL("../public/examples/v1-tuning/", import.meta.url);
if (values.whole === undefined) mkdirSync(folder, { recursive: true });
const file = values.whole ?? fileURLToPath(new URL("v1-tuning.zip", folder));
const bytes = packageOf(values.whole === undefined ? EXAMPLE : WHOLE);
writeFileSync(file, bytes);
process.stdout.write(`${file}, ${bytes.length} bytes\n`);
