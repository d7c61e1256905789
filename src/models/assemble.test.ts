import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { askedTensors, generatedCheckpoint } from "../testing/generator.ts";
import { ARCHITECTURES } from "./architectures/registry.ts";
import { drawn } from "./assemble.ts";
import type { PlainValue } from "./checkpoints/checkpoint.ts";

describe("a drawing of a checkpoint", () => {
  const card = { architecture: "voneresnet-50", prefix: "" } as const;
  const [voneresnet] = ARCHITECTURES["voneresnet-50"];
  const sound = generatedCheckpoint(askedTensors(voneresnet));
  const saying = (values: Record<string, PlainValue>) => ({ ...sound, values: new Map(Object.entries(values)) });
  const refusal = (values: Record<string, PlainValue>): GapscopeError => {
    try {
      drawn(card, saying(values));
    } catch (error) {
      return GapscopeError.from(error);
    }
    throw new Error("it was not refused");
  };

  it("is made where the checkpoint says nothing of itself, or what fits", () => {
    expect(drawn(card, sound).taps).toContain("vone_block");
    expect(drawn(card, saying({ "flags.k_exc": 25, "flags.noise_mode": null, "flags.lr": 0.1 })).taps).toContain(
      "vone_block",
    );
  });

  it("is refused where the tensors fit and the network was another", () => {
    expect(refusal({ "flags.k_exc": 23.5, "flags.noise_mode": "neuronal" })).toMatchObject({
      code: "subject-refused",
      faults: [
        { code: "checkpoint-flags", field: "flags.k_exc", value: "23.5", expected: "25" },
        { code: "checkpoint-flags", field: "flags.noise_mode", value: "neuronal", expected: "None" },
      ],
    });
  });

  it("is refused with every tensor that is missing or of another shape", () => {
    const tensors = new Map(sound.tensors);
    tensors.delete("bottleneck.weight");
    tensors.set("model.fc.bias", { name: "model.fc.bias", dtype: "float32", shape: [10] });
    let thrown: unknown;
    try {
      drawn(card, { ...sound, tensors });
    } catch (error) {
      thrown = error;
    }
    expect(GapscopeError.from(thrown).faults).toMatchObject([
      { code: "no-such-tensor", field: "bottleneck.weight", expected: "[64, 512, 1, 1]" },
      { code: "tensor-shape", field: "model.fc.bias", value: "[10]", expected: "[1000]" },
    ]);
  });
});
