/**
 * Figures for print, drawn with Observable Plot: black on white, 7 points, 89 or 183 mm wide.
 *
 * One unit of the drawing is a point. Fonts are asked for by names that every system has one of; nothing refers to a style
 * sheet, so that a file looks the same in a browser, in a drawing program and in print.
 */
import * as Plot from "@observablehq/plot";
import { plural } from "../format.ts";
import { shortNames } from "../inspector/neural/layer-axis.ts";
import type { ConditionsFigure, FigureData, LayersFigure, RankingFigure, ScoresFigure } from "./figure-data.ts";

/** Millimetres: one and two columns of a journal. */
export const WIDTHS = [89, 183] as const;
export type Width = (typeof WIDTHS)[number];

const POINTS = 72 / 25.4;
const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";
const SIZE = 7;
/** Width of a letter of that size, a little generous. */
const LETTER = 4.3;

/** The page's roles (theme.css, light) in colours that every program knows. */
const INK = "#000000";
const GREY = "#636368";
const HAIR = "#d4d4d7";
const MODELS = "#2576c9";
const MODELS_INK = "#004b97";
const PEOPLE = "#e17218";
const PEOPLE_INK = "#8b3e09";
const HATCH = "url(#stand-in)";

/** The figure as an SVG element that no document holds. */
export function drawFigure(figure: FigureData, millimetres: Width): SVGSVGElement {
  const width = millimetres * POINTS;
  const { options, marks } = planOf(figure, width);
  const plotted = Plot.plot({ width, marginTop: 12, marginRight: 12, marginBottom: 26, ...options, marks: [...marks] });
  if (!(plotted instanceof SVGSVGElement)) throw new TypeError("a plot with a caption or a legend is no SVG element");
  return standAlone(plotted, figure, millimetres);
}

interface Plan {
  readonly options: Plot.PlotOptions;
  readonly marks: readonly Plot.Markish[];
}

function planOf(figure: FigureData, width: number): Plan {
  switch (figure.kind) {
    case "scores":
      return scores(figure, width);
    case "ranking":
      return ranking(figure);
    case "conditions":
      // More lines than there are dashes cannot be told apart.
      return figure.numeric && figure.series.length <= DASHES.length + 1
        ? conditionLines(figure, width)
        : conditionDots(figure, width);
    case "layers":
      return layers(figure, width);
    default:
      return figure satisfies never;
  }
}

const ROW = 13;

function scores({ dots, mean }: ScoresFigure, width: number): Plan {
  const values = dots.flatMap(({ score, interval }) => [score, ...(interval ?? [])]);
  const names = Math.min(Math.max(...dots.map(({ subject }) => subject.length)) * LETTER + 8, 0.42 * width);
  const ceilingLabel = { x: 1, text: "ceiling" };
  const top = mean === undefined ? 14 : 14 + LINE;
  return {
    options: {
      height: top + dots.length * ROW + 26,
      marginTop: top,
      marginLeft: names,
      marginRight: 34,
      x: { domain: [Math.min(0, ...values), Math.max(1, ...values)], label: "score" },
      y: { domain: dots.map(({ subject }) => subject), label: null, padding: 0.5 },
    },
    marks: [
      axisX(),
      Plot.axisY({ ...TEXT, tickSize: 0, textOverflow: "ellipsis-middle", lineWidth: names / SIZE - 1 }),
      Plot.ruleY(dots, { y: "subject", stroke: HAIR, strokeWidth: 0.5 }),
      Plot.ruleX([1], { stroke: GREY, strokeWidth: 0.75 }),
      Plot.text([ceilingLabel], { ...ABOVE, x: "x", text: "text", fill: GREY }),
      ...(mean === undefined
        ? []
        : [
            Plot.ruleX([mean.value], { stroke: MODELS_INK, strokeWidth: 0.75, strokeDasharray: "3 2" }),
            Plot.text([mean], { ...ABOVE, x: "value", text: "text", fill: MODELS_INK, dy: -3 - LINE }),
          ]),
      Plot.ruleY(
        dots.filter(({ interval }) => interval !== undefined),
        {
          y: "subject",
          x1: ({ interval }: Dot) => interval?.[0],
          x2: ({ interval }: Dot) => interval?.[1],
          stroke: MODELS,
          strokeWidth: 1,
        },
      ),
      Plot.dot(dots, {
        x: "score",
        y: "subject",
        r: 2.6,
        fill: ({ standIn }: Dot) => (standIn ? HATCH : MODELS),
        stroke: ({ standIn }: Dot) => (standIn ? MODELS : "#ffffff"),
        strokeWidth: 0.75,
      }),
      Plot.text(dots, {
        ...TEXT,
        y: "subject",
        frameAnchor: "right",
        textAnchor: "end",
        dx: 30,
        text: ({ score }: Dot) => score.toFixed(2).replace("-", "−"),
      }),
    ],
  };
}
type Dot = ScoresFigure["dots"][number];

