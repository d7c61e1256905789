/** The curve over layers: scores in the network's order, the committed layer and the best marked, errors where there are some. */
import { max, ticks } from "d3-array";
import type { LayerScore } from "../../../lab/layers.ts";
import { BEST_OF_THESE, bestLayer } from "../../../scorecard/layers.ts";
import { count, decimal, plusMinus } from "../../format.ts";
import { placeLabels } from "../../strip-layout.ts";
import { useWidth } from "../../use-width.ts";
import { errorEnds, scoreDomain, shortNames } from "./layer-axis.ts";
import styles from "./neural.module.css";
import { useWalk } from "./walk.ts";

interface Props {
  /** In the network's order; not all of them while a run goes on. */
  readonly layers: readonly LayerScore[];
  readonly region: string;
}

/** Sizes in px: the height of the plot, the margins, what a slanted name takes beside others, a lane of words, a letter. */
const PLOT = 200;
const LEFT = 36;
const RIGHT = 10;
const TOP = 36;
const NAME = 17;
const LANE = 14;
const LETTER = 6.5;
/** How steep names are, in degrees, and how deep a name of length 1 reaches. */
const ANGLE = 48;
const SLANT = Math.sin((ANGLE * Math.PI) / 180);

export function LayerCurve({ layers, region }: Props) {
  const { ref, width } = useWidth();
  const n = layers[0]?.layers ?? 0;
  const best = bestLayer(layers)?.layer;
  const committed = layers.find((layer) => layer.committed);
  const start = layers.findIndex((layer) => layer === (best ?? committed));
  const walk = useWalk(layers.length, "Score by layer", Math.max(0, start));
  const scored = layers.flatMap((layer) =>
    layer.result.status === "scored"
      ? [{ ...layer, score: layer.result.score, ends: errorEnds(layer.result.score) }]
      : [],
  );
  const [low, high] = scoreDomain(scored.flatMap(({ score, ends }) => [score.score, ...(ends ?? [])]));
  const plotWidth = width - LEFT - RIGHT;
  const x = (place: number): number => LEFT + ((place + 0.5) / n) * plotWidth;
  const y = (score: number): number => TOP + ((high - score) / (high - low)) * PLOT;
  const names = shortNames(layers.map(({ layer }) => layer));
  const step = Math.max(1, Math.ceil((NAME * n) / Math.max(1, plotWidth)));
  const bottom = TOP + PLOT;
  const height = bottom + 22 + SLANT * LETTER * Math.max(0, ...names.map(({ length }) => length));
  const labelled = scored.filter((layer) => layer.layer === best?.layer || layer.committed);
  const labels = labelled.map((layer) => ({
    ...{ layer, text: [...(layer.committed ? ["committed"] : []), ...(layer.layer === best?.layer ? ["best"] : [])] },
  }));
  const placed = placeLabels(
    labels.map(({ layer, text }) => ({ x: x(layer.place), width: text.join(", ").length * LETTER })),
    width,
    2,
  );
  const told = walk.at === undefined ? undefined : layers[walk.at];
  return (
    <>
      <dl className={styles.marks}>
        {committed !== undefined && (
          <div>
            <dt>
              <Glyph kind="committed" /> <code>{committed.layer}</code> {numberOf(committed)}
            </dt>
            <dd>committed to {region} before anything was scored</dd>
          </div>
        )}
        {best !== undefined && (
          <div>
            <dt>
              <Glyph kind="best" /> <code>{best.layer}</code> {numberOf(best)}
            </dt>
            <dd>{BEST_OF_THESE}</dd>
          </div>
        )}
      </dl>
      <div ref={ref} className={styles.curve} style={{ height }} {...walk.list}>
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {ticks(low, high, 5).map((tick) => (
              <g key={tick}>
                <line className={styles.grid} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
                <text className={styles.share} x={LEFT - 6} y={y(tick) + 4}>
                  {tick === 0 ? 0 : decimal(tick, 2)}
                </text>
              </g>
            ))}
            {high >= 1 && <line className={styles.ceiling} x1={LEFT} x2={width - RIGHT} y1={y(1)} y2={y(1)} />}
            {layers.map(({ layer, place }, i) => (
              <g key={layer}>
                <line className={styles.notch} x1={x(place)} x2={x(place)} y1={bottom} y2={bottom + 4} />
                {(place % step === 0 || i === walk.at) && (
                  <text
                    className={styles.name}
                    data-marked={i === walk.at || undefined}
                    transform={`translate(${x(place) + 4} ${bottom + 14}) rotate(${-ANGLE})`}
                  >
                    {names[i]}
                  </text>
                )}
              </g>
            ))}
            {labels.map(({ layer, text }, i) => {
              const label = placed[i];
              if (label === undefined) return null;
              const at = TOP - 12 - label.lane * LANE;
              const end = y(max([layer.score.score, ...(layer.ends ?? [])]) ?? 0) - 7;
              return (
                <g key={layer.layer} className={styles.called}>
                  {end > at + 4 && <line x1={x(layer.place)} x2={x(layer.place)} y1={at + 4} y2={end} />}
                  <text x={label.x} y={at}>
                    {text.join(", ")}
                  </text>
                </g>
              );
            })}
            <polyline
              className={styles.line}
              points={scored.map(({ place, score }) => `${x(place)},${y(score.score)}`).join(" ")}
            />
            {scored.map(({ layer, place, ends }) =>
              ends === undefined ? null : (
                <path
                  key={layer}
                  className={styles.error}
                  d={`M${x(place)} ${y(ends[0])}V${y(ends[1])}M${x(place) - 3} ${y(ends[0])}h6M${x(place) - 3} ${y(ends[1])}h6`}
                />
              ),
            )}
            {scored.map(({ layer, place, score, committed }) => {
              const kind = layer === best?.layer ? "best" : committed ? "committed" : "plain";
              return (
                <g key={layer} transform={`translate(${x(place)} ${y(score.score)})`}>
                  <Shape kind={kind} marked={layer === told?.layer} />
                </g>
              );
            })}
          </svg>
        )}
        {width > 0 &&
          layers.map((layer, i) => (
            <div
              key={layer.layer}
              {...walk.option(i)}
              className={styles.column}
              style={{ insetInlineStart: x(layer.place - 0.5), width: plotWidth / n, height: bottom }}
            >
              <span className="visually-hidden">{layerText(layer, layer === best)}</span>
            </div>
          ))}
      </div>
      <p className={styles.told}>
        {told === undefined ? "Point at a layer, or walk with the arrow keys." : layerText(told, told === best)}
      </p>
    </>
  );
}

