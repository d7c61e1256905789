/**
 * What the slides of a deck say: their words and numbers, ready to be drawn.
 *
 * Pure text and numbers, no markup and no pictures. Whatever comes from a file stays a string, to be shown as text. A heading
 * or a sentence that the teacher wrote stands in place of the one made here.
 */
import type { Benchmark, Task } from "../../benchmark/benchmark.ts";
import { choiceKeys } from "../../subject/person.ts";
import { observersOf } from "../answers.ts";
import { ceilingText, metricText } from "../describe.ts";
import { count, decimal, percent, plural } from "../format.ts";
import { answerText } from "../inspector/who.ts";
import { domainOf } from "../strip-layout.ts";
import type { Deck, LayerPoint, Lesson, Result, Slide, Why } from "./deck.ts";
import { type Group, groupsOf, type Presented } from "./joined.ts";
import { type SiteResponse, sitesOn } from "./recorded.ts";

interface Head {
  readonly id: number;
  readonly heading: string;
  readonly sentence: string;
}

export interface Bar {
  readonly label: string;
  readonly n: number;
  /** Of all responses. */
  readonly share: number;
}

export interface ChoiceShown {
  /** As the data have it. */
  readonly answer: string;
  readonly label: string;
  /** Empty where there are more choices than keys. */
  readonly key: string;
}

export interface StimulusScreen extends Head {
  readonly kind: "stimulus";
  /** Rows of the stimulus set, with a name where there are several. */
  readonly pictures: readonly { readonly row: number; readonly label: string }[];
  /** Whose the pictures are; it stands under them. */
  readonly credit: string;
  /** Empty where nobody could choose among them: the room is asked openly. */
  readonly choices: readonly ChoiceShown[];
  readonly people: { readonly heading: string; readonly bars: readonly Bar[]; readonly note: string } | undefined;
  readonly given:
    | {
        readonly heading: string;
        readonly rows: readonly { readonly name: string; readonly label: string; readonly p: number | undefined }[];
      }
    | undefined;
  /** Of recordings. */
  readonly sites:
    | { readonly heading: string; readonly values: readonly SiteResponse[]; readonly note: string }
    | undefined;
  /** The end of it; absent where there is neither a truth nor a response to single stimuli. */
  readonly reveal:
    | {
        readonly heading: string;
        /** The answer that counts, as the data have it. */
        readonly answer: string;
        readonly standings: readonly {
          readonly who: string;
          readonly role: "people" | "models";
          readonly label: string;
          readonly right: boolean;
        }[];
      }
    | undefined;
}

export type Screen =
  | (Head & { readonly kind: "title"; readonly of: string })
  | StimulusScreen
  | (Head & {
      readonly kind: "score";
      readonly domain: readonly [number, number];
      /** The people's own row: the ceiling, which is 1 on the scale of scores. */
      readonly ceiling: { readonly name: string; readonly text: string };
      readonly rows: readonly {
        readonly name: string;
        readonly score: number;
        readonly interval: readonly [number, number] | undefined;
      }[];
      readonly note: string;
    })
  | (Head & {
      readonly kind: "conditions";
      readonly who: string;
      readonly them: string;
      readonly groups: readonly { readonly label: string; readonly group: Group }[];
      readonly note: string;
    })
  | (Head & {
      readonly kind: "layers";
      readonly curves: readonly {
        readonly name: string;
        readonly points: readonly LayerPoint[];
        readonly best: LayerPoint;
      }[];
      readonly top: number;
    })
  | (Head & { readonly kind: "method"; readonly facts: readonly (readonly [string, string])[] })
  | (Head & { readonly kind: "words" });

/** More groups than these are no slide. */
const MOST_GROUPS = 9;
/** More answers than these are no figure; the rest is counted together. */
const MOST_BARS = 8;
const PLACES = ["left", "middle", "right"];

export function screensOf(deck: Deck, lesson: Lesson, version: string): Screen[] {
  return deck.slides.map((slide) => screenOf(slide, deck, lesson, version));
}

function screenOf(slide: Slide, deck: Deck, lesson: Lesson, version: string): Screen {
  const made = makeScreen(slide, deck, lesson, version);
  return { ...made, heading: slide.heading ?? made.heading, sentence: slide.sentence ?? made.sentence };
}

function makeScreen(slide: Slide, deck: Deck, lesson: Lesson, version: string): Screen {
  const { id } = slide;
  switch (slide.kind) {
    case "title":
      return titleScreen(id, deck, lesson);
    case "stimulus":
      return lesson.benchmark.track === "neural"
        ? recordedScreen(slide, lesson)
        : answeredScreen(id, slide.row, deck, lesson);
    case "score":
      return scoreScreen(id, deck, lesson);
    case "conditions":
      return conditionsScreen(id, deck, lesson);
    case "layers":
      return layersScreen(id, lesson);
    case "method":
      return methodScreen(id, deck, lesson, version);
    case "words":
      return { kind: "words", id, heading: "A question for the room", sentence: "" };
    default:
      return slide satisfies never;
  }
}

