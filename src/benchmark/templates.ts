/**
 * The protocols of published behavioural benchmarks as manifests that an author fills with the data set's files.
 *
 * One source for public/templates/ (cli/templates.ts writes it): a manifest for each benchmark under Brain-Score's name, and
 * an index with the columns that have to be filled in. Facts are Brain-Score's (brainscore_vision 2.4.2, benchmarks/ and
 * data/); no data set's rows are here. docs/templates.md says the same to people, and where Brain-Score's number has a
 * quirk. Not part of the page's bundle.
 */
import type * as v from "valibot";
import type { ManifestSchema } from "./schema.ts";

type Manifest = v.InferInput<typeof ManifestSchema>;

/** A table of the package: what a row is, and what each column holds. */
interface Table {
  readonly file: string;
  readonly row: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** An entry of index.json. */
export interface IndexEntry {
  /** Brain-Score's name, and the manifest's identifier. */
  readonly name: string;
  readonly title: string;
  /** The manifest, beside the index. */
  readonly file: string;
  /** The benchmarks of one data set share it. */
  readonly parent: string;
  readonly task: string;
  readonly metric: string;
  /** Which ceiling Brain-Score reports for the data set; absent where it reports none. */
  readonly reported_ceiling?: number;
  /** What the author has to fill in. */
  readonly fill: readonly Table[];
}

/** What the benchmarks of one data set share. */
interface Family {
  readonly parent: string;
  readonly bibtex?: string;
  readonly visualDegrees: number | null;
  readonly task: Manifest["task"];
  readonly more?: Pick<Manifest, "number_of_trials" | "normalisation" | "bounds">;
  /** Absent where no people are asked. */
  readonly data?: Manifest["data"];
  readonly metric: Manifest["metric"];
  readonly ceiling: Manifest["ceiling"];
  readonly fill: readonly Table[];
}

interface Template {
  readonly manifest: Manifest;
  readonly index: IndexEntry;
}

/** One benchmark: what is its own, the rest being the family's. */
function template(
  family: Family,
  own: {
    readonly name: string;
    readonly title: string;
    readonly about: string;
    readonly reported?: number;
    readonly exclude?: Manifest["exclude"];
  } & Partial<Pick<Family, "metric" | "ceiling" | "fill" | "task">>,
): Template {
  const { parent, bibtex, visualDegrees, more, data } = family;
  const { name, title, about, reported, exclude } = own;
  const { task, metric, ceiling, fill } = { ...family, ...own };
  const ceilingText = reported === undefined ? "" : ` Brain-Score reports a ceiling of ${reported}.`;
  return {
    manifest: {
      format: "gapscope-benchmark",
      format_version: 1,
      identifier: name,
      version: 1,
      title,
      description: about + ceilingText,
      ...(bibtex === undefined ? {} : { bibtex }),
      parent,
      stimulus_set: { table: "stimuli.csv", images: "stimuli/", visual_degrees: visualDegrees },
      task,
      ...(data === undefined ? {} : { data }),
      metric,
      ceiling,
      ...more,
      ...(exclude === undefined ? {} : { exclude }),
    },
    index: {
      name,
      title,
      file: `${name}.json`,
      parent,
      task: task?.name ?? "",
      metric: metric.name,
      ...(reported === undefined ? {} : { reported_ceiling: reported }),
      fill,
    },
  };
}

// ---------------------------------------------------------------------------------------------------- tables and tasks

const SHOWN = { stimulus_id: "unique", filename: "below stimuli/" };
const ANSWERED = { stimulus_id: "the stimulus that was shown", subject: "who responded" };

const stimuli = (columns: Table["columns"]): Table => ({
  file: "stimuli.csv",
  row: "one per stimulus",
  columns: { ...SHOWN, ...columns },
});

const responses = (columns: Table["columns"]): Table => ({
  file: "responses.csv",
  row: "one per trial",
  columns: { ...ANSWERED, ...columns },
});

const fittingTable = (label: string): Table => ({
  file: "fitting.csv",
  row: "one per stimulus that the readout is fitted on",
  columns: { stimulus_id: "unique", filename: "below fitting/", image_label: label },
});

const LABEL = { name: "label", choices: { from: "truth" } } as const;
const TABLE = { table: "responses.csv" };
const OWN_CEILING = { name: "metric" };

const constant = (value: number) => ({ name: "constant", options: { value } });

const probabilities = (visualDegrees: number) =>
  ({
    name: "probabilities",
    fitting_stimuli: { table: "fitting.csv", images: "fitting/", visual_degrees: visualDegrees },
  }) as const;

// ---------------------------------------------------------------------------------------------------------- benchmarks

const BAKER: Family = {
  parent: "Baker2022",
  bibtex:
    "@article{baker2022configural, title={Deep learning models fail to capture the configural nature of human shape perception}, author={Baker, Nicholas and Elder, James H.}, journal={iScience}, volume={25}, number={9}, pages={104913}, year={2022}, doi={10.1016/j.isci.2022.104913}}",
  visualDegrees: 8.8,
  task: LABEL,
  data: TABLE,
  metric: { name: "baker_accuracy_delta", options: { image_types: ["w", "f"] } },
  ceiling: OWN_CEILING,
  fill: [
    stimuli({
      truth: "the animal",
      image_type: "w whole, f Frankenstein, o fragmented",
      orientation: "normal or inverted",
    }),
    responses({ response: "the animal that was named; empty where it is only known to be wrong" }),
  ],
};

const baker = [
  template(BAKER, {
    name: "Baker2022frankenstein-accuracy_delta",
    title: "Baker & Elder 2022: Frankenstein animals",
    about: "How much accuracy do silhouettes lose when their halves are put together wrongly? Nine animals, 32 people.",
    reported: 0.8498,
    exclude: { orientation: ["inverted"] },
  }),
  template(BAKER, {
    name: "Baker2022fragmented-accuracy_delta",
    title: "Baker & Elder 2022: fragmented animals",
    about: "How much accuracy do silhouettes lose when their halves are moved apart? Nine animals, 32 people.",
    reported: 0.9385,
    metric: { name: "baker_accuracy_delta", options: { image_types: ["w", "o"] } },
    exclude: { orientation: ["inverted"] },
  }),
  template(BAKER, {
    name: "Baker2022inverted-accuracy_delta",
    title: "Baker & Elder 2022: inverted Frankenstein animals",
    about: "The Frankenstein silhouettes upside down. Nine animals, 12 people.",
    reported: 0.6538,
    exclude: { orientation: ["normal"] },
  }),
];

const BMD: Family = {
  parent: "BMD2024",
  visualDegrees: 8,
  task: LABEL,
  data: TABLE,
  metric: { name: "accuracy_distance" },
  ceiling: OWN_CEILING,
  fill: [
    stimuli({ truth: "one of ten objects", condition: "texture_1, texture_2, dotted_1 or dotted_2" }),
    responses({ response: "the object that was named" }),
  ],
};

const bmd = (
  [
    ["texture_1", "silhouettes textured with one character", 0.98283],
    ["texture_2", "silhouettes textured with another character", 0.97337],
    ["dotted_1", "outlines of dots at one distance", 0.97837],
    ["dotted_2", "outlines of dots at another distance", 0.93071],
  ] as const
).map(([condition, what, reported], _, all) =>
  template(BMD, {
    name: `BMD2024.${condition}Behavioral-accuracy_distance`,
    title: `Dujmović, Malhotra & Bowers 2024: ${condition}`,
    about: `Objects drawn as ${what}: 100 images of ten objects, 51 to 54 people.`,
    reported,
    exclude: { condition: all.flatMap(([other]) => (other === condition ? [] : [other])) },
  }),
);

const coggan = [
  template(
    {
      parent: "Coggan2024",
      bibtex:
        "@unpublished{coggan2024occluded, title={Modeling human visual recognition of occluded objects}, author={Coggan, David D. and Tong, Frank}, year={2024}, note={In preparation}}",
      visualDegrees: 10,
      task: probabilities(10),
      data: TABLE,
      metric: {
        name: "condition_wise_accuracy_similarity",
        options: { conditions: ["occluder_type", "occluder_color"] },
      },
      ceiling: OWN_CEILING,
      fill: [
        stimuli({
          truth: "the object's class",
          occluder_type: "how it is occluded",
          occluder_color: "the occluder's colour",
          visibility: "the share of the object that is visible; 1 is left out",
        }),
        fittingTable("the object's class"),
        responses({ response: "the class that was named" }),
      ],
    },
    {
      name: "tong.Coggan2024_behavior-ConditionWiseAccuracySimilarity",
      title: "Coggan & Tong 2024: occluded objects",
      about:
        "Which kinds of occlusion are hard? Eight classes, 18 kinds of occluder, 22,560 trials of 30 people, of whom each saw pictures of their own.",
      exclude: { visibility: [1] },
    },
  ),
];

const MANIQUET: Family = {
  parent: "Maniquet2024",
  bibtex:
    "@article{maniquet2024recurrent, title={Recurrent issues with deep neural network models of visual recognition}, author={Maniquet, Tim and Op de Beeck, Hans and Costantino, Andrea Ivan}, journal={bioRxiv}, year={2024}, doi={10.1101/2024.04.02.587669}}",
  visualDegrees: 8,
  task: probabilities(8),
  data: TABLE,
  metric: { name: "confusion_similarity" },
  ceiling: constant(0.53526),
  fill: [],
};

const PEOPLE_ALONE = { subject: "who responded", truth: "the category that was shown", response: "the one predicted" };

const maniquet = [
  template(MANIQUET, {
    name: "Maniquet2024-confusion_similarity",
    title: "Maniquet, Op de Beeck & Costantino 2024: confusions",
    about:
      "Are objects under clutter, occlusion and scrambling taken for the same others? 13,600 test images; people saw other images than networks do.",
    reported: 0.53526,
    fill: [
      stimuli({ truth: "the category" }),
      fittingTable("the category"),
      { file: "responses.csv", row: "one per trial, on images of people's own", columns: PEOPLE_ALONE },
    ],
  }),
  template(MANIQUET, {
    name: "Maniquet2024-tasks_consistency",
    title: "Maniquet, Op de Beeck & Costantino 2024: difficulty of manipulations",
    about:
      "Are the manipulations that are hard for people hard for the subject? 13,600 test images; people saw other images than networks do.",
    reported: 0.9981,
    metric: { name: "tasks_consistency" },
    ceiling: constant(0.9981),
    fill: [
      stimuli({
        truth: "the category",
        manipulation: "control, clutter, occluder or phasescrambling",
        manipulation_details: "control, heavy, light, highpass, lowpass, fewlarge-high, …",
      }),
      fittingTable("the category"),
      {
        file: "responses.csv",
        row: "one per trial, on images of people's own",
        columns: {
          ...PEOPLE_ALONE,
          task: "the manipulation as people's data name it, e.g. occlusion_few_large_blobs_high",
        },
      },
    ],
  }),
];

const TRIPLET = {
  a: "stimulus_id of image_1",
  b: "stimulus_id of image_2",
  c: "stimulus_id of image_3, the one that people left out",
};

const hebart = [
  template(
    {
      parent: "Hebart2023",
      bibtex:
        "@article{hebart2023things, title={THINGS-data, a multimodal collection of large-scale datasets for investigating object representations in human brain and behavior}, author={Hebart, Martin N and Contier, Oliver and Teichmann, Lina and Rockter, Adam H and Zheng, Charles Y and Kidder, Alexis and Corriveau, Anna and Vaziri-Pashkam, Maryam and Baker, Chris I}, journal={eLife}, volume={12}, pages={e82580}, year={2023}, doi={10.7554/eLife.82580}}",
      visualDegrees: 8,
      task: { name: "odd_one_out", triplets: "triplets.csv" },
      data: TABLE,
      metric: { name: "odd_one_out_accuracy" },
      ceiling: constant(0.6767),
      fill: [
        {
          file: "stimuli.csv",
          row: "one per stimulus, in the order of the data set's image numbers",
          columns: { stimulus_id: "the image's number, counted from 0", filename: "below stimuli/" },
        },
        { file: "triplets.csv", row: "one per trial", columns: TRIPLET },
        {
          file: "responses.csv",
          row: "one per trial",
          columns: {
            ...TRIPLET,
            subject: "who responded; one word for all where nobody says",
            response: "the same as c",
          },
        },
      ],
    },
    {
      name: "Hebart2023-match",
      title: "Hebart et al. 2023: THINGS odd-one-out",
      about: "Which of three objects does not go with the other two? 1,854 objects, 453,642 triplets.",
      reported: 0.6767,
    },
  ),
];

const FERGUSON: Family = {
  parent: "Ferguson2024",
  bibtex:
    "@misc{ferguson2024asymmetry, title={How Well is Visual Search Asymmetry predicted by a Binary-Choice, Rapid, Accuracy-based Visual-search, Oddball-detection (BRAVO) task?}, author={Ferguson, Jr, Michael E and Ngo, Jerry and Lee, Michael and DiCarlo, James and Schrimpf, Martin}, publisher={OSF}, year={2024}, doi={10.17605/OSF.IO/5BA3N}}",
  visualDegrees: 8,
  task: probabilities(8),
  more: { number_of_trials: 3 },
  data: TABLE,
  metric: { name: "ferguson_value_delta" },
  ceiling: OWN_CEILING,
  fill: [
    stimuli({
      truth: "oddball where image_number is even, else same",
      block: "first or second",
      distractor_nums: "1, 5 or 11",
    }),
    fittingTable("oddball where image_number is even, else same"),
    responses({ response: "oddball or same; normal trials only" }),
  ],
};

const ferguson = (
  [
    ["circle_line", 0.0335, 0.883],
    ["color", 0.0578, 0.897],
    ["convergence", 0.0372, 0.862],
    ["eighth", 0.05556, 0.852],
    ["gray_easy", 0.0414, 0.907],
    ["gray_hard", 0.02305, 0.863],
    ["half", 0.0637, 0.898],
    ["juncture", 0.3715, 0.767],
    ["lle", 0.0573, 0.831],
    ["llh", 0.0402, 0.812],
    ["quarter", 0.0534, 0.876],
    ["round_f", 0.08196, 0.874],
    ["round_v", 0.0561, 0.853],
    ["tilted_line", 0.04986, 0.912],
  ] as const
).map(([experiment, lapseRate, ceiling]) =>
  template(FERGUSON, {
    name: `Ferguson2024${experiment}-value_delta`,
    title: `Ferguson et al. 2024: search asymmetry, ${experiment}`,
    about:
      "Is there one that differs? Accuracy by number of distractors, with target and distractors exchanged in the second block. 48 images.",
    reported: ceiling,
    metric: { name: "ferguson_value_delta", options: { scale: 0.75, lapse_rate: lapseRate } },
    ceiling: constant(ceiling),
  }),
);

const GEIRHOS: Family = {
  parent: "Geirhos2021",
  bibtex:
    "@article{geirhos2021partial, title={Partial success in closing the gap between human and machine vision}, author={Geirhos, Robert and Narayanappa, Kantharaju and Mitzkus, Benjamin and Thieringer, Tizian and Bethge, Matthias and Wichmann, Felix A and Brendel, Wieland}, journal={Advances in Neural Information Processing Systems}, volume={34}, year={2021}}",
  visualDegrees: 3,
  task: LABEL,
  data: TABLE,
  metric: { name: "error_consistency" },
  ceiling: OWN_CEILING,
  fill: [
    stimuli({ truth: "one of 16 categories", condition: "the manipulation's strength" }),
    responses({ response: "the category that was named" }),
  ],
};

const geirhos = (
  [
    ["colour", 640, 0.41543, ["cr"]],
    ["contrast", 800, 0.43703, ["c100", "c03", "c01"]],
    ["cue-conflict", 1280, 0.33105],
    ["edge", 160, 0.31844],
    ["eidolonI", 800, 0.38634, ["1-10-10", "64-10-10", "128-10-10"]],
    ["eidolonII", 640, 0.45402, ["1-3-10", "32-3-10", "64-3-10", "128-3-10"]],
    ["eidolonIII", 480, 0.45953, ["1-0-10", "16-0-10", "32-0-10", "64-0-10", "128-0-10"]],
    ["false-colour", 560, 0.44405, ["False-Colour"]],
    ["high-pass", 640, 0.44014, ["inf", 0.55, 0.45, 0.4]],
    ["low-pass", 800, 0.46888, [0, 15, 40]],
    ["phase-scrambling", 640, 0.44667, [0, 150, 180]],
    ["power-equalisation", 560, 0.51063, ["0"]],
    ["rotation", 960, 0.43851, [0]],
    ["silhouette", 160, 0.47571],
    ["sketch", 800, 0.36962],
    ["stylized", 800, 0.50058],
    ["uniform-noise", 800, 0.43406, [0, 0.6, 0.9]],
  ] satisfies [string, number, number, (string | number)[]?][]
).map(([set, images, reported, excluded]) =>
  template(GEIRHOS, {
    name: `Geirhos2021${set.replaceAll("-", "")}-error_consistency`,
    title: `Geirhos et al. 2021: ${set}`,
    about: `Do people and subject err on the same images? ${images} images of 16 categories${excluded === undefined ? "" : ", after exclusions"}.`,
    reported,
    ...(excluded === undefined ? {} : { exclude: { condition: excluded } }),
  }),
);

const RAJALINGHAM: Family = {
  parent: "Rajalingham2018",
  bibtex:
    "@article{rajalingham2018large, title={Large-Scale, High-Resolution Comparison of the Core Visual Object Recognition Behavior of Humans, Monkeys, and State-of-the-Art Deep Artificial Neural Networks}, author={Rajalingham, Rishi and Issa, Elias B. and Bashivan, Pouya and Kar, Kohitij and Schmidt, Kailyn and DiCarlo, James J.}, journal={Journal of Neuroscience}, volume={38}, number={33}, pages={7255--7269}, year={2018}, doi={10.1523/JNEUROSCI.0388-18.2018}}",
  visualDegrees: 8,
  task: probabilities(8),
  more: { number_of_trials: 2 },
  data: TABLE,
  metric: { name: "i2n" },
  ceiling: OWN_CEILING,
  fill: [
    stimuli({ truth: "the object" }),
    fittingTable("the object"),
    responses({
      dist_obj: "the object that was offered beside the right one",
      response: "the one of the two that was chosen",
    }),
  ],
};

const rajalingham = [
  template(RAJALINGHAM, {
    name: "Rajalingham2018-i2n",
    title: "Rajalingham, Issa et al. 2018: objects, private images",
    about:
      "Which image is taken for which object? 24 objects, 240 test images; the readout is fitted on the 2,160 public ones.",
    reported: 0.479,
  }),
  template(RAJALINGHAM, {
    name: "Rajalingham2018public-i2n",
    title: "Rajalingham, Issa et al. 2018: objects, public images",
    about:
      "Which image is taken for which object? 24 objects; tested on the 2,160 images that the readout is fitted on.",
    ceiling: { name: "metric", options: { skipna: true } },
  }),
];

const LONNQVIST: Family = {
  parent: "Lonnqvist2024",
  visualDegrees: 17.70753,
  task: probabilities(17.70753),
  data: TABLE,
  metric: { name: "accuracy_distance" },
  ceiling: OWN_CEILING,
  fill: [
    stimuli({ truth: "the right one of two answers, in words" }),
    fittingTable("the right answer, in the same words"),
    responses({ response: "the answer that was given" }),
  ],
};

const lonnqvist = (
  [
    ["InlabInstructions", "in the laboratory, with instructions", 0.95646],
    ["InlabNoInstructions", "in the laboratory, without instructions", 0.84258],
    ["OnlineNoInstructions", "online, without instructions", 0.79753],
  ] as const
).map(([group, where, reported]) =>
  template(LONNQVIST, {
    name: `Lonnqvist2024_${group}BehavioralAccuracyDistance`,
    title: `Lonnqvist et al. 2024: contour tracing, ${where}`,
    about: `Do two marks lie on one curve? 380 test and 185 fitting images; people ${where}.`,
    reported,
  }),
);

const SCIALOM: Family = {
  parent: "Scialom2024",
  visualDegrees: null,
  task: LABEL,
  data: TABLE,
  metric: { name: "accuracy_distance" },
  ceiling: OWN_CEILING,
  fill: [stimuli({ truth: "one of twelve objects" }), responses({ response: "the object that was named" })],
};

const scialom = [
  template(SCIALOM, {
    name: "Scialom2024_rgbBehavioralAccuracyDistance",
    title: "Scialom et al. 2024: accuracy with few elements",
    about:
      "How accurate is recognition from contours, phosphenes or segments? This one is the photographs: 48 images, 50 people. The other 21 sets differ in files and name only.",
    reported: 0.98484,
  }),
  template(
    { ...SCIALOM, visualDegrees: 8, metric: { name: "error_consistency" }, more: { bounds: [null, null] } },
    {
      name: "Scialom2024_phosphenes-allBehavioralErrorConsistency",
      title: "Scialom et al. 2024: errors with few elements",
      about:
        "Do people and subject err on the same images? Photographs, contours and phosphenes together: 528 images, 25 people. The set of segments differs in files and name only.",
      reported: 0.45755,
    },
  ),
];

const CATEGORIES = {
  original_image_category: "the category of the shape",
  conflict_image_category: "the category of the texture",
};

const HERMANN: Family = {
  parent: "Hermann2020",
  bibtex:
    "@article{hermann2020origins, title={The origins and prevalence of texture bias in convolutional neural networks}, author={Hermann, Katherine and Chen, Ting and Kornblith, Simon}, journal={Advances in Neural Information Processing Systems}, volume={33}, pages={19000--19015}, year={2020}}",
  visualDegrees: null,
  task: { name: "label", choices: { from: "original_image_category" } },
  metric: { name: "shape_bias" },
  ceiling: constant(1),
  fill: [stimuli(CATEGORIES)],
};

const hermann = [
  template(HERMANN, {
    name: "Hermann2020cueconflict-shape_bias",
    title: "Hermann, Chen & Kornblith 2020: shape bias",
    about:
      "Shape or texture? The share of shape answers among those that name either, on the 1,280 cue-conflict images of Geirhos et al. No people are asked.",
  }),
  template(HERMANN, {
    name: "Hermann2020cueconflict-shape_match",
    title: "Hermann, Chen & Kornblith 2020: shape match",
    about:
      "The share of shape answers among all, on the cue-conflict images of Geirhos et al. whose shape and texture differ. No people are asked.",
    task: LABEL,
    metric: { name: "accuracy" },
    fill: [stimuli({ truth: "the category of the shape; without the images whose texture has the same" })],
  }),
];

const imagenet = [
  template(
    {
      parent: "ImageNet",
      bibtex:
        "@inproceedings{deng2009imagenet, title={ImageNet: A large-scale hierarchical image database}, author={Deng, Jia and Dong, Wei and Socher, Richard and Li, Li-Jia and Li, Kai and Fei-Fei, Li}, booktitle={2009 IEEE Conference on Computer Vision and Pattern Recognition}, pages={248--255}, year={2009}, doi={10.1109/CVPR.2009.5206848}}",
      visualDegrees: null,
      task: { name: "label", choices: "imagenet" },
      more: { number_of_trials: 10 },
      metric: { name: "accuracy" },
      ceiling: constant(1),
      fill: [stimuli({ truth: "the WordNet id, e.g. n01440764" })],
    },
    {
      name: "ImageNet-top1",
      title: "ImageNet: top-1 accuracy",
      about: "The share of validation images (50,000 of 1,000 classes) that are classed right. No people are asked.",
    },
  ),
];

const TEMPLATES: readonly Template[] = [
  baker,
  bmd,
  coggan,
  maniquet,
  hebart,
  ferguson,
  geirhos,
  rajalingham,
  lonnqvist,
  scialom,
  hermann,
  imagenet,
].flat();

/** The files of public/templates/ by name, as text. */
export function templateFiles(): ReadonlyMap<string, string> {
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ["index.json", text(TEMPLATES.map(({ index }) => index))],
    ...TEMPLATES.map(({ index, manifest }): [string, string] => [index.file, text(manifest)]),
  ]);
}
