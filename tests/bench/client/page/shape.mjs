// What the mart of the benchmark looks like to the page; the Rust side has the same in engine/src/mart.rs and generate.rs.

export const DAYS = 1095;
export const DIMENSIONS = ['plan', 'region', 'industry', 'company_size', 'acquisition_channel'];
/** How many values each dimension has. */
export const SIZES = [6, 7, 12, 6, 8];
export const MEASURES = [
  'leads_created', 'opportunities_won', 'opportunities_won_amount', 'trials_started', 'customers_new', 'customers_churned_voluntary',
  'mrr_new', 'mrr_expansion', 'mrr_contraction', 'mrr_churn_voluntary', 'tickets_created', 'tickets_solved',
];
/** Positions of the measures that are broken down by every dimension. */
export const BROKEN_DOWN = ['customers_new', 'mrr_expansion', 'tickets_created'].map((name) => MEASURES.indexOf(name));

/** Where the values of each dimension begin in a breakdown, and where the last end. */
export const OFFSETS = SIZES.reduce((offsets, size) => [...offsets, offsets.at(-1) + size], [0]);
export const VALUES = OFFSETS.at(-1);

/**
 * Room for the results of one interaction.
 * series: sums by day, one measure after the other; totals: one sum per measure over the range;
 * breakdowns: by measure broken down, dimension, and value.
 */
export function emptyResult() {
  return {
    series: new Float64Array(MEASURES.length * DAYS),
    totals: new Float64Array(MEASURES.length),
    breakdowns: new Float64Array(BROKEN_DOWN.length * VALUES),
  };
}

/** The totals of a range from the sums by day. */
export function totalsOf(series, from, to, totals) {
  for (let m = 0; m < totals.length; m += 1) {
    let total = 0;
    for (let at = m * DAYS + from; at <= m * DAYS + to; at += 1) total += series[at];
    totals[m] = total;
  }
}

/** Whether two states let the same values through. */
export const sameFilters = (a, b) => a !== undefined && a.kept.every((kept, d) => kept === b.kept[d]);

/** Whether two states have the same range. */
export const sameRange = (a, b) => a !== undefined && a.from === b.from && a.to === b.to;