const PLACE = 24;

function ranking({ places }: RankingFigure): Plan {
  const dots = places.flatMap(({ benchmark, dots }) => dots.map((dot) => ({ benchmark, ...dot })));
  return {
    options: {
      height: 8 + places.length * PLACE + 26,
      marginTop: 8,
      marginLeft: 10,
      marginRight: 34,
      x: { domain: [0, 1], label: "score" },
      y: { domain: places.map(({ benchmark }) => benchmark), label: null, axis: null, padding: 0 },
    },
    marks: [
      axisX(),
      Plot.ruleY(places, { y: "benchmark", stroke: HAIR, strokeWidth: 0.5, dy: 5 }),
      Plot.text(places, {
        ...TEXT,
        y: "benchmark",
        frameAnchor: "left",
        textAnchor: "start",
        dy: -6,
        text: ({ benchmark }: Place, i: number) => `${i + 1}  ${benchmark}`,
      }),
      Plot.tickX(places, {
        x: "mean",
        y: "benchmark",
        stroke: MODELS_INK,
        strokeWidth: 1.25,
        insetTop: 13,
        insetBottom: 3,
      }),
      Plot.dot(dots, {
        x: "value",
        y: "benchmark",
        dy: 5,
        r: 2.2,
        fill: ({ standIn }: { readonly standIn: boolean }) => (standIn ? HATCH : MODELS),
        stroke: ({ standIn }: { readonly standIn: boolean }) => (standIn ? MODELS : "#ffffff"),
        strokeWidth: 0.6,
      }),
      Plot.text(places, {
        ...TEXT,
        y: "benchmark",
        frameAnchor: "right",
        textAnchor: "end",
        dx: 30,
        dy: 5,
        text: ({ mean }: Place) => (mean === undefined ? "" : mean.toFixed(2)),
      }),
    ],
  };
}
type Place = RankingFigure["places"][number];

interface Point {
  readonly who: string;
  readonly kind: ConditionsFigure["series"][number]["kind"];
  readonly condition: number | string;
  readonly share: number;
}

function pointsOf({ numeric, conditions, series }: ConditionsFigure): Point[] {
  return series.flatMap(({ who, kind, shares }) =>
    conditions.flatMap((condition, i) => {
      const share = shares[i];
      const at = numeric && typeof condition === "number" ? condition : String(condition ?? "none given");
      return share === undefined ? [] : [{ who, kind, condition: at, share }];
    }),
  );
}

const COLOURS = { people: PEOPLE, observer: GREY, model: MODELS } as const;
const INKS = { people: PEOPLE_INK, observer: GREY, model: MODELS_INK } as const;
const colourOf = ({ kind }: Pick<Point, "kind">): string => COLOURS[kind];
const inkOf = ({ kind }: Pick<Point, "kind">): string => INKS[kind];
/** Lines of models one from another where no colour tells them apart. */
const DASHES = ["none", "4 2", "1 2", "4 2 1 2", "6 1.5", "2 1"];
const PLOT = 120;
const MOST_TICKS = 6;

function conditionLines(figure: ConditionsFigure, width: number): Plan {
  const points = pointsOf(figure);
  const whos = figure.series.map(({ who }) => who);
  const names = Math.min(Math.max(...whos.map((who) => who.length)) * LETTER + 10, 0.36 * width);
  const height = Math.max(PLOT, whos.length * LINE);
  const values = figure.conditions.filter((condition) => typeof condition === "number");
  const ends = spread(
    whos.flatMap((who) => points.filter((point) => point.who === who).slice(-1)),
    height,
  );
  return {
    options: {
      height: height + 20 + 26,
      marginTop: 20,
      marginLeft: 28,
      marginRight: names,
      x: { label: "condition", type: "linear", nice: false },
      y: { domain: [0, 1], label: "share right" },
    },
    marks: [
      axisX(values.length <= MOST_TICKS ? values : MOST_TICKS),
      axisY(),
      ...chanceMark(figure),
      ...figure.series.map(({ who }, i) => {
        const own = points.filter((point) => point.who === who);
        const [first] = own;
        return Plot.line(own, {
          x: "condition",
          y: "share",
          stroke: first === undefined ? MODELS : colourOf(first),
          strokeWidth: first?.kind === "model" ? 0.9 : 1.5,
          strokeDasharray: first?.kind === "model" ? (DASHES[i % DASHES.length] ?? "none") : "none",
        });
      }),
      Plot.dot(points, { x: "condition", y: "share", r: 1.8, fill: colourOf }),
      Plot.text(ends, {
        ...TEXT,
        y: "at",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 6,
        text: "who",
        fill: inkOf,
        textOverflow: "ellipsis-middle",
        lineWidth: names / SIZE - 1,
      }),
    ],
  };
}

