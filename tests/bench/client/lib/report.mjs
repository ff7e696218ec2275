// From measured interactions to a table a person can read.

export const KINDS = ['toggle', 'pick', 'clear', 'brush', 'all'];

/** What an interaction should take at that many rows, in ms, as p50 and p95; and a brush at most. */
export const GOALS = { 1_000_000: { p50: 1, p95: 4, brush: 0.3 }, 10_000_000: { p50: 10, p95: 45, brush: 0.3 } };
/** Memory as a multiple of the Arrow bytes. */
export const MEMORY_GOAL = 1.5;

/** Nearest rank. */
export const percentile = (sorted, percent) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];

/** p50, p95 and max in ms by kind of interaction. */
export function spread(steps) {
  const of = (kind) => {
    const times = steps.filter((step) => kind === 'all' || step.kind === kind).map((step) => step.ms).sort((a, b) => a - b);
    return times.length > 0
      ? { count: times.length, p50: percentile(times, 50), p95: percentile(times, 95), max: times.at(-1) }
      : undefined;
  };
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)]));
}

/** Times of one contestant beside ours over the same interactions: its first ones, if it was slow. */
export function ratios(steps, ours) {
  const [theirs, own] = [spread(steps), spread(ours.slice(0, steps.length))];
  return { p50: theirs.all.p50 / own.all.p50, p95: theirs.all.p95 / own.all.p95 };
}

/** The table of one number of rows. */
export function table(rows, results) {
  const lines = [['', 'load', 'first', ...KINDS.map((kind) => `${kind} p50 / p95 / max`), 'n', 'memory', '× Arrow', 'wasm × Arrow', '× ours p50 / p95']];
  for (const result of results) {
    if (result.failed) {
      lines.push([result.contestant, `could not: ${result.failed}`]);
      continue;
    }
    const times = KINDS.map((kind) => {
      const of = result.spread[kind];
      return of ? `${ms(of.p50)} / ${ms(of.p95)} / ${ms(of.max)}` : '';
    });
    const { memory } = result;
    lines.push([
      result.contestant, ms(result.loadMs), ms(result.firstMs), ...times, String(result.steps.length),
      memory ? `${(memory / 1e6).toFixed(0)} MB` : '', memory ? (memory / result.arrowBytes).toFixed(2) : '',
      result.ownMemory ? (result.ownMemory / result.arrowBytes).toFixed(2) : '',
      result.ratio ? `${result.ratio.p50.toFixed(1)} / ${result.ratio.p95.toFixed(1)}` : '',
    ]);
  }
  const goal = GOALS[rows];
  const wanted = goal
    ? `\ngoals for ours: all p50 ≤ ${goal.p50} ms, p95 ≤ ${goal.p95} ms; brush ≤ ${goal.brush} ms; memory ≤ ${MEMORY_GOAL} × Arrow` : '';
  return `${rows.toLocaleString('en')} rows, times in ms\n${aligned(lines)}${wanted}`;
}

function ms(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

/** Rows of one cell beside a name do not widen a column. */
function aligned(lines) {
  const widths = lines[0].map((_, at) => Math.max(...lines.filter((line) => line.length === lines[0].length).map((line) => line[at].length)));
  const cell = (text, at) => (at === 0 ? text.padEnd(widths[0]) : text.padStart(widths[at] ?? 0));
  return lines.map((line) => (line.length < lines[0].length ? `${line[0].padEnd(widths[0])}  ${line[1]}` : line.map(cell).join('  ').trimEnd())).join('\n');
}
