/** The command line's arguments (spec: the command line), read and checked before anything starts. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { PANEL } from "../src/models/panel.ts";

export interface ScoreArguments {
  readonly zips: readonly string[];
  readonly cards: readonly { readonly card: string; readonly beside: readonly string[] }[];
  readonly recorded: readonly { readonly name: string; readonly file: string }[];
  /** Identifiers of the panel's models. */
  readonly models: readonly string[];
  /** Files of the weights folder that may be those of `models`. */
  readonly weights: readonly string[];
  readonly backend: "auto" | "webgpu" | "wasm";
  readonly json: string | undefined;
  readonly csv: string | undefined;
  /** Somebody's scorecard that the run is held against. */
  readonly against: string | undefined;
  readonly fresh: boolean;
  /** Whether activations are kept for the next run. */
  readonly store: boolean;
  /** Whether every layer of the networks is scored, too. */
  readonly layers: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run score -- <zip>... [--model CARD.json]... [--recorded NAME=FILE]...
                        [--backend auto|webgpu|wasm] [--json FILE] [--csv FILE] [--fresh]
                        [--layers] [--no-store] [--against SCORECARD.json]
                        [--models NAME,... | --models all] [--weights DIR]

Without arguments the embedded example is scored. --layers scores every layer of the networks on neural benchmarks.
--no-store keeps no activations; scores are kept all the same. --against says whether the run reproduces a scorecard.
Exit status: 0 every cell has a score or is not applicable; 1 a cell failed, or a claim of the scorecard is not reproduced; 2 an argument or a file was refused, or the
run does not fit into memory or storage.`;

const BACKENDS = ["auto", "webgpu", "wasm"] as const;

/** Either the arguments, or every fault, one sentence each. `readText` reads a card to find the files it names. */
export function readArguments(
  argv: readonly string[],
  readText: (path: string) => string,
): ScoreArguments | readonly string[] {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const { values, positionals } = parsed;
  const faults: string[] = [];
  const needFile = (what: string, path: string): void => {
    if (!existsSync(path)) faults.push(`${what}: there is no file ${path}`);
    else if (!statSync(path).isFile()) faults.push(`${what}: ${path} is not a file`);
  };

  const known = PANEL.map(({ card }) => card.identifier);
  const models = values.models === "all" ? known : (values.models?.split(",") ?? []);
  for (const name of models.filter((each) => !known.includes(each))) {
    faults.push(`--models: ${name} is not one of ${known.join(", ")}`);
  }
  const { weights } = values;
  if (weights !== undefined && !(existsSync(weights) && statSync(weights).isDirectory())) {
    faults.push(`--weights: there is no folder ${weights}`);
  }
  const backend = BACKENDS.find((name) => name === values.backend);
  if (backend === undefined) faults.push(`--backend: ${values.backend} is not one of ${BACKENDS.join(", ")}`);
  for (const zip of positionals) needFile("benchmark", zip);

  const recorded = values.recorded.flatMap((pair) => {
    const [, name, file] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (name === undefined || file === undefined) {
      faults.push(`--recorded: expected NAME=FILE, found ${pair}`);
      return [];
    }
    needFile(`--recorded ${name}`, file);
    return [{ name, file }];
  });

  const cards = values.model.map((card) => {
    needFile("--model", card);
    const beside = existsSync(card) ? filesOf(card, readText).filter((path) => existsSync(path)) : [];
    return { card, beside };
  });

  if (values.against !== undefined) needFile("--against", values.against);
  for (const option of ["json", "csv"] as const) {
    const path = values[option];
    if (path !== undefined && !existsSync(dirname(path) || "."))
      faults.push(`--${option}: there is no folder ${dirname(path)}`);
  }
  if (faults.length > 0) return faults;
  return {
    zips: positionals,
    cards,
    recorded,
    models,
    weights: weights === undefined || !existsSync(weights) ? [] : weightFiles(weights, models),
    backend: backend ?? "auto",
    json: values.json,
    csv: values.csv,
    against: values.against,
    fresh: values.fresh,
    store: !values["no-store"],
    layers: values.layers,
    help: values.help,
  };
}

/**
 * The files of the folder that the models are published under; where a model's is missing, every file of a checkpoint's
 * kind, which the page tells apart by its tensors.
 */
function weightFiles(folder: string, models: readonly string[]): string[] {
  const names = readdirSync(folder);
  const wanted = PANEL.filter(({ card, checkpoint }) => models.includes(card.identifier) && checkpoint !== undefined);
  const found = wanted.map(({ checkpoint }) => checkpoint?.fileNames.find((name) => names.includes(name)));
  const known = found.filter((name) => name !== undefined);
  const others =
    known.length === wanted.length
      ? []
      : names.filter((name) => /\.(pth|pt|tar|bin|safetensors|mat|ckpt)$/i.test(name));
  return [...new Set([...known, ...others])].map((name) => join(folder, name));
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      models: { type: "string" },
      weights: { type: "string" },
      model: { type: "string", multiple: true, default: [] },
      recorded: { type: "string", multiple: true, default: [] },
      backend: { type: "string", default: "auto" },
      json: { type: "string" },
      csv: { type: "string" },
      against: { type: "string" },
      fresh: { type: "boolean", default: false },
      "no-store": { type: "boolean", default: false },
      layers: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
}

/** The files that a card names, beside it. A card that cannot be read names none; the page says what is wrong with it. */
function filesOf(card: string, readText: (path: string) => string): string[] {
  try {
    const { onnx, checkpoint, external_data = [] } = JSON.parse(readText(card)) as Readonly<Record<string, unknown>>;
    const names = [onnx, checkpoint, ...(Array.isArray(external_data) ? external_data : [])];
    return names.flatMap((name) =>
      typeof name === "string" && basename(name) === name ? [join(dirname(card), name)] : [],
    );
  } catch {
    return [];
  }
}
