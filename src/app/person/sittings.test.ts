import { expect, it } from "vitest";
import { memoryStore } from "../../lab/store.ts";
import type { PersonTrial, Sitting } from "../../subject/person.ts";
import { rowsLeft, sittingsIn } from "./sittings.ts";

const sitting: Sitting = {
  name: "Ann",
  startedAt: "2026-01-02T03:04:05.000Z",
  seed: 9,
  order: [4, 2, 7],
  presentationMs: 200,
  maskMs: 0,
  limitMs: null,
};
const response = {
  answer: "dog",
  input: "key",
  presentationMs: 200,
  responseMs: 700,
  frameMs: 16.7,
  picturePx: 300,
} as const;

it("a sitting is found again with its answers, and goes on where it was", async () => {
  const stores = [memoryStore<Sitting>(), memoryStore<PersonTrial>()] as const;
  const first = sittingsIn(...stores);
  await first.begin("sha256-a", sitting);
  await first.keep("sha256-a", sitting, 4, { shown: 1, response });
  await first.keep("sha256-a", sitting, 2, { shown: 1 });
  const kept = await sittingsIn(...stores).load("sha256-a");
  if (kept === undefined) throw new Error("nothing was kept");
  expect(kept.sitting).toEqual(sitting);
  expect(kept.trials.get(4)?.response).toEqual(response);
  expect(kept.trials.get(2)).toEqual({ shown: 1 });
  expect(rowsLeft(kept)).toEqual([2, 7]);
  expect(await first.load("sha256-b")).toBeUndefined();
});

it("a sitting that begins anew has none of the old answers", async () => {
  const book = sittingsIn(memoryStore<Sitting>(), memoryStore<PersonTrial>());
  await book.begin("sha256-a", sitting);
  await book.keep("sha256-a", sitting, 4, { shown: 1, response });
  await book.begin("sha256-a", { ...sitting, startedAt: "2026-01-02T04:00:00.000Z" });
  expect((await book.load("sha256-a"))?.trials.size).toBe(0);
});

it("a discarded sitting is gone, answers included", async () => {
  const trials = memoryStore<PersonTrial>();
  const book = sittingsIn(memoryStore<Sitting>(), trials);
  await book.begin("sha256-a", sitting);
  await book.keep("sha256-a", sitting, 4, { shown: 1, response });
  await book.discard("sha256-a", sitting);
  expect(await book.load("sha256-a")).toBeUndefined();
  await book.begin("sha256-a", sitting);
  expect((await book.load("sha256-a"))?.trials.size).toBe(0);
});