function titleScreen(id: number, { who, them }: Deck, { benchmark }: Lesson): Screen {
  const n = benchmark.stimulusSet.stimuli.length;
  const heading = benchmark.title ?? benchmark.identifier;
  const of = [benchmark.identifier, ...benchmark.authors].join(" · ");
  const make = (sentence: string): Screen => ({ kind: "title", id, heading, sentence, of });
  if (benchmark.track === "neural")
    return make(`Can ${them} predict how ${benchmark.recording.region} responds to ${plural(n, "picture")}?`);
  return make(
    benchmark.task.name === "odd_one_out"
      ? `Three pictures: which is the odd one out? Do ${them} choose as ${who} do?`
      : `${plural(n, "picture")}, and one question: what is it? Do ${them} answer as ${who} do?`,
  );
}

function answeredScreen(
  id: number,
  row: number,
  deck: Deck,
  { benchmark, presented, results }: Lesson,
): StimulusScreen {
  const each = presented[row];
  if (each === undefined || benchmark.track === "neural") return blank(id);
  const { who, them } = deck;
  const triplet = benchmark.task.name === "odd_one_out";
  const rowOf = new Map(benchmark.stimulusSet.stimuli.map((stimulus, i) => [stimulus, i]));
  const labels = new Map(each.shown.map(({ id }, i) => [id, PLACES[i] ?? ""]));
  const labelOf = (answer: string | null): string =>
    (triplet ? labels.get(answer ?? "") : undefined) ?? answerText(answer);
  const answers = triplet ? each.shown.map(({ id }) => id) : choicesOf(benchmark.task, results);
  const keys = choiceKeys(answers.length);
  const { n, name } = observersOf(benchmark);
  const observers = n === 1 ? `one subject, “${name}”` : plural(n, "subject");
  return {
    kind: "stimulus",
    id,
    heading: triplet ? "Which is the odd one out?" : "What is it?",
    sentence: sentenceOf(each, deck, labelOf),
    pictures: each.shown.map(({ id, stimulus }) => ({
      row: rowOf.get(stimulus) ?? -1,
      label: each.shown.length > 1 ? (labels.get(id) ?? "") : "",
    })),
    credit: creditOf(benchmark),
    choices:
      keys.length === 0 ? [] : answers.map((answer, i) => ({ answer, label: labelOf(answer), key: keys[i] ?? "" })),
    people:
      each.responses === 0
        ? undefined
        : {
            heading: `What ${who} answered`,
            bars: barsOf(each, labelOf),
            note: `n = ${plural(each.responses, "response")} to this ${triplet ? "triplet" : "picture"}; the data have ${observers}.`,
          },
    given:
      each.given.length === 0
        ? undefined
        : {
            heading: `What the ${them} answered`,
            rows: each.given.map(({ name, answer, p }) => ({ name, label: labelOf(answer), p })),
          },
    sites: undefined,
    reveal: revealOf(each, deck, labelOf),
  };
}

/** A deck of another version of a benchmark could name a row that is not there. */
function blank(id: number): StimulusScreen {
  const nothing = { people: undefined, given: undefined, sites: undefined, reveal: undefined };
  return {
    kind: "stimulus",
    id,
    heading: "This stimulus is not in the benchmark",
    sentence: "",
    pictures: [],
    credit: "",
    choices: [],
    ...nothing,
  };
}

function creditOf({ stimulusSet, licence }: Benchmark): string {
  return `${stimulusSet.identifier}; licence: ${licence ?? "none stated"}`;
}

/** What can be chosen from; of probabilities, what the subjects chose from. */
function choicesOf(task: Task, results: readonly Result[]): readonly string[] {
  if (task.name === "label") return task.choices === "imagenet" ? [] : task.choices;
  return results.find(({ answers }) => answers?.evidence !== undefined)?.answers?.evidence?.choices ?? [];
}

function barsOf({ people, responses }: Presented, labelOf: (answer: string) => string): Bar[] {
  const shown = people.length > MOST_BARS ? people.slice(0, MOST_BARS - 1) : people;
  const rest = people.slice(shown.length).reduce((total, { n }) => total + n, 0);
  return [
    ...shown.map(({ answer, n }) => ({ label: labelOf(answer), n, share: n / responses })),
    ...(rest === 0
      ? []
      : [{ label: `${plural(people.length - shown.length, "other answer")}`, n: rest, share: rest / responses }]),
  ];
}

