/**
 * VOneResNet-50 without noise (Dapello et al. 2020, “Simulating a primary visual cortex at the front of CNNs improves
 * robustness to image perturbations”): simple and complex cells of V1 over a bank of Gabor filters, then the residual
 * stages of ResNet-50. The filters are tensors of the checkpoint; nothing is drawn at random here.
 */
import { rowsOf, scalar } from "../graph.ts";
import type { Architecture } from "./architecture.ts";
import { residualStages } from "./resnet50.ts";

/** Cells of each kind; the first filters are the simple cells'. */
const SIMPLE = 256;
const COMPLEX = 256;
const FILTERS = SIMPLE + COMPLEX;
/** `k_exc` in the flags of the published checkpoint. */
const EXCITATION = 25;

export const voneresnet50: Architecture = (g, w) => {
  const image = g.input("image", 3, 224, 224);
  const gabor = (phase: string) => w(`vone_block.simple_conv_${phase}.weight`, FILTERS, 3, 25, 25);
  const inPhase = g.conv(image, gabor("q0"), { stride: 4, pads: 12 }); // 56 × 56
  // The other phase serves complex cells alone: its filters for simple cells are not computed.
  const inQuadrature = g.conv(image, rowsOf(gabor("q1"), SIMPLE, COMPLEX), { stride: 4, pads: 12 });

  const simple = g.relu(g.slice(inPhase, 1, 0, SIMPLE));
  const complexInPhase = g.slice(inPhase, 1, SIMPLE, FILTERS);
  const energy = g.add(g.mul(complexInPhase, complexInPhase), g.mul(inQuadrature, inQuadrature));
  const complex = g.div(g.op("Sqrt", [energy]), scalar(Math.SQRT2));
  // The reference rectifies once more; neither kind of cell is ever below 0.
  const cells = g.tap("vone_block", g.mul(g.concat(1, simple, complex), scalar(EXCITATION)));

  const narrowed = g.tap("bottleneck", g.conv(cells, w("bottleneck.weight", 64, FILTERS, 1, 1)));
  residualStages(g, w, narrowed, "model.");
};
