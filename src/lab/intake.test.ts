/** Files that a person gives: what is too large or too long to be what it is called is refused, unread and in few words. */
import { describe, expect, it } from "vitest";
import { openNetwork, openRecording } from "./intake.ts";

const large = (name: string, size: number): File =>
  Object.defineProperties(new File([], name), {
    size: { value: size },
    arrayBuffer: { value: () => Promise.reject(new Error("it was read")) },
    text: { value: () => Promise.reject(new Error("it was read")) },
  });

describe("a file that is too large for what it is called is not read", () => {
  it.each([
    ["answers", () => openRecording("r", large("a.csv", 2 ** 28 + 1)), "csv-too-large"],
    ["a card", () => openNetwork(large("card.json", 2 ** 30), []), "card-too-large"],
  ])("%s", async (_, open, code) => {
    await expect(open()).rejects.toMatchObject({ code: "subject-refused", faults: [{ code }] });
  });
});

describe("a refusal is of few words", () => {
  it("where a table has thousands of columns of one name", async () => {
    const opening = openRecording("r", new File([`${"a,".repeat(5000)}b\n`], "a.csv"));
    await expect(opening).rejects.toMatchObject({
      faults: { length: 501 },
      message: expect.stringContaining("501 faults"),
    });
  });

  it("where a card names thousands of files that are not there", async () => {
    const card = {
      ...{ identifier: "n", onnx: "x".repeat(5000), visual_degrees: 8 },
      external_data: Array.from({ length: 3000 }, (_, i) => `weights-${i}.bin`),
      input: { size: [8, 8], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW" },
    };
    const error: unknown = await openNetwork(new File([JSON.stringify(card)], "card.json"), []).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: "subject-refused", faults: { length: 501 } });
    expect(String(error).length).toBeLessThan(300);
  });
});
