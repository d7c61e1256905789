/** A comparison of scorecards as text: the verdict, what made the numbers, and a line for each claim. */
import {
  type Comparison,
  type Finding,
  type InputDifference,
  isReproduced,
  type NumberDifference,
  TOLERANCE,
  verdictText,
} from "../src/scorecard/compare.ts";

export function verdictTable(comparison: Comparison): string {
  const made = comparison.made.map((each) => `  ${inputText(each)}`);
  const benchmarks = comparison.benchmarks.flatMap(({ identifier, findings }) => {
    const width = Math.max(...findings.map((finding) => nameOf(finding).length));
    return ["", identifier, ...findings.flatMap((finding) => lines(finding, width))];
  });
  return `${[verdictText(comparison), ...made, ...benchmarks].join("\n")}\n`;
}

function nameOf({ subject }: Finding): string {
  return subject ?? "ceiling and means";
}

function lines(finding: Finding, width: number): string[] {
  const { outcome, inputs, numbers, reason, closeness } = finding;
  const within = outcome === "within tolerance" && closeness !== undefined ? ` of ${TOLERANCE[closeness]}` : "";
  const mark = isReproduced(outcome) ? "=" : outcome === "not run" || outcome === "no claim" ? " " : "≠";
  return [
    `  ${mark} ${nameOf(finding).padEnd(width)}  ${outcome}${within}`,
    ...(reason === undefined ? [] : [`      ${reason}`]),
    ...inputs.map((each) => `      ${inputText(each)}`),
    ...numbers.map((each) => `      ${numberText(each)}`),
  ];
}

function inputText({ what, there, here }: InputDifference): string {
  return `${what}: ${there} there, ${here ?? "nothing"} here`;
}

function numberText({ what, there, here, by }: NumberDifference): string {
  const difference = by === undefined ? "" : `, ${by < 0 ? "" : "+"}${Number(by.toPrecision(3))}`;
  return `${what}: ${there ?? "nothing"} there, ${here ?? "nothing"} here${difference}`;
}
