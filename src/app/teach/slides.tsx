/**
 * The slides as markup: large type, one idea on each, nothing that moves.
 *
 * Plain elements and SVG without style attributes, so that the same markup serves the page and a saved file under a policy
 * that allows neither foreign styles nor scripts; play.ts shows them one at a time. Steps of a slide are elements
 * `data-step`; its picture stands through all of them and gets its address later, by the `data-row` of the stimulus set.
 * React writes every string as text.
 */
import { decimal, percent } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import type { Screen, StimulusScreen } from "./screens.ts";

interface Props {
  readonly screens: readonly Screen[];
  /** What leaving does, on its button. */
  readonly leaveWord: string;
}

/** More rows than these, and they are set smaller: nobody scrolls on a projector. */
const FEW = 7;

export function Slides({ screens, leaveWord }: Props) {
  return (
    <>
      {screens.map((screen, i) => (
        // Scrolls where the screen is small, so the keyboard must reach it.
        <section
          key={screen.id}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
          tabIndex={0}
          className="slide"
          data-slide={screen.kind}
          aria-label={`Slide ${i + 1} of ${screens.length}`}
        >
          <div className="sheet">
            <Body screen={screen} />
          </div>
        </section>
      ))}
      <nav className="foot" data-foot="" aria-label="Slides">
        <button type="button" data-present="">
          Present
        </button>
        <button type="button" data-go="back">
          Back
        </button>
        <output data-at="" />
        <button type="button" data-go="next">
          Next
        </button>
        <button type="button" data-full="">
          Full screen
        </button>
        <button type="button" data-leave="">
          {leaveWord}
        </button>
      </nav>
      <p className="visually-hidden" role="status" data-said="" />
    </>
  );
}

