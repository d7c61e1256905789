/**
 * The licences of everything that the built page is made with: `licences.txt`, written at each build.
 *
 * What package.json depends on and what that depends on, each with the texts that its package brings. A package without a
 * text gets the standard one of the licence that it names. A package that names none stops the build.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import spdx from "spdx-license-list/full.js";
import * as v from "valibot";

const Manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.optional(v.string()),
  author: v.optional(v.union([v.string(), v.object({ name: v.string() })])),
  homepage: v.optional(v.string()),
  dependencies: v.optional(v.record(v.string(), v.string()), {}),
});
type Manifest = v.InferOutput<typeof Manifest>;

export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** As its package says it, an SPDX expression nearly always. */
  readonly licence: string;
  readonly text: string;
  /** Whether `text` is its own or the licence's standard text. */
  readonly own: boolean;
}

/** Every dependency of the package at `root`, sorted by name. Throws where one is not installed or names no licence. */
export function dependencies(root: string): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  const visit = (from: string, names: readonly string[]): void => {
    for (const name of names) {
      const folder = folderOf(name, from);
      if (found.has(folder)) continue;
      const manifest = manifestAt(folder);
      found.set(folder, dependency(folder, manifest));
      visit(folder, Object.keys(manifest.dependencies));
    }
  };
  visit(root, Object.keys(manifestAt(root).dependencies));
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function manifestAt(folder: string): Manifest {
  return v.parse(Manifest, JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

/** Where Node would find a package that `from` asks for. */
function folderOf(name: string, from: string): string {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(at) === at) throw new Error(`${name} is not installed; run npm install`);
  }
}

function dependency(folder: string, { name, version, license, author }: Manifest): Dependency {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|copyrightnotice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (license === undefined) throw new Error(`${name} names no licence`);
  if (texts.length > 0) return { name, version, licence: license, text: texts.join("\n\n"), own: true };
  const holder = typeof author === "string" ? author : author?.name;
  const standard = license
    .replaceAll(/[()]/g, "")
    .split(/ AND | OR /)
    .map((identifier) => {
      const known = spdx[identifier];
      if (known === undefined) throw new Error(`${name} has no licence text, and ${identifier} has no standard one`);
      return known.licenseText.trim();
    });
  const whose = holder === undefined ? [] : [`Author: ${holder}`];
  return { name, version, licence: license, text: [...whose, ...standard].join("\n\n"), own: false };
}

/** The list as people read it. */
export function licencesText(root: string): string {
  const all = dependencies(root);
  const rule = "-".repeat(100);
  return `${[
    `Gapscope: Apache-2.0, below. The examples' pictures and weights: CC0-1.0. Weights of other models are not part of it.

It is built with ${all.length} packages, listed with their licences. ONNX Runtime's wasm holds code of others; their notices are
in ThirdPartyNotices.txt of https://github.com/microsoft/onnxruntime at the version below.`,
    all.map(({ name, version, licence }) => `${name} ${version}: ${licence}`).join("\n"),
    `${rule}\nGapscope\n${rule}\n\n${readFileSync(join(root, "LICENSE"), "utf8").trim()}`,
    ...all.map(
      ({ name, version, licence, text, own }) =>
        `${rule}\n${name} ${version}: ${licence}${own ? "" : "\nIts package has no text; this is the licence's standard one."}\n${rule}\n\n${text}`,
    ),
  ].join("\n\n")}\n`;
}