/** How many did what counts: were right, or took the picture that most people took. */
function sentenceOf(each: Presented, { who, them }: Deck, labelOf: (answer: string) => string): string {
  const { truth, standard, peopleRight, responses, given } = each;
  const judged = given.filter(({ right }) => right !== undefined);
  const [only] = judged;
  const did = truth === undefined ? `took the ${labelOf(standard ?? "")}` : "gave the right answer";
  const right = judged.filter((model) => model.right).length;
  const parts = [
    ...(peopleRight === undefined
      ? []
      : [`${count(Math.round(peopleRight * responses))} of ${plural(responses, "response")} of ${who}`]),
    ...(judged.length > 1 ? [`${count(right)} of ${count(judged.length)} ${them}`] : []),
    ...(only !== undefined && judged.length === 1 ? [`${only.right ? "" : "not "}${only.name}`] : []),
  ];
  return parts.length === 0 ? "" : `Who ${did}: ${parts.join("; ")}.`;
}

function revealOf(
  each: Presented,
  { who }: Deck,
  labelOf: (answer: string | null) => string,
): StimulusScreen["reveal"] {
  const answer = each.standard;
  if (answer === undefined) return undefined;
  return {
    heading: each.truth === undefined ? `Most often taken by ${who}: ${labelOf(answer)}` : labelOf(answer),
    answer,
    standings: [
      ...(each.truth === undefined || each.peopleRight === undefined
        ? []
        : [
            {
              who,
              role: "people" as const,
              label: `${percent(each.peopleRight)} right`,
              right: each.peopleRight > 0.5,
            },
          ]),
      ...each.given.flatMap(({ name, answer, right }) =>
        right === undefined ? [] : [{ who: name, role: "models" as const, label: labelOf(answer), right }],
      ),
    ],
  };
}

function recordedScreen(
  { id, row, why }: Extract<Slide, { kind: "stimulus" }>,
  { benchmark, recorded, worth }: Lesson,
): StimulusScreen {
  const stimulus = benchmark.stimulusSet.stimuli[row];
  if (stimulus === undefined || benchmark.track === "behavioral") return blank(id);
  const { region } = benchmark.recording;
  const common = {
    ...blank(id),
    heading: `What does ${region} make of it?`,
    pictures: [{ row, label: "" }],
    credit: creditOf(benchmark),
  };
  if (recorded === undefined) {
    const sentence = "The data of this benchmark are no responses to single pictures.";
    return { ...common, heading: "One of the pictures", sentence };
  }
  const times = benchmark.recording.timeBins;
  const rank = (worth.get(why) ?? []).indexOf(row) + 1;
  const window = `${times[0]?.[0]} to ${times.at(-1)?.[1]} ms after the picture came on`;
  return {
    ...common,
    sentence: rank === 0 ? "" : `${responseText(why)}: number ${count(rank)} of ${count(recorded.means.length)}.`,
    sites: {
      heading: `How ${count(recorded.sites)} sites in ${region} responded`,
      values: sitesOn(recorded, row),
      note: `Means over ${plural(recorded.repetitions, "repetition")}, ${window}, in the units of the data. Each line goes from a site’s least to its greatest response over all ${count(benchmark.stimulusSet.stimuli.length)} pictures.`,
    },
  };
}

function responseText(why: Why): string {
  if (why === "weakest") return "Weakest mean response";
  return why === "unusual" ? "Most unlike the sites’ average responses" : "Strongest mean response";
}

function nameOf({ name, standsInFor }: Result): string {
  return standsInFor === undefined ? name : `${name} (stand-in for ${standsInFor})`;
}

function scoreScreen(id: number, { who, them }: Deck, { benchmark, results }: Lesson): Screen {
  const rows = results
    .map((result) => ({
      name: nameOf(result),
      score: result.score.score,
      interval: result.interval === undefined ? undefined : ([result.interval.low, result.interval.high] as const),
    }))
    .sort((a, b) => b.score - a.score);
  const [first] = results;
  const [best] = rows;
  const constant = benchmark.ceiling.name === "constant";
  const ceiling = first === undefined ? "" : `ceiling, ${ceilingText(first.score.ceiling)} raw`;
  const note = first === undefined ? "" : `Score = ${first.score.formula}; raw: ${first.score.unit}.`;
  const intervals = rows.some(({ interval }) => interval !== undefined) ? " Thin lines: 95 % intervals." : "";
  return {
    kind: "score",
    id,
    heading: `How near do the ${them} come?`,
    sentence:
      best === undefined
        ? ""
        : `A score of 1 is the ceiling: ${constant ? "here a number that the benchmark sets" : "what the data allow, given how far they agree with themselves"}. ${rows.length === 1 ? best.name : `The best of ${count(rows.length)} ${them}, ${best.name},`} has ${decimal(best.score)}.`,
    domain: domainOf([1, ...rows.flatMap(({ score, interval }) => [score, ...(interval ?? [])])]),
    ceiling: { name: constant ? "ceiling" : who, text: ceiling },
    rows,
    note: note + intervals,
  };
}