function Body({ screen }: { readonly screen: Screen }) {
  switch (screen.kind) {
    case "title":
      return (
        <div className="title">
          <h2>{screen.heading}</h2>
          <p className="sentence">{screen.sentence}</p>
          <p className="note">{screen.of}</p>
        </div>
      );
    case "stimulus":
      return <Stimulus screen={screen} />;
    case "score":
      return <Scores screen={screen} />;
    case "conditions":
      return <Conditions screen={screen} />;
    case "layers":
      return <Layers screen={screen} />;
    case "method":
      return (
        <>
          <h2>{screen.heading}</h2>
          <Sentence screen={screen} />
          <dl className="facts">
            {screen.facts.map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </>
      );
    case "words":
      return (
        <div className="title">
          <h2>{screen.heading}</h2>
          <Sentence screen={screen} />
        </div>
      );
    default:
      return screen satisfies never;
  }
}

function Sentence({ screen }: { readonly screen: Screen }) {
  return screen.sentence === "" ? null : <p className="sentence">{screen.sentence}</p>;
}

function Stimulus({ screen }: { readonly screen: StimulusScreen }) {
  const { pictures, choices, people, given, sites, reveal } = screen;
  // The sentence stands at the end, whichever step that is.
  const end = { reveal, given, people, sites, alone: screen };
  const last = Object.entries(end).find(([, step]) => step !== undefined)?.[0];
  return (
    <div className="shown" data-pictures={pictures.length}>
      <div className="look">
        <div className="pictures">
          {pictures.map(({ row, label }) => (
            <figure key={row}>
              {/* No description: it would give the answer. */}
              <img data-row={row} alt="The stimulus" draggable={false} />
              {label !== "" && <figcaption>{label}</figcaption>}
            </figure>
          ))}
        </div>
        <p className="note">{screen.credit}</p>
      </div>
      <div className="steps">
        <div data-step="alone">
          <h2>{screen.heading}</h2>
          {last === "alone" && <Sentence screen={screen} />}
        </div>
        {choices.length > 0 && <Ask screen={screen} />}
        {people !== undefined && (
          <div data-step="people">
            <h2>{people.heading}</h2>
            <table className="bars" data-role="people">
              <tbody>
                {people.bars.map(({ label, n, share }) => (
                  <tr key={label}>
                    <th scope="row">{label}</th>
                    <td>
                      <Track bars={[[0, share]]} />
                    </td>
                    <td className="number">{n}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p className="note">{people.note}</p>
            <table className="bars" data-role="room" hidden>
              <caption>The room</caption>
              <tbody data-room="" />
            </table>
            {last === "people" && <Sentence screen={screen} />}
          </div>
        )}
        {given !== undefined && (
          <div data-step="given">
            <h2>{given.heading}</h2>
            <table className="given" data-many={given.rows.length > FEW || undefined}>
              <tbody>
                {given.rows.map(({ name, label, p }) => (
                  <tr key={name}>
                    <th scope="row">
                      <Identifier>{name}</Identifier>
                    </th>
                    <td className="said">{label}</td>
                    {given.rows.some((row) => row.p !== undefined) && (
                      <td className="number">{p === undefined ? "" : `p = ${decimal(p, 2)}`}</td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
            {last === "given" && <Sentence screen={screen} />}
          </div>
        )}
        {sites !== undefined && (
          <div data-step="sites">
            <h2>{sites.heading}</h2>
            <Sites values={sites.values} />
            <p className="note">{sites.note}</p>
            <Sentence screen={screen} />
          </div>
        )}
        {reveal !== undefined && (
          <div data-step="reveal">
            <h2 className="truth">{reveal.heading}</h2>
            <ul className="standings" data-many={reveal.standings.length > FEW || undefined}>
              {reveal.standings.map(({ who, role, label, right }) => (
                <li key={`${role} ${who}`} data-role={role}>
                  <Mark right={right} />
                  <span className="who">
                    <Identifier>{who}</Identifier>
                  </span>
                  <span>{label}</span>
                </li>
              ))}
              <li data-role="room" data-room-right="" hidden>
                <span className="who">the room</span>
                <span data-n="" />
              </li>
            </ul>
            <Sentence screen={screen} />
          </div>
        )}
      </div>
    </div>
  );
}

/** The choices, each with a key and a number: how many hands in the room are up for it. */
function Ask({ screen }: { readonly screen: StimulusScreen }) {
  return (
    <div data-step="ask">
      <h2>{screen.heading}</h2>
      <ul className="choices" data-many={screen.choices.length > 9 || undefined}>
        {screen.choices.map(({ answer, label, key }) => (
          <li key={answer}>
            <button type="button" data-hand="" aria-label={`${label}: one hand more`}>
              <kbd>{key}</kbd> <span>{label}</span>
            </button>
            <input
              type="number"
              min="0"
              inputMode="numeric"
              placeholder="0"
              aria-label={`Hands for ${label}`}
              data-hands=""
              data-key={key}
              data-label={label}
              data-right={screen.reveal?.answer === answer ? "" : undefined}
            />
          </li>
        ))}
      </ul>
      <p className="note">A key or a tap counts a hand, Backspace takes the last one back; numbers can be typed.</p>
    </div>
  );
}

/** Filled where right, open where not: never by colour alone. */
function Mark({ right }: { readonly right: boolean }) {
  return (
    <svg className="mark" viewBox="0 0 12 12" role="img" aria-label={right ? "right" : "wrong"}>
      <circle cx="6" cy="6" r="4.5" data-right={right || undefined} />
    </svg>
  );
}

interface TrackProps {
  /** From and to, as shares of the track. */
  readonly bars: readonly (readonly [number, number])[];
  readonly lines?: readonly (readonly [number, number])[];
  /** Where the ceiling stands. */
  readonly ceiling?: number;
}

const at = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** Lengths in per cent, so that it needs neither a width nor a style of its own. */
function Track({ bars, lines = [], ceiling }: TrackProps) {
  return (
    <svg className="track" aria-hidden="true">
      {bars.map(([from, to]) => (
        <rect key={`${from} ${to}`} className="bar" x={at(from)} width={at(to - from)} y="0" height="100%" />
      ))}
      {ceiling !== undefined && <line className="ceiling" x1={at(ceiling)} x2={at(ceiling)} y1="0" y2="100%" />}
      {lines.map(([from, to]) => (
        <line key={`${from} ${to}`} className="interval" x1={at(from)} x2={at(to)} y1="50%" y2="50%" />
      ))}
    </svg>
  );
}

function Scores({ screen }: { readonly screen: Extract<Screen, { kind: "score" }> }) {
  const [low, high] = screen.domain;
  const place = (value: number): number => (value - low) / (high - low);
  const span = (a: number, b: number) => [Math.min(place(a), place(b)), Math.max(place(a), place(b))] as const;
  return (
    <>
      <h2>{screen.heading}</h2>
      <Sentence screen={screen} />
      <table className="bars wide" data-many={screen.rows.length > FEW || undefined}>
        <tbody>
          <tr data-role="ceiling">
            <th scope="row">{screen.ceiling.name}</th>
            <td>
              <Track bars={[span(0, 1)]} ceiling={place(1)} />
            </td>
            <td className="number">{decimal(1)}</td>
          </tr>
          {screen.rows.map(({ name, score, interval }) => (
            <tr key={name} data-role="models">
              <th scope="row">
                <Identifier>{name}</Identifier>
              </th>
              <td>
                <Track
                  bars={[span(0, score)]}
                  ceiling={place(1)}
                  lines={interval === undefined ? [] : [[place(interval[0]), place(interval[1])]]}
                />
              </td>
              <td className="number">{decimal(score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note">
        {screen.ceiling.text}. {screen.note}
      </p>
    </>
  );
}

/** People a filled circle, each subject a stroke, on one axis from 0 to 100 %. */
function Conditions({ screen }: { readonly screen: Extract<Screen, { kind: "conditions" }> }) {
  const { groups, who, them } = screen;
  const people = groups.some(({ group }) => group.people !== undefined);
  const several = groups.some(({ group }) => group.given.length > 1);
  const mean = (shares: readonly { readonly share: number }[]): number =>
    shares.reduce((total, { share }) => total + share, 0) / shares.length;
  return (
    <>
      <h2>{screen.heading}</h2>
      <Sentence screen={screen} />
      {groups.length > 0 && (
        <table className="bars wide">
          <thead>
            <tr>
              <td />
              <td className="ends">
                <span>0 %</span>
                <span>100 %</span>
              </td>
              {people && (
                <th scope="col" data-role="people">
                  <svg className="mark" viewBox="0 0 12 12" aria-hidden="true">
                    <circle cx="6" cy="6" r="4.5" data-right />
                  </svg>
                  {who}
                </th>
              )}
              <th scope="col" data-role="models">
                <svg className="mark" viewBox="0 0 12 12" aria-hidden="true">
                  <path d="M6 1v10" />
                </svg>
                {them}
                {several && ", mean"}
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ label, group }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a condition may be called "all" too
              <tr key={i}>
                <th scope="row">{label}</th>
                <td>
                  <svg className="track dots" aria-hidden="true">
                    <line className="axis" x1="0%" x2="100%" y1="50%" y2="50%" />
                    {group.given.map(({ name, share }) => (
                      <line key={name} className="stroke" x1={at(share)} x2={at(share)} y1="12%" y2="88%" />
                    ))}
                    {group.people !== undefined && <circle cx={at(group.people)} cy="50%" r="0.36em" />}
                  </svg>
                </td>
                {people && (
                  <td className="number" data-role="people">
                    {group.people === undefined ? "" : percent(group.people)}
                  </td>
                )}
                <td className="number" data-role="models">
                  {group.given.length === 0 ? "" : percent(mean(group.given))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="note">{screen.note}</p>
    </>
  );
}

function Sites({ values }: { readonly values: NonNullable<StimulusScreen["sites"]>["values"] }) {
  const low = Math.min(0, ...values.map((each) => each.low));
  const high = Math.max(...values.map((each) => each.high));
  const y = (value: number): string => at(1 - (value - low) / (high - low || 1));
  const x = (i: number): string => at((i + 0.5) / values.length);
  return (
    <figure className="sites">
      <div className="ends">
        <span>{decimal(high, 2)}</span>
        <span>{decimal(low, 2)}</span>
      </div>
      <svg
        className="plot"
        role="img"
        aria-label={`Responses of ${values.length} sites, from ${decimal(low, 2)} to ${decimal(high, 2)}`}
      >
        {values.map((each, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sites keep their order
          <g key={i}>
            <line className="axis" x1={x(i)} x2={x(i)} y1={y(each.low)} y2={y(each.high)} />
            {Number.isFinite(each.value) && <circle cx={x(i)} cy={y(each.value)} r="0.22em" />}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function Layers({ screen }: { readonly screen: Extract<Screen, { kind: "layers" }> }) {
  const { curves, top } = screen;
  const y = (score: number): string => at(1 - Math.max(0, score) / top);
  const x = (depth: number): string => at(0.02 + 0.96 * depth);
  return (
    <>
      <h2>{screen.heading}</h2>
      <Sentence screen={screen} />
      {curves.length > 0 && (
        <>
          <figure className="sites">
            <div className="ends">
              <span>{decimal(top, 2)}</span>
              <span>0</span>
            </div>
            <svg className="plot" role="img" aria-label="Scores by layer; the table below has the highest of each">
              {curves.map(({ name, points, best }) => (
                <g key={name}>
                  {points.slice(1).map((point, i) => (
                    <line
                      key={point.layer}
                      className="stroke"
                      x1={x(points[i]?.depth ?? 0)}
                      y1={y(points[i]?.score ?? 0)}
                      x2={x(point.depth)}
                      y2={y(point.score)}
                    />
                  ))}
                  <circle cx={x(best.depth)} cy={y(best.score)} r="0.3em" />
                </g>
              ))}
            </svg>
          </figure>
          <p className="note">From the first layer, left, to the last. Marked: the highest of each.</p>
          <table className="given">
            <tbody>
              {curves.map(({ name, best }) => (
                <tr key={name}>
                  <th scope="row">
                    <Identifier>{name}</Identifier>
                  </th>
                  <td className="said">{best.layer}</td>
                  <td className="number">{decimal(best.score)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
