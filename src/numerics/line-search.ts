/**
 * Moré & Thuente's line search (ACM TOMS 20, 1994), as MINPACK-2's dcsrch and scipy's scalar_search_wolfe1 run it.
 *
 * It looks for a step along a descent direction that lowers the function enough and flattens its slope enough (strong
 * Wolfe conditions). It keeps an interval around such a step and tries interpolated points of it. It knows nothing of
 * what the function is of.
 */

/** The function at a step: its value and its derivative with respect to the step. */
export interface PointOnLine {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** scipy's constants: the decrease and the curvature that are asked for, and the bounds of the step. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const INTERVAL = 1e-14;
const MIN_STEP = 1e-8;
const MAX_STEP = 50;
const MAX_TRIALS = 100;

/**
 * The accepted point, or undefined where none is found. `start` is the point at step 0, whose slope is below 0;
 * `first` the first step that is tried.
 */
export function wolfeSearch(
  at: (step: number) => PointOnLine,
  start: PointOnLine,
  first: number,
): PointOnLine | undefined {
  if (!(start.slope < 0) || !(first >= MIN_STEP && first <= MAX_STEP)) return undefined;
  const enough = DECREASE * start.slope;
  const bound = (step: number): number => start.value + step * enough;
  /** The best point so far, and the other end of the interval once one is found. */
  let best: PointOnLine = start;
  let other: PointOnLine = start;
  let bracketed = false;
  let decreasing = true; // the first stage, until a point lies below the line of sufficient decrease with a rising slope
  let [low, high] = [0, 5 * first];
  let width = MAX_STEP - MIN_STEP;
  let widthBefore = 2 * width;
  let step = first;
  for (let trial = 1; trial < MAX_TRIALS; trial++) {
    const point = at(step);
    if (decreasing && point.value <= bound(step) && point.slope >= 0) decreasing = false;
    if (point.value <= bound(step) && Math.abs(point.slope) <= CURVATURE * -start.slope) return point;
    if (bracketed && (step <= low || step >= high || high - low <= INTERVAL * high)) return undefined;
    if (step === MAX_STEP && point.value <= bound(step) && point.slope <= enough) return undefined;
    if (step === MIN_STEP && (point.value > bound(step) || point.slope >= enough)) return undefined;

    // While the decrease does not suffice, the interval is found on the function less the line of sufficient decrease.
    const tilted = decreasing && point.value <= best.value && point.value > bound(step);
    const tilt = tilted ? enough : 0;
    const next = narrow(tilt, best, other, point, bracketed, low, high);
    ({ best, other, bracketed, step } = next);

    if (bracketed) {
      if (Math.abs(other.step - best.step) >= 0.66 * widthBefore) step = best.step + 0.5 * (other.step - best.step);
      widthBefore = width;
      width = Math.abs(other.step - best.step);
      low = Math.min(best.step, other.step);
      high = Math.max(best.step, other.step);
    } else {
      low = step + 1.1 * (step - best.step);
      high = step + 4 * (step - best.step);
    }
    step = Math.min(Math.max(step, MIN_STEP), MAX_STEP);
    if (bracketed && (step <= low || step >= high || high - low <= INTERVAL * high)) step = best.step;
    if (!Number.isFinite(step)) return undefined;
  }
  return undefined;
}

/** One update of the interval and the next step (dcstep), on the function less `tilt` times the step. */
function narrow(
  tilt: number,
  best: PointOnLine,
  other: PointOnLine,
  point: PointOnLine,
  bracketed: boolean,
  low: number,
  high: number,
): { best: PointOnLine; other: PointOnLine; bracketed: boolean; step: number } {
  const tilted = ({ step, value, slope }: PointOnLine): PointOnLine => ({
    step,
    value: value - tilt * step,
    slope: slope - tilt,
  });
  const [x, y, t] = [tilted(best), tilted(other), tilted(point)];
  const opposite = Math.sign(t.slope) * Math.sign(x.slope) < 0;
  const secant = t.step + (t.slope / (t.slope - x.slope)) * (x.step - t.step);

  if (t.value > x.value) {
    // Higher: a minimum lies between. The cubic's minimum if it is nearer to the best point, else half way to the parabola's.
    const cubic = cubicMinimum(x, t);
    const slopeBetween = (x.value - t.value) / (t.step - x.step);
    const parabola = x.step + (x.slope / (slopeBetween + x.slope) / 2) * (t.step - x.step);
    const nearer = Math.abs(cubic - x.step) <= Math.abs(parabola - x.step);
    return { best, other: point, bracketed: true, step: nearer ? cubic : cubic + (parabola - cubic) / 2 };
  }
  if (opposite) {
    // Lower, and the slope has turned: a minimum lies between. The farther of cubic and secant.
    const cubic = cubicMinimum(t, x);
    const farther = Math.abs(cubic - t.step) > Math.abs(secant - t.step);
    return { best: point, other: best, bracketed: true, step: farther ? cubic : secant };
  }
  if (Math.abs(t.slope) < Math.abs(x.slope)) {
    // Lower and flatter: onwards, not too far.
    const cubic = cubicBeyond(x, t, low, high);
    const cubicIsNearer = Math.abs(cubic - t.step) < Math.abs(secant - t.step);
    if (bracketed) {
      const step = cubicIsNearer ? cubic : secant;
      const limit = t.step + 0.66 * (y.step - t.step);
      return {
        best: point,
        other,
        bracketed,
        step: t.step > x.step ? Math.min(limit, step) : Math.max(limit, step),
      };
    }
    const step = Math.abs(cubic - t.step) > Math.abs(secant - t.step) ? cubic : secant;
    return { best: point, other, bracketed, step: Math.min(Math.max(step, low), high) };
  }
  // Lower and no flatter: to the minimum in the interval, or as far as is allowed.
  const step = bracketed ? cubicMinimum(t, y) : t.step > x.step ? high : low;
  return { best: point, other, bracketed, step };
}

/** The minimum between `from` and `to` of the cubic through both with their slopes. */
function cubicMinimum(from: PointOnLine, to: PointOnLine): number {
  const { theta, size } = coefficients(from, to);
  const root = size * Math.sqrt((theta / size) ** 2 - (from.slope / size) * (to.slope / size));
  const gamma = to.step < from.step ? -root : root;
  const r = (gamma - from.slope + theta) / (gamma - from.slope + gamma + to.slope);
  return from.step + r * (to.step - from.step);
}

/** The minimum beyond `to` of the cubic through both; the bound on that side where it has none there. */
function cubicBeyond(from: PointOnLine, to: PointOnLine, low: number, high: number): number {
  const { theta, size } = coefficients(from, to);
  const root = size * Math.sqrt(Math.max(0, (theta / size) ** 2 - (from.slope / size) * (to.slope / size)));
  const gamma = to.step > from.step ? -root : root;
  const r = (gamma - to.slope + theta) / (gamma + (from.slope - to.slope) + gamma);
  if (r < 0 && gamma !== 0) return to.step + r * (from.step - to.step);
  return to.step > from.step ? high : low;
}

function coefficients(from: PointOnLine, to: PointOnLine): { theta: number; size: number } {
  const theta = (3 * (from.value - to.value)) / (to.step - from.step) + from.slope + to.slope;
  return { theta, size: Math.max(Math.abs(theta), Math.abs(from.slope), Math.abs(to.slope)) };
}

/**
 * The line search of Nocedal & Wright (Numerical Optimization, 2006, algorithms 3.5 and 3.6), as scipy's scalar_search_wolfe2
 * runs it; scikit-learn's last resort. It accepts fewer of the points at which rounding hides the decrease than
 * `wolfeSearch` rejects. Same arguments and answer; the last step tried where ten doublings end the search.
 */
export function bracketingSearch(
  at: (step: number) => PointOnLine,
  start: PointOnLine,
  first: number,
): PointOnLine | undefined {
  if (first === 0) return undefined;
  let before = start;
  let point = at(first);
  for (let trial = 0; trial < MAX_DOUBLINGS; trial++) {
    if (!decreases(point, start) || (trial > 0 && point.value >= before.value)) return zoom(at, start, before, point);
    if (Math.abs(point.slope) <= CURVATURE * -start.slope) return point;
    if (point.slope >= 0) return zoom(at, start, point, before);
    before = point;
    point = at(2 * point.step);
  }
  return point;
}

const MAX_DOUBLINGS = 10;
const MAX_ZOOMS = 10;

function decreases(point: PointOnLine, start: PointOnLine): boolean {
  return point.value <= start.value + DECREASE * point.step * start.slope;
}

/** Shrinks the interval between `low`, the lowest sufficient decrease so far, and `high` until a step is acceptable. */
function zoom(
  at: (step: number) => PointOnLine,
  start: PointOnLine,
  low: PointOnLine,
  high: PointOnLine,
): PointOnLine | undefined {
  let former: PointOnLine = { ...start, step: 0 };
  for (let i = 0; i <= MAX_ZOOMS; i++) {
    const width = high.step - low.step;
    // Margins keep the sign of the width, as scipy's do.
    const inside = (step: number, share: number): boolean =>
      step <= Math.max(low.step, high.step) - share * width && step >= Math.min(low.step, high.step) + share * width;
    let step = i > 0 ? cubicThroughThree(low, high, former) : Number.NaN;
    if (!inside(step, 0.2)) step = parabolaThrough(low, high);
    if (!inside(step, 0.1)) step = low.step + 0.5 * width;

    const point = at(step);
    if (!decreases(point, start) || point.value >= low.value) {
      former = high;
      high = point;
      continue;
    }
    if (Math.abs(point.slope) <= CURVATURE * -start.slope) return point;
    if (point.slope * width >= 0) {
      former = high;
      high = low;
    } else {
      former = low;
    }
    low = point;
  }
  return undefined;
}

/** The minimum of the cubic through all three with the slope of the first; NaN or infinite where it has none. */
function cubicThroughThree(a: PointOnLine, b: PointOnLine, c: PointOnLine): number {
  const [db, dc] = [b.step - a.step, c.step - a.step];
  const [fb, fc] = [b.value - a.value - a.slope * db, c.value - a.value - a.slope * dc];
  const denominator = (db * dc) ** 2 * (db - dc);
  const cubic = (dc ** 2 * fb - db ** 2 * fc) / denominator;
  const square = (db ** 3 * fc - dc ** 3 * fb) / denominator;
  return a.step + (-square + Math.sqrt(square ** 2 - 3 * cubic * a.slope)) / (3 * cubic);
}

/** The minimum of the parabola through both with the slope of the first. */
function parabolaThrough(a: PointOnLine, b: PointOnLine): number {
  const db = b.step - a.step;
  return a.step - a.slope / ((2 * (b.value - a.value - a.slope * db)) / db ** 2);
}
