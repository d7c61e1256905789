import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FileHashes } from "../assembly/file-hashes.ts";
import { GapscopeError } from "../faults/faults.ts";
import { PANEL, type PanelModel } from "../models/panel.ts";
import { partStore } from "./parts.ts";
import { WorkerClient } from "./rpc.ts";
import { panelNetwork, recognise, type Shelved, weightsShelf } from "./shelf.ts";
import type { SubjectApi } from "./subject-api.ts";

afterEach(() => vi.restoreAllMocks());

function model(identifier: string): PanelModel {
  const found = PANEL.find(({ card }) => card.identifier === identifier);
  if (found === undefined) throw new Error(identifier);
  return found;
}
const alexnet = model("alexnet");
const PUBLISHED = alexnet.checkpoint?.sha256 ?? "";

/** A client whose worker finds these models in any file, and these hashes. */
function clientThatFinds(identifiers: string[], hashes: FileHashes): WorkerClient<SubjectApi> {
  const worker = new MessageChannel().port1 as unknown as Worker; // nothing is sent: `call` is replaced
  const client = new WorkerClient<SubjectApi>(worker, "subject");
  // `call` is generic over its method; what each of the two gives is as SubjectApi says.
  vi.spyOn(client, "call").mockImplementation((method) =>
    Promise.resolve((method === "identify" ? identifiers : hashes) as never),
  );
  return client;
}
const file = (name: string): File => new File(["weights"], name);
const quiet = { onProgress: () => undefined };

it("has nothing where the browser’s storage gives no answer, and says why it cannot keep more", async () => {
  vi.useFakeTimers();
  try {
    vi.spyOn(indexedDB, "open").mockReturnValue({} as IDBOpenDBRequest); // one that another page blocks has no event
    const shelf = weightsShelf();
    const stock = shelf.stock();
    const kept = shelf.keep("alexnet", { name: "a.pth", bytes: new Blob([]), sha256: "0" }, "file").catch(String);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await stock).whole.size).toBe(0);
    expect(await kept).toMatch(/does not let this page store anything/);
  } finally {
    vi.useRealTimers();
  }
});

describe("recognising a file", () => {
  it("goes by the tensors; the name decides between models that fit alike", async () => {
    const found = clientThatFinds(["resnet-50-robust", "alexnet"], { sha256: PUBLISHED, sha1: "" });
    const named = await recognise(file("alexnet-owt-7be5be79.pth"), found, quiet);
    expect(named.model).toBe(alexnet);
    expect(named.shelved).toMatchObject({ published: true, sha256: PUBLISHED });
    expect((await recognise(file("x.pth"), found, quiet)).model).toBe(model("resnet-50-robust"));
  });

  it("takes another file of the right tensors from a person, and not from a host", async () => {
    const found = clientThatFinds(["alexnet"], { sha256: "0", sha1: "0" });
    const name = "alexnet-owt-7be5be79.pth";
    expect((await recognise(file(name), found, quiet)).shelved.published).toBe(false);
    const refused = await recognise(file(name), found, { ...quiet, downloadedFor: alexnet }).catch(GapscopeError.from);
    if (!(refused instanceof GapscopeError)) throw new Error("it was taken");
    expect(refused.code).toBe("subject-refused");
    expect(refused.faults[0]).toMatchObject({ code: "wrong-hash", value: "sha256 0", expected: `sha256 ${PUBLISHED}` });
  });

  it("refuses a download of another model's weights, and a file of no model's", async () => {
    const other = clientThatFinds(["hmax"], { sha256: "0", sha1: "0" });
    await expect(recognise(file("a.pth"), other, { ...quiet, downloadedFor: alexnet })).rejects.toMatchObject({
      faults: [{ code: "wrong-weights", expected: "the tensors of alexnet" }],
    });
    await expect(recognise(file("a.pth"), clientThatFinds([], { sha256: "", sha1: "" }), quiet)).rejects.toMatchObject({
      faults: [{ code: "wrong-weights", file: "a.pth" }],
    });
  });
});

describe("a panel model with its weights", () => {
  const shelved = (published?: boolean): Shelved => ({
    ...{ name: "f", bytes: new Blob(["w"]), sha256: "0123456789" },
    ...(published === undefined ? {} : { published }),
  });

  it("counts for the panel's mean with the published weights, and says of any others what they are", async () => {
    expect(await panelNetwork(alexnet, shelved(true))).toMatchObject({ counts: true, notes: [] });
    const altered = await panelNetwork(alexnet, shelved(false));
    expect(altered.counts).toBe(false);
    expect(altered.notes.join()).toContain("not the published file (sha256 01234567…)");
    const unknown = await panelNetwork(alexnet, shelved());
    expect(unknown.counts).toBe(true);
    expect(unknown.notes.join()).toContain("hash is not known");
  });

  it("says that it is a stand-in, and does not count", async () => {
    const { counts, notes } = await panelNetwork(model("grcnn"), shelved(true));
    expect(counts).toBe(false);
    expect(notes[0]).toMatch(/^stands in for grcnn_robust_v1: /);
  });
});

describe("the shelf between visits", () => {
  const facts = { sha256: "1", published: true };

  it("gives back dropped files and finished downloads, and says how far others have come", async () => {
    const shelf = weightsShelf();
    await shelf.keep("hmax", { name: "a.mat", bytes: new Blob(["dropped"]), ...facts }, "file");
    const parts = partStore();
    const arriving = { url: "u", total: 6, complete: false };
    await parts.append("alexnet", { ...arriving, received: 3, parts: 1 }, new Blob(["abc"]));
    await parts.append("CORnet-S", { ...arriving, received: 3, parts: 1 }, new Blob(["abc"]));
    await parts.append("alexnet", { ...arriving, received: 6, parts: 2, complete: true }, new Blob(["def"]));
    const downloaded = await shelf.downloaded("alexnet", "b.pth");
    expect(downloaded.name).toBe("b.pth");
    await shelf.keep("alexnet", { name: downloaded.name, bytes: downloaded, ...facts }, "download");

    const { whole, begun } = await weightsShelf().stock();
    expect([...whole.keys()]).toEqual(["hmax", "alexnet"]);
    expect(await whole.get("hmax")?.bytes.text()).toBe("dropped");
    expect(await whole.get("alexnet")?.bytes.text()).toBe("abcdef");
    expect(whole.get("alexnet")).toMatchObject({ name: "b.pth", ...facts });
    expect([...begun]).toEqual([["CORnet-S", { ...arriving, received: 3, parts: 1 }]]);
  });

  it("frees all that a model has stored, and the parts of a download when a file replaces it", async () => {
    const shelf = weightsShelf();
    await shelf.free("CORnet-S");
    await shelf.keep("alexnet", { name: "c.pth", bytes: new Blob(["given"]), ...facts }, "file");
    expect(await partStore().facts(["alexnet", "CORnet-S"])).toEqual([undefined, undefined]);
    expect(await (await shelf.stock()).whole.get("alexnet")?.bytes.text()).toBe("given");
    await shelf.free("alexnet");
    await shelf.free("hmax");
    const { whole, begun } = await shelf.stock();
    expect([whole.size, begun.size]).toEqual([0, 0]);
  });

  it("says in words that storage is full", async () => {
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    const kept = weightsShelf().keep("hmax", { name: "a.mat", bytes: new Blob(["w"]), ...facts }, "file");
    await expect(kept).rejects.toMatchObject({ code: "storage-full", faults: [{ code: "storage-full" }] });
  });
});