type Kind = "plain" | "committed" | "best";

/** Told apart by their form: a dot, a ring around it, a diamond. */
function Shape({ kind, marked = false }: { readonly kind: Kind; readonly marked?: boolean }) {
  return (
    <g className={styles.shape} data-kind={kind} data-marked={marked || undefined}>
      {kind === "best" ? (
        <path d="M0 -7 7 0 0 7 -7 0Z" />
      ) : (
        <>
          {kind === "committed" && <circle className={styles.ring} r="7" />}
          <circle r={kind === "committed" ? 4 : 3.5} />
        </>
      )}
    </g>
  );
}

function Glyph({ kind }: { readonly kind: Kind }) {
  return (
    <svg className={styles.glyph} width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
      <Shape kind={kind} />
    </svg>
  );
}

function numberOf({ result }: LayerScore): string {
  return result.status === "scored" ? decimal(result.score.score) : "no score";
}

/** A layer in a sentence: what is told of it when it is pointed at. */
function layerText({ layer, place, layers, features, committed, result }: LayerScore, best: boolean): string {
  const which = `${layer}, layer ${place + 1} of ${layers}, ${count(features)} features`;
  const words = [...(committed ? ["committed"] : []), ...(best ? ["best of these"] : [])];
  const marks = words.length === 0 ? "" : `; ${words.join(", ")}`;
  if (result.status === "failed") return `${which}: no score. ${result.error.message}`;
  const { score, raw, error, unit } = result.score;
  return `${which}: score ${decimal(score)}; ${unit} ${decimal(raw)}${error === undefined ? "" : ` ${plusMinus(error)}`}${marks}`;
}
