/**
 * `npm run fuzz -- [seconds for each format = 600] [format…]`: tries formats, two at once, and prints what came of it.
 *
 * `--seed N` begins elsewhere, `--out DIR` is where inputs go that crash a reader, `--replay FILE FORMAT` tries one such file
 * again. Exit status 0: no crash; 1: some, or a format could not be tried; 2: an argument was not understood.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../bench/print.ts";
import { FORMATS, type FormatName, isFormat } from "./formats.ts";
import { judge } from "./judge.ts";
import { type Outcome, watch } from "./watch.ts";

const AT_ONCE = 2;
const SEED = 20260101;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function argumentsOf(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { seed: { type: "string" }, out: { type: "string" }, replay: { type: "string" } },
    });
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = argumentsOf(process.argv.slice(2));
const out = values.out ?? join(tmpdir(), "gapscope-fuzz");
const seed = Number(values.seed ?? SEED);
const [first = ""] = positionals;
const timed = /^\d+(?:\.\d+)?$/.test(first);
const seconds = timed ? Number(first) : 600;
const names = (timed ? positionals.slice(1) : positionals).map((name): FormatName => {
  return isFormat(name) ? name : refuse(`There is no format “${name}”. There are: ${Object.keys(FORMATS).join(", ")}.`);
});
if (!Number.isSafeInteger(seed)) refuse(`“${values.seed}” is no seed: a whole number is wanted.`);

if (values.replay === undefined) await runAll(names.length > 0 ? names : Object.keys(FORMATS).filter(isFormat));
else await replay(values.replay, names[0] ?? refuse("--replay needs a format too."));

async function replay(file: string, name: FormatName): Promise<void> {
  const format = await FORMATS[name]();
  const verdict = await judge(format, new Uint8Array(readFileSync(file)));
  format.close?.();
  print(JSON.stringify(verdict, null, 2));
  process.exitCode = verdict.kind === "crash" ? 1 : 0;
}

async function runAll(wanted: readonly FormatName[]): Promise<void> {
  print(`${wanted.length} formats, ${seconds} s each, ${AT_ONCE} at once, seed ${seed}.`);
  const outcomes: Outcome[] = [];
  const queue = [...wanted];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const outcome = await watch(name, { seconds, seed, out }).catch((error: unknown) => {
        print(`${name}: not tried. ${error instanceof Error ? error.message : String(error)}`);
      });
      if (outcome === undefined) continue;
      outcomes.push(outcome);
      tell(outcome);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  table(
    [
      "format",
      "tried",
      "accepted",
      "refused",
      "stopped",
      "crashes",
      "codes",
      "sentences",
      "memory MB",
      "slowest ms",
      "restarts",
    ],
    outcomes
      .toSorted((a, b) => wanted.indexOf(a.format) - wanted.indexOf(b.format))
      .map(({ format, ledger, codes, templates, crashes, restarts }) => [
        format,
        ...[ledger.tried, ledger.accepted, ledger.refused, ledger.stopped, crashes.length].map((n) =>
          n.toLocaleString("en"),
        ),
        ...[codes.size, templates.size].map(String),
        (ledger.memory / 1e6).toFixed(0),
        ledger.slowest.toFixed(0),
        String(restarts),
      ]),
  );
  const crashed = outcomes.reduce((sum, { crashes }) => sum + crashes.length, 0);
  const tried = outcomes.reduce((sum, { ledger }) => sum + ledger.tried, 0);
  print(
    `${tried.toLocaleString("en")} inputs tried, ${crashed.toLocaleString("en")} crashes.${crashed === 0 ? "" : ` Their inputs: ${out}`}`,
  );
  process.exitCode = crashed === 0 && outcomes.length === wanted.length ? 0 : 1;
}

/** What came of a format, as soon as it is known; every kind of refusal goes into a file. */
function tell({ format, ledger, crashes, codes, templates }: Outcome): void {
  const { tried, accepted, refused, stopped } = ledger;
  print(
    `${format}: ${tried} tried, ${accepted} accepted, ${refused} refused (${codes.size} codes, ${templates.size} sentences), ${stopped} stopped, ${crashes.length} crashes`,
  );
  const reasons = new Map<string, number>();
  for (const { reason } of crashes) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, count] of reasons) {
    const example = crashes.find((crash) => crash.reason === reason);
    print(`  ${count} × ${reason} (${example?.file ?? `input ${example?.at}`})`);
  }
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, `${format}-refusals.txt`), `${[...templates].sort().join("\n")}\n`);
}
