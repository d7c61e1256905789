/**
 * What a text about scores cites, as BibTeX: Brain-Score, ONNX Runtime, the papers of architectures and of metrics.
 *
 * A benchmark's own papers come from its package. Where a paper has many authors the entry names the first and `others`.
 */
import type { ArchitectureName } from "../../models/architectures/names.ts";

interface Entry {
  readonly type: "article" | "inproceedings" | "misc" | "software";
  /** As a text cites it. */
  readonly cited: string;
  readonly fields: Readonly<Record<string, string>>;
}

const ENTRIES = {
  schrimpf2018: {
    type: "article",
    cited: "Schrimpf, Kubilius et al. 2018",
    fields: {
      author: "Schrimpf, Martin and Kubilius, Jonas and others",
      title: "Brain-Score: Which Artificial Neural Network for Object Recognition is most Brain-Like?",
      journal: "bioRxiv",
      year: "2018",
      doi: "10.1101/407007",
    },
  },
  schrimpf2020: {
    type: "article",
    cited: "Schrimpf et al. 2020",
    fields: {
      author:
        "Schrimpf, Martin and Kubilius, Jonas and Lee, Michael J. and Ratan Murty, N. Apurva and Ajemian, Robert and DiCarlo, James J.",
      title: "Integrative Benchmarking to Advance Neurally Mechanistic Models of Human Intelligence",
      journal: "Neuron",
      volume: "108",
      number: "3",
      pages: "413--423",
      year: "2020",
      doi: "10.1016/j.neuron.2020.07.040",
    },
  },
  onnxruntime: {
    type: "software",
    cited: "ONNX Runtime developers",
    fields: { author: "{ONNX Runtime developers}", title: "{ONNX Runtime}", url: "https://onnxruntime.ai" },
  },
  krizhevsky2014: {
    type: "misc",
    cited: "Krizhevsky 2014",
    fields: {
      author: "Krizhevsky, Alex",
      title: "One weird trick for parallelizing convolutional neural networks",
      year: "2014",
      eprint: "1404.5997",
      archiveprefix: "arXiv",
    },
  },
  riesenhuber1999: {
    type: "article",
    cited: "Riesenhuber & Poggio 1999",
    fields: {
      author: "Riesenhuber, Maximilian and Poggio, Tomaso",
      title: "Hierarchical models of object recognition in cortex",
      journal: "Nature Neuroscience",
      volume: "2",
      number: "11",
      pages: "1019--1025",
      year: "1999",
      doi: "10.1038/14819",
    },
  },
  serre2007: {
    type: "article",
    cited: "Serre et al. 2007",
    fields: {
      author: "Serre, Thomas and Wolf, Lior and Bileschi, Stanley and Riesenhuber, Maximilian and Poggio, Tomaso",
      title: "Robust Object Recognition with Cortex-Like Mechanisms",
      journal: "IEEE Transactions on Pattern Analysis and Machine Intelligence",
      volume: "29",
      number: "3",
      pages: "411--426",
      year: "2007",
      doi: "10.1109/TPAMI.2007.56",
    },
  },
  kubilius2019: {
    type: "inproceedings",
    cited: "Kubilius, Schrimpf et al. 2019",
    fields: {
      author: "Kubilius, Jonas and Schrimpf, Martin and others",
      title: "Brain-Like Object Recognition with High-Performing Shallow Recurrent {ANNs}",
      booktitle: "Advances in Neural Information Processing Systems",
      volume: "32",
      year: "2019",
    },
  },
  he2016: {
    type: "inproceedings",
    cited: "He et al. 2016",
    fields: {
      author: "He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian",
      title: "Deep Residual Learning for Image Recognition",
      booktitle: "IEEE Conference on Computer Vision and Pattern Recognition",
      pages: "770--778",
      year: "2016",
      doi: "10.1109/CVPR.2016.90",
    },
  },
  engstrom2019: {
    type: "software",
    cited: "Engstrom et al. 2019",
    fields: {
      author: "Engstrom, Logan and Ilyas, Andrew and Salman, Hadi and Santurkar, Shibani and Tsipras, Dimitris",
      title: "Robustness (Python Library)",
      year: "2019",
      url: "https://github.com/MadryLab/robustness",
    },
  },
  dapello2020: {
    type: "inproceedings",
    cited: "Dapello, Marques et al. 2020",
    fields: {
      author:
        "Dapello, Joel and Marques, Tiago and Schrimpf, Martin and Geiger, Franziska and Cox, David and DiCarlo, James J.",
      title: "Simulating a Primary Visual Cortex at the Front of {CNNs} Improves Robustness to Image Perturbations",
      booktitle: "Advances in Neural Information Processing Systems",
      volume: "33",
      year: "2020",
    },
  },
  zhuang2019: {
    type: "inproceedings",
    cited: "Zhuang et al. 2019",
    fields: {
      author: "Zhuang, Chengxu and Zhai, Alex Lin and Yamins, Daniel",
      title: "Local Aggregation for Unsupervised Learning of Visual Embeddings",
      booktitle: "IEEE/CVF International Conference on Computer Vision",
      year: "2019",
    },
  },
  wang2017: {
    type: "inproceedings",
    cited: "Wang & Hu 2017",
    fields: {
      author: "Wang, Jianfeng and Hu, Xiaolin",
      title: "Gated Recurrent Convolution Neural Network for {OCR}",
      booktitle: "Advances in Neural Information Processing Systems",
      volume: "30",
      year: "2017",
    },
  },
  chen2021: {
    type: "inproceedings",
    cited: "Chen et al. 2021",
    fields: {
      author: "Chen, Chun-Fu and Fan, Quanfu and Panda, Rameswar",
      title: "{CrossViT}: Cross-Attention Multi-Scale Vision Transformer for Image Classification",
      booktitle: "IEEE/CVF International Conference on Computer Vision",
      year: "2021",
    },
  },
  dosovitskiy2021: {
    type: "inproceedings",
    cited: "Dosovitskiy et al. 2021",
    fields: {
      author: "Dosovitskiy, Alexey and others",
      title: "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale",
      booktitle: "International Conference on Learning Representations",
      year: "2021",
    },
  },
  sandler2018: {
    type: "inproceedings",
    cited: "Sandler et al. 2018",
    fields: {
      author: "Sandler, Mark and Howard, Andrew and Zhu, Menglong and Zhmoginov, Andrey and Chen, Liang-Chieh",
      title: "{MobileNetV2}: Inverted Residuals and Linear Bottlenecks",
      booktitle: "IEEE/CVF Conference on Computer Vision and Pattern Recognition",
      pages: "4510--4520",
      year: "2018",
      doi: "10.1109/CVPR.2018.00474",
    },
  },
  geirhos2020: {
    type: "inproceedings",
    cited: "Geirhos et al. 2020",
    fields: {
      author: "Geirhos, Robert and Meding, Kristof and Wichmann, Felix A.",
      title:
        "Beyond accuracy: quantifying trial-by-trial behaviour of {CNNs} and humans by measuring error consistency",
      booktitle: "Advances in Neural Information Processing Systems",
      volume: "33",
      year: "2020",
    },
  },
  rajalingham2018: {
    type: "article",
    cited: "Rajalingham, Issa et al. 2018",
    fields: {
      author:
        "Rajalingham, Rishi and Issa, Elias B. and Bashivan, Pouya and Kar, Kohitij and Schmidt, Kailyn and DiCarlo, James J.",
      title:
        "Large-Scale, High-Resolution Comparison of the Core Visual Object Recognition Behavior of Humans, Monkeys, and State-of-the-Art Deep Artificial Neural Networks",
      journal: "Journal of Neuroscience",
      volume: "38",
      number: "33",
      pages: "7255--7269",
      year: "2018",
      doi: "10.1523/JNEUROSCI.0388-18.2018",
    },
  },
  hebart2023: {
    type: "article",
    cited: "Hebart et al. 2023",
    fields: {
      author: "Hebart, Martin N. and others",
      title:
        "{THINGS-data}, a multimodal collection of large-scale datasets for investigating object representations in human brain and behavior",
      journal: "eLife",
      volume: "12",
      pages: "e82580",
      year: "2023",
      doi: "10.7554/eLife.82580",
    },
  },
  geirhos2019: {
    type: "inproceedings",
    cited: "Geirhos et al. 2019",
    fields: {
      author: "Geirhos, Robert and others",
      title:
        "{ImageNet}-trained {CNNs} are biased towards texture; increasing shape bias improves accuracy and robustness",
      booktitle: "International Conference on Learning Representations",
      year: "2019",
    },
  },
  baker2022: {
    type: "article",
    cited: "Baker & Elder 2022",
    fields: {
      author: "Baker, Nicholas and Elder, James H.",
      title: "Deep learning models fail to capture the configural nature of human shape perception",
      journal: "iScience",
      year: "2022",
      doi: "10.1016/j.isci.2022.104913",
    },
  },
  kornblith2019: {
    type: "inproceedings",
    cited: "Kornblith et al. 2019",
    fields: {
      author: "Kornblith, Simon and Norouzi, Mohammad and Lee, Honglak and Hinton, Geoffrey",
      title: "Similarity of Neural Network Representations Revisited",
      booktitle: "International Conference on Machine Learning",
      year: "2019",
    },
  },
  kriegeskorte2008: {
    type: "article",
    cited: "Kriegeskorte et al. 2008",
    fields: {
      author: "Kriegeskorte, Nikolaus and Mur, Marieke and Bandettini, Peter",
      title: "Representational similarity analysis -- connecting the branches of systems neuroscience",
      journal: "Frontiers in Systems Neuroscience",
      volume: "2",
      pages: "4",
      year: "2008",
      doi: "10.3389/neuro.06.004.2008",
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type CiteKey = keyof typeof ENTRIES;

/** The papers of an architecture. */
const OF_ARCHITECTURE: Readonly<Record<ArchitectureName, readonly CiteKey[]>> = {
  alexnet: ["krizhevsky2014"],
  "cornet-s": ["kubilius2019"],
  "crossvit-18-dagger-408": ["chen2021"],
  "grcnn-55": ["wang2017"],
  hmax: ["riesenhuber1999", "serre2007"],
  "mobilenet-v2-1.4": ["sandler2018"],
  pixels: [],
  "resnet-18-la": ["he2016", "zhuang2019"],
  "resnet-50": ["he2016"],
  "vit-l-32": ["dosovitskiy2021"],
  "voneresnet-50": ["he2016", "dapello2020"],
};

/** What the panel's weights have over and above their architecture. */
const OF_PANEL: Readonly<Record<string, readonly CiteKey[]>> = { "resnet-50-robust": ["engstrom2019"] };

/** The papers of a network of one of our architectures; of the panel's weights where `panel` says so. */
export function citesOfNetwork(architecture: ArchitectureName, identifier: string, panel: boolean): readonly CiteKey[] {
  return [...OF_ARCHITECTURE[architecture], ...(panel ? (OF_PANEL[identifier] ?? []) : [])];
}

/** The papers of a metric; none where the benchmark's own are all there is. */
export function citesOfMetric(metric: string): readonly CiteKey[] {
  if (metric === "error_consistency") return ["geirhos2020"];
  if (["i1", "i2n", "o1", "o2"].includes(metric)) return ["rajalingham2018"];
  if (metric === "odd_one_out_accuracy") return ["hebart2023"];
  if (metric === "shape_bias") return ["geirhos2019"];
  if (metric === "baker_accuracy_delta") return ["baker2022"];
  if (/^cka\b|^cka_/.test(metric)) return ["kornblith2019"];
  if (/^rdm\b|^rdm_/.test(metric)) return ["kriegeskorte2008"];
  return [];
}

/** `(Schrimpf et al. 2020; He et al. 2016)`; empty for none. */
export function citation(keys: readonly CiteKey[]): string {
  return keys.length === 0 ? "" : `(${keys.map((key) => ENTRIES[key].cited).join("; ")})`;
}

/**
 * The entries of `keys`, and those that benchmarks bring (`own`, each as its package has it), every key once. Where both have
 * a key, the benchmark's stands. `notes` are added to entries of ours, e.g. the version of a program.
 */
export function bibtex(
  keys: readonly CiteKey[],
  own: readonly string[],
  notes: Partial<Readonly<Record<CiteKey, string>>> = {},
): string {
  const theirs = [...new Set(own.map((text) => text.trim()).filter((text) => text !== ""))];
  const taken = new Set(theirs.flatMap(keysIn).map((key) => key.toLowerCase()));
  const ours = [...new Set(keys)]
    .filter((key) => !taken.has(key))
    .map((key) => {
      const { type, fields }: Entry = ENTRIES[key];
      const note = notes[key];
      const lines = Object.entries({ ...fields, ...(note === undefined ? {} : { note }) }).map(
        ([name, value]) => `  ${name} = {${value}}`,
      );
      return `@${type}{${key},\n${lines.join(",\n")}\n}`;
    });
  return `${[...theirs, ...ours].join("\n\n")}\n`;
}

/** The keys of a BibTeX text's entries. */
export function keysIn(text: string): string[] {
  return [...text.matchAll(/@\w+\s*[{(]\s*([^\s,{}()]+)\s*,/g)].map(([, key = ""]) => key);
}
