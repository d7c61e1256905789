/** onnxruntime-node on the same tensors, made by the same code: what this machine does without a browser. */
import * as ort from "onnxruntime-node";
import { assemble } from "../src/models/assemble.ts";
import { nodeCodecs } from "../src/stimuli/codecs.node.ts";
import { provideCodecs } from "../src/stimuli/codecs.ts";
import { decodeImage } from "../src/stimuli/decode.ts";
import { placeOnScreen } from "../src/stimuli/screen.ts";
import { prepare, writeTensor } from "../src/stimuli/tensor.ts";
import type { Case } from "./cases.ts";

/** Seconds of `session.run` over all of the case's pictures, after a warm-up. */
export async function nativeSeconds(
  { onnx, model, pictures, screen }: Case,
  batch: number,
  threads: number,
): Promise<number> {
  provideCodecs(nodeCodecs);
  const { input, logits } = model;
  const [height, width] = input.size;
  const pixels = 3 * height * width;
  const tensors: ort.Tensor[] = [];
  for (let start = 0; start < pictures.length; start += batch) {
    const values = new Float32Array(batch * pixels);
    for (const [i, { buffer }] of pictures.slice(start, start + batch).entries()) {
      const decoded = await decodeImage(new Uint8Array(buffer));
      const shown = screen === null ? decoded : await placeOnScreen(decoded, screen.source, screen.target);
      writeTensor(prepare(shown, input), input, values, i * pixels);
    }
    const dims = input.layout === "NCHW" ? [batch, 3, height, width] : [batch, height, width, 3];
    tensors.push(new ort.Tensor("float32", values, dims));
  }
  const taps = logits === undefined ? [] : [logits.output];
  const { model: graph } = await assemble(
    model,
    [{ name: onnx.name, bytes: new Blob([new Uint8Array(onnx.buffer)]) }],
    taps,
  );
  const session = await ort.InferenceSession.create(graph, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const [name = ""] = session.inputNames;
  const run = (tensor: ort.Tensor) => session.run({ [name]: tensor }, taps);
  const [first] = tensors;
  if (first !== undefined) await run(first);
  const start = performance.now();
  for (const tensor of tensors) await run(tensor);
  const seconds = (performance.now() - start) / 1000;
  await session.release();
  return seconds;
}