/** Where the names of lines stand: at their ends, moved down as far as they need to be for none to touch. */
function spread(ends: readonly Point[], height: number): (Point & { readonly at: number })[] {
  const step = LINE / height;
  let last = Number.POSITIVE_INFINITY;
  return [...ends]
    .sort((a, b) => b.share - a.share)
    .map((end, i) => {
      // Room is kept for those that follow.
      const lowest = (ends.length - 1 - i) * step;
      last = Math.max(Math.min(end.share, last - step), Math.min(lowest, last - step));
      return { ...end, at: last };
    });
}

function conditionDots(figure: ConditionsFigure, width: number): Plan {
  const points = pointsOf(figure);
  const conditions = figure.conditions.map((condition) => String(condition ?? "none given"));
  const names = Math.min(Math.max(...conditions.map((name) => name.length)) * LETTER + 8, 0.4 * width);
  const data = figure.series.find(({ kind }) => kind !== "model");
  const legend = [
    ...(data === undefined ? [] : [{ text: `| ${data.who}`, kind: data.kind }]),
    { text: `○ ${plural(figure.series.length - (data === undefined ? 0 : 1), "subject")}`, kind: "model" as const },
  ];
  return {
    options: {
      height: 16 + conditions.length * ROW + 26,
      marginTop: 16,
      marginLeft: names,
      x: { domain: [0, 1], label: "share right" },
      y: { domain: conditions, label: null, padding: 0.3 },
    },
    marks: [
      axisX(),
      Plot.axisY({ ...TEXT, tickSize: 0, textOverflow: "ellipsis-middle", lineWidth: names / SIZE - 1 }),
      Plot.ruleY(conditions, { stroke: HAIR, strokeWidth: 0.5 }),
      ...chanceMark(figure, "x"),
      Plot.tickX(
        points.filter(({ kind }) => kind !== "model"),
        { x: "share", y: "condition", stroke: colourOf, strokeWidth: 2 },
      ),
      Plot.dot(
        points.filter(({ kind }) => kind === "model"),
        { x: "share", y: "condition", r: 2.2, stroke: MODELS, strokeWidth: 0.9, fill: "#ffffff" },
      ),
      ...legend.map(({ text, kind }, i) =>
        Plot.text([text], {
          ...TEXT,
          frameAnchor: i === 0 ? "top-left" : "top-right",
          textAnchor: i === 0 ? "start" : "end",
          lineAnchor: "bottom",
          dy: -4,
          text: (each: string) => each,
          fill: inkOf({ kind }),
        }),
      ),
    ],
  };
}

function chanceMark({ chance }: ConditionsFigure, axis: "x" | "y" = "y"): Plot.Markish[] {
  if (chance === undefined) return [];
  const look = { stroke: GREY, strokeWidth: 0.75, strokeDasharray: "1 2" };
  return [axis === "y" ? Plot.ruleY([chance], look) : Plot.ruleX([chance], look)];
}

/** Height of a slanted letter. */
const SLANTED = 0.71 * LETTER;

