/**
 * Finding (or installing) the Chromium that the command line and the tests drive.
 *
 * Debian's own is taken where there is one, and installed where apt can do so; elsewhere Playwright's. The flags keep
 * the browser from calling home; WebGPU runs on the GPU where there is one and on SwiftShader where there is none.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright";

export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
] as const;

/** Flags that make WebGPU available to a headless browser. */
export function webgpuArgs(software = !existsSync("/dev/dri")): string[] {
  return [
    "--enable-unsafe-webgpu",
    ...(software ? ["--use-webgpu-adapter=swiftshader"] : ["--enable-features=Vulkan"]),
  ];
}

/** Path of a Chromium, or undefined. `GAPSCOPE_CHROMIUM` overrides. */
export function findChromium(): string | undefined {
  const { GAPSCOPE_CHROMIUM: wish, PATH = "" } = process.env;
  if (wish !== undefined && wish !== "") return wish;
  const onPath = PATH.split(delimiter).flatMap((folder) =>
    ["chromium", "chromium-browser"].map((name) => join(folder, name)),
  );
  return [...onPath, "/usr/bin/chromium", chromium.executablePath()].find((path) => path !== "" && existsSync(path));
}

/** A Chromium's path, after installing one if need be. Throws with what to do by hand. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  process.stderr.write("No Chromium found; installing one (once).\n");
  const debian = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
  const steps: readonly (readonly [string, readonly string[]])[] = debian
    ? [
        ["apt-get", ["update", "-qq"]],
        ["apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]],
      ]
    : [["npx", ["playwright", "install", "chromium"]]];
  for (const [command, args] of steps) spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error(
    "There is no Chromium and none could be installed. Install it (Debian: apt-get install chromium; elsewhere: npx playwright install chromium) or set GAPSCOPE_CHROMIUM to the path of one.",
  );
}

// `npm run browser` makes sure that there is one.
if (process.argv[1]?.endsWith("browser.ts")) process.stdout.write(`${ensureChromium()}\n`);
