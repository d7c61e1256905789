/** What is measured: the embedded example, and real networks on real drawings where ../shared/data is there. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "fast-png";
import JSZip from "jszip";
import { type ModelCard, parseCard } from "../src/models/card.ts";
import type { Screen } from "../src/subject/network.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const EXAMPLE = join(ROOT, "public/examples/shapes");
const SHARED = join(ROOT, "../shared/data");

export interface Given {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export interface Case {
  readonly name: string;
  readonly zip: Given;
  readonly card: Given;
  readonly onnx: Given;
  readonly model: ModelCard;
  /** The stimuli of the first benchmark, and how they are shown. */
  readonly pictures: readonly Given[];
  readonly screen: Screen;
}

const given = (name: string, buffer: Buffer): Given => ({ name, mimeType: "application/octet-stream", buffer });
const fileAt = (path: string): Given => given(basename(path), readFileSync(path));

export async function cases(): Promise<Case[]> {
  const found = [await makeCase("example: shapes-net", join(EXAMPLE, "shapes.zip"), join(EXAMPLE, "card.json"), null)];
  if (!existsSync(SHARED)) return found;
  const edge = join(SHARED, "geirhos2021-edge/geirhos2021-edge.zip");
  for (const model of ["squeezenet1.1", "mobilenet_v2_1.0"]) {
    found.push(
      await makeCase(`edge drawings: ${model}`, edge, join(SHARED, `models/${model}/card.json`), {
        source: 3,
        target: 8,
      }),
    );
  }
  return found;
}

async function makeCase(name: string, zipPath: string, cardPath: string, screen: Screen): Promise<Case> {
  const zip = fileAt(zipPath);
  const card = fileAt(cardPath);
  const model = parseCard(card.buffer.toString("utf8"), card.name);
  if (!("onnx" in model)) throw new Error(`${name}: a card of an ONNX file is needed`);
  const entries = Object.values((await JSZip.loadAsync(zip.buffer)).files).filter((entry) =>
    entry.name.endsWith(".png"),
  );
  const pictures = await Promise.all(entries.map(async (entry) => given(entry.name, await entry.async("nodebuffer"))));
  return { name, zip, card, onnx: fileAt(join(cardPath, "..", model.onnx)), model, pictures, screen };
}

/** The example with `size` distinct pictures: the example's own, one corner pixel changed in each further round. */
export async function grown(size: number): Promise<Case> {
  const [example] = await cases();
  if (example === undefined) throw new Error("no example");
  const source = await JSZip.loadAsync(example.zip.buffer);
  const text = async (name: string): Promise<string> => (await source.file(name)?.async("string")) ?? "";
  const [header = "", ...rows] = (await text("stimuli.csv")).trim().split("\n");
  const zip = new JSZip();
  const manifest: { description?: string } = JSON.parse(await text("benchmark.json"));
  zip.file("benchmark.json", JSON.stringify(manifest));
  const lines: string[] = [];
  const answers: string[] = [];
  for (let i = 0; i < size; i++) {
    const [id = "", filename = "", ...rest] = (rows[i % rows.length] ?? "").split(",");
    const round = Math.floor(i / rows.length);
    const original = await source.file(`stimuli/${filename}`)?.async("uint8array");
    if (original === undefined) throw new Error(`the example lacks ${filename}`);
    const image = decode(original);
    image.data[0] = (Number(image.data[0]) + round) % 256;
    zip.file(`stimuli/${round}-${filename}`, round === 0 ? original : encode(image));
    lines.push([`${round}-${id}`, `${round}-${filename}`, ...rest].join(","));
    answers.push(`${round}-${id},drawer,${rest[1]}`);
  }
  zip.file("stimuli.csv", [header, ...lines].join("\n"));
  zip.file("responses.csv", ["stimulus_id,subject,response", ...answers].join("\n"));
  return { ...example, zip: given(`shapes-${size}.zip`, await zip.generateAsync({ type: "nodebuffer" })) };
}