function layers({ layers }: LayersFigure, width: number): Plan {
  const short = shortNames(layers.map(({ layer }) => layer));
  const names = Math.max(...short.map((name) => name.length)) * SLANTED + 10;
  const placed = layers.map((each, i) => ({ ...each, place: i, short: short[i] ?? each.layer }));
  const scored = placed.filter(({ score }) => score !== undefined);
  const ends = scored.flatMap(({ ends }) => ends ?? []);
  const values = [...scored.flatMap(({ score }) => score ?? []), ...ends];
  const every = Math.ceil((layers.length * LINE) / (width - 40));
  const marked = placed.filter(({ committed, best }) => committed || best);
  return {
    options: {
      height: 26 + PLOT + names + 14,
      marginTop: 26,
      marginLeft: 30,
      marginBottom: names + 14,
      x: { domain: [-0.5, layers.length - 0.5], label: null, axis: null },
      y: { domain: [Math.min(0, ...values), Math.max(0.05, ...values)], label: "score", nice: true },
    },
    marks: [
      axisY(),
      Plot.ruleY([0], { stroke: GREY, strokeWidth: 0.5 }),
      Plot.text(
        placed.filter(({ place }) => place % every === 0),
        { ...TEXT, x: "place", text: "short", frameAnchor: "bottom", textAnchor: "end", rotate: -45, dy: 6 },
      ),
      Plot.text(["layer, in the network’s order"], {
        ...TEXT,
        frameAnchor: "bottom",
        dy: names + 10,
        text: (text: string) => text,
      }),
      Plot.line(scored, { x: "place", y: "score", stroke: MODELS, strokeWidth: 0.75 }),
      Plot.ruleX(
        scored.filter(({ ends }) => ends !== undefined),
        {
          x: "place",
          y1: ({ ends }: Layer) => ends?.[0],
          y2: ({ ends }: Layer) => ends?.[1],
          stroke: MODELS,
          strokeWidth: 0.75,
        },
      ),
      Plot.dot(scored, {
        x: "place",
        y: "score",
        r: 2.2,
        fill: ({ committed }: Layer) => (committed ? MODELS : "#ffffff"),
        stroke: MODELS,
        strokeWidth: 0.9,
      }),
      ...marked.map((layer, i) =>
        Plot.text([layer], {
          ...TEXT,
          x: "place",
          frameAnchor: "top",
          lineAnchor: "bottom",
          dy: -4 - LINE * i,
          textAnchor: layer.place > layers.length / 2 ? "end" : "start",
          text: ({ committed, best }: Layer) =>
            [...(committed ? ["committed"] : []), ...(best ? ["best, chosen on the test data"] : [])].join("; "),
        }),
      ),
      Plot.ruleX(marked, { x: "place", stroke: GREY, strokeWidth: 0.5, strokeDasharray: "1 2" }),
    ],
  };
}
type Layer = LayersFigure["layers"][number];

/** A line of text. */
const LINE = 9;
const TEXT = { fontSize: SIZE, fontFamily: FONT, fill: INK } as const;
const ABOVE = { ...TEXT, frameAnchor: "top", lineAnchor: "bottom", dy: -3 } as const;

function axisX(ticks: number | number[] = 5): Plot.Markish {
  return Plot.axisX({ ...TEXT, stroke: GREY, tickSize: 3, ticks, labelAnchor: "center", labelArrow: "none" });
}

function axisY(): Plot.Markish {
  return Plot.axisY({ ...TEXT, stroke: GREY, tickSize: 3, ticks: 5, labelAnchor: "top", labelArrow: "none" });
}

const SVG = "http://www.w3.org/2000/svg";

/** With its size on paper, a white ground and a title, and without anything that only a page with a style sheet knows. */
function standAlone(svg: SVGSVGElement, { title, caption }: FigureData, millimetres: Width): SVGSVGElement {
  const height = Number(svg.getAttribute("height"));
  for (const element of svg.querySelectorAll("style")) element.remove();
  for (const element of [svg, ...svg.querySelectorAll("*")]) {
    element.removeAttribute("class");
    for (const { name, value } of [...element.attributes]) {
      if (value === "currentColor") element.setAttribute(name, INK);
    }
  }
  svg.setAttribute("xmlns", SVG);
  svg.setAttribute("width", `${millimetres}mm`);
  svg.setAttribute("height", `${Number((height / POINTS).toFixed(3))}mm`);
  svg.setAttribute("font-family", FONT);
  svg.setAttribute("font-size", String(SIZE));
  const make = (name: string, attributes: Readonly<Record<string, string>>, text = ""): SVGElement => {
    const element = document.createElementNS(SVG, name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.textContent = text;
    return element;
  };
  const hatch = make("pattern", {
    id: "stand-in",
    width: "1.5",
    height: "1.5",
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  hatch.append(
    make("rect", { width: "1.5", height: "1.5", fill: "#ffffff" }),
    make("rect", { width: "0.7", height: "1.5", fill: MODELS }),
  );
  const definitions = make("defs", {});
  definitions.append(hatch);
  svg.prepend(
    make("title", {}, title),
    make("desc", {}, caption),
    definitions,
    make("rect", { width: "100%", height: "100%", fill: "#ffffff" }),
  );
  return svg;
}

/** The SVG as a file has it. */
export function svgText(svg: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}
