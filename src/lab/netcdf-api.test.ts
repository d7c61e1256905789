/**
 * Whatever is in a netCDF file, reading it gives a labelled array of the sizes it says, or a typed error; and the next file
 * is read. Threads of Node stand for the page's workers.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { PackagedAssembly } from "../benchmark/neural/packaged-assembly.ts";
import { assemblyFiles } from "../benchmark/neural/recorded.fixture.ts";
import { readPackage } from "../benchmark/read.ts";
import { zip } from "../benchmark/sound.fixture.ts";
import { GapscopeError } from "../faults/faults.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { ThreadWorker } from "../testing/thread-worker.ts";
import { isolatedReader, type NetcdfApi } from "./netcdf-api.ts";
import { WorkerClient } from "./rpc.ts";

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../benchmark/neural/golden/${name}`, import.meta.url)));

// The parts of a Worker that a client uses; Node has no such class.
const clientOf = (worker: ThreadWorker | ChannelWorker) =>
  new WorkerClient<NetcdfApi>(worker as unknown as Worker, "netCDF");
const spawned: WorkerClient<NetcdfApi>[] = [];
const spawn = () => {
  const client = clientOf(new ThreadWorker(new URL("../testing/netcdf-thread.ts", import.meta.url)));
  spawned.push(client);
  return client;
};
afterEach(() => {
  for (const client of spawned.splice(0)) client.terminate();
});

describe("the netCDF worker", () => {
  it("reads a file for each worker, with the bytes handed over and the values handed back", async () => {
    const bytes = bytesOf("assy_made_Up2026.nc");
    const { shape, values, coords } = await isolatedReader(spawn).read(bytes, "a.nc", { region: ["IT"] });
    expect(bytes).toHaveLength(0);
    expect([shape, values.length]).toEqual([[18, 2, 2], 72]);
    expect(coords.neuroid_id?.values).toEqual(["site-1", "site-3"]);
    expect(spawned.map(({ alive }) => alive)).toEqual([false]);
  });

  it("refuses a damaged file with its fault", async () => {
    await expect(isolatedReader(spawn).read(bytesOf("legacy.nc").slice(0, 5000), "a.nc", {})).rejects.toMatchObject({
      code: "package-refused",
      faults: [{ code: "netcdf-damaged", file: "a.nc" }],
    });
  });

  it.each([
    ["hangs", () => new Promise<never>(() => undefined), () => undefined],
    ["dies", () => new Promise<never>(() => undefined), (worker: ChannelWorker) => worker.die("out of memory")],
  ])("that %s is a fault of the file it was at", async (_, read, then) => {
    const workers: ChannelWorker[] = [];
    const reader = isolatedReader(
      () => {
        const worker = new ChannelWorker({ read });
        workers.push(worker);
        setTimeout(() => then(worker), 20);
        return clientOf(worker);
      },
      { base: 100, perByte: 0 },
    );
    const reading = readPackage(new Blob([await zip(assemblyFiles())]), { fileName: "p.zip", assemblies: reader });
    await expect(reading).rejects.toMatchObject({
      code: "package-refused",
      faults: [{ code: "netcdf-unreadable", file: "assembly.nc", message: expect.stringContaining("netCDF worker") }],
    });
    expect(workers.map(({ terminated }) => terminated)).toEqual([1]);
  });
});

describe("damaged netCDF", () => {
  const NAMES = [
    "assy_made_Up2026.nc",
    "legacy.nc",
    "indexed.nc",
    "similarities.nc",
    "group.nc",
    "lone-coordinates.nc",
  ];
  const FILES = NAMES.map(bytesOf);
  const place = fc.nat(2 ** 24 - 1).map((n) => n / 2 ** 24); // fc.double favours the smallest numbers
  const edit = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("byte" as const), at: place, byte: fc.nat(255) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("flip" as const), at: place, byte: fc.nat(7) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("ones" as const), at: place, byte: fc.nat(7) }) },
    fc.record({ kind: fc.constant("cut" as const), at: place, byte: fc.constant(0) }),
  );

  it("is refused, or gives arrays of the sizes they say, and the next file is read", { timeout: 300_000 }, async () => {
    let client = spawn();
    const seen = { refused: 0, read: 0, stopped: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(FILES.length - 1),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (which, edits) => {
          let bytes = FILES[which]?.slice() ?? new Uint8Array(0);
          for (const { kind, at, byte } of edits) {
            const from = Math.floor(at * bytes.length);
            if (kind === "cut") bytes = bytes.slice(0, from);
            else if (kind === "ones") bytes.fill(255, from, from + 8);
            else bytes[from] = kind === "byte" ? byte : (bytes[from] ?? 0) ^ (1 << byte);
          }
          if (!client.alive) client = spawn();
          const found: unknown = await client.call("read", [bytes, "a.nc", {}], { patience: 5000 }).then(
            (assembly) => expectWhole(assembly),
            (error: unknown) => error,
          );
          if (found === undefined) seen.read += 1;
          else if (!(found instanceof GapscopeError)) throw found;
          else if (found.code === "package-refused") {
            expect(found.faults[0]?.file).toBe("a.nc");
            seen.refused += 1;
          } else {
            expect(["worker-hung", "worker-died"]).toContain(found.code);
            client.terminate(); // as isolatedReader does
            seen.stopped += 1;
          }
        },
      ),
      { numRuns: 500, seed: 20260101 },
    );
    expect(seen.refused).toBeGreaterThan(100);
    expect(seen.read).toBeGreaterThan(100); // much of a file is room that nothing is in
    if (!client.alive) client = spawn();
    const { shape } = await client.call("read", [bytesOf("legacy.nc"), "b.nc", {}]);
    expect(shape).toEqual([18, 3]);
  });
});

function expectWhole({ dims, shape, values, coords }: PackagedAssembly): void {
  expect(values).toHaveLength(shape.reduce((product, extent) => product * extent, 1));
  for (const { dim, values: labels } of Object.values(coords)) {
    const axis = dims.indexOf(dim);
    if (axis >= 0) expect(labels).toHaveLength(shape[axis] ?? -1);
  }
}
