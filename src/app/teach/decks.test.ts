import { expect, it } from "vitest";
import { memoryStore } from "../../lab/store.ts";
import { decksIn, type KeptDeck, type KeptResults } from "./decks.ts";
import { resultOf } from "./lesson.fixture.ts";

const deck = { who: "monkeys", them: "models", slides: [{ id: 0, kind: "title", heading: "Look" }] } as const;

it("a deck is found again with its benchmark, and with the results that it was shown with", async () => {
  const stores = [memoryStore<KeptDeck>(), memoryStore<KeptResults>()] as const;
  await decksIn(...stores).keep("sha256-a", deck);
  await decksIn(...stores).keepResults("sha256-a", [resultOf("net", ["cat"])], new Date("2026-01-02T03:04:05Z"));
  const kept = await decksIn(...stores).load("sha256-a");
  expect(kept.deck).toEqual(deck);
  expect(kept.results).toMatchObject({ takenAt: "2026-01-02T03:04:05.000Z", results: [{ name: "net" }] });
  expect(await decksIn(...stores).load("sha256-b")).toEqual({});
});

it("what another version kept is not read as a deck", async () => {
  const decks = memoryStore<KeptDeck>();
  await decks.put([["sha256-a", { form: 0, deck }]]);
  expect(await decksIn(decks, memoryStore<KeptResults>()).load("sha256-a")).toEqual({});
});