function conditionsScreen(id: number, { who, them }: Deck, { presented }: Lesson): Screen {
  const heading = `Where do the ${them} break?`;
  const found = groupsOf(presented);
  if (found === undefined) {
    const sentence = "No answer of this benchmark is right or wrong, so there is nothing to count.";
    return { kind: "conditions", id, heading, sentence, who, them, groups: [], note: "" };
  }
  const { by, groups, all } = found;
  const meanOf = ({ given }: Group): number => given.reduce((total, { share }) => total + share, 0) / given.length;
  const gapOf = (group: Group): number => (group.people ?? 1) - meanOf(group);
  const widest = groups.toSorted((a, b) => gapOf(b) - gapOf(a))[0];
  const kept = new Set(groups.toSorted((a, b) => gapOf(b) - gapOf(a)).slice(0, MOST_GROUPS));
  const labelOf = ({ value }: Group): string => (value === null || value === "" ? "none given" : String(value));
  const shown = groups.filter((group) => kept.has(group));
  const left = groups.length - shown.length;
  return {
    kind: "conditions",
    id,
    heading,
    who,
    them,
    sentence:
      widest === undefined || all.given.length === 0
        ? ""
        : `The widest gap is at ${by} “${labelOf(widest)}”: ${widest.people === undefined ? "" : `${who} ${percent(widest.people)} right, `}${them} ${percent(meanOf(widest))}${widest.given.length > 1 ? " on average" : ""}.`,
    groups: [
      { label: "all", group: all },
      ...(shown.length > 1 ? shown.map((group) => ({ label: labelOf(group), group })) : []),
    ],
    note: `Share of right answers, by ${by}${left === 0 ? "" : `; of ${count(groups.length)}, the ${count(shown.length)} with the widest gap`}.`,
  };
}

function layersScreen(id: number, { benchmark, results }: Lesson): Screen {
  const curves = results.flatMap((result) => {
    const points = (result.layers ?? []).toSorted((a, b) => a.depth - b.depth);
    const [best] = points.toSorted((a, b) => b.score - a.score);
    return best === undefined ? [] : [{ name: nameOf(result), points, best }];
  });
  const region = benchmark.track === "neural" ? benchmark.recording.region : "the data";
  return {
    kind: "layers",
    id,
    heading: `Which layers are most like ${region}?`,
    sentence:
      curves.length === 0
        ? "No network’s layers have been scored one by one."
        : "The highest layer was chosen on these very data, so its score is a little too good.",
    curves,
    top: Math.max(0.05, ...curves.map(({ best }) => best.score)),
  };
}

function methodScreen(id: number, { who, them }: Deck, { benchmark, results }: Lesson, version: string): Screen {
  const { stimulusSet, licence, authors, bibtex, description } = benchmark;
  const [first] = results;
  const facts: (readonly [string, string | undefined])[] = [
    ["pictures", `${count(stimulusSet.stimuli.length)}, ${stimulusSet.identifier}`],
    ["data", dataText(benchmark, who)],
    [
      "measure",
      first === undefined ? metricText(benchmark) : `${metricText(benchmark)}; score = ${first.score.formula}`,
    ],
    ["ceiling", first === undefined ? undefined : ceilingText(first.score.ceiling)],
    [them, results.map(nameOf).join(", ")],
    ["about", description],
    ["authors", authors.length === 0 ? undefined : authors.join(", ")],
    ["source", bibtex],
    ["licence", licence ?? "The package states none."],
    ["made with", `Gapscope ${version}, which computes scores as Brain-Score does`],
  ];
  return {
    kind: "method",
    id,
    heading: "How it was measured",
    sentence: "",
    facts: facts.flatMap(([name, text]) => (text === undefined || text === "" ? [] : [[name, text] as const])),
  };
}

function dataText(benchmark: Benchmark, who: string): string {
  if (benchmark.track === "neural") return `recordings from ${benchmark.recording.region}`;
  const { n, name, data } = observersOf(benchmark);
  if (data === "none") return "the benchmark brings no data of people";
  if (n === 1) return `answers of one subject, “${name}”`;
  const responses = benchmark.responses.length;
  return `${plural(responses, data === "results" ? "result" : "response")} of ${plural(n, "subject")} (${who})`;
}
