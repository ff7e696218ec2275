// The interactions every contestant goes through: random, but the same for the same seed.
import { DAYS, SIZES } from './shape.mjs';

/** A generator of numbers from 0 to below `bound` (xorshift, Marsaglia 2003). */
function dice(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

/** The state before the first interaction. */
export const START = Object.freeze({ kind: 'first', kept: Object.freeze(SIZES.map(() => 0)), from: 0, to: DAYS - 1 });

/**
 * One state per interaction: `kept` has a bit for each value of a dimension that is let through, or none for all of them;
 * `from` and `to` are the first and last day shown. `kind` is what the reader did: toggle, pick, clear or brush.
 */
export function interactions(count, seed) {
  const roll = dice(seed);
  const states = [];
  for (let before = START; states.length < count; before = states.at(-1)) {
    const chance = roll(100);
    const filtered = before.kept.flatMap((kept, d) => (kept ? [d] : []));
    if (chance < 40) states.push(toggled(before, roll));
    else if (chance < 60) states.push(picked(before, roll));
    else if (chance < 75 && filtered.length > 0) states.push(changed(before, 'clear', filtered[roll(filtered.length)], 0));
    else states.push(brushed(before, roll));
  }
  return states;
}

function changed(before, kind, dimension, kept) {
  return { ...before, kind, kept: before.kept.map((old, d) => (d === dimension ? kept : old)) };
}

/** One value more or less. */
function toggled(before, roll) {
  const dimension = roll(SIZES.length);
  return changed(before, 'toggle', dimension, before.kept[dimension] ^ (1 << roll(SIZES[dimension])));
}

/** Several values at once, others than before. */
function picked(before, roll) {
  const dimension = roll(SIZES.length);
  for (;;) {
    let kept = 0;
    for (let values = 2 + roll(SIZES[dimension] - 2); values > 0; values -= 1) kept |= 1 << roll(SIZES[dimension]);
    if (kept !== before.kept[dimension]) return changed(before, 'pick', dimension, kept);
  }
}

/** Another range: half of the time somewhere else, else an edge dragged a little, as a hand does it. */
function brushed(before, roll) {
  const range = (from, to) => ({ ...before, kind: 'brush', from, to });
  if (roll(2) === 0) {
    const length = 7 + roll(DAYS - 7);
    const from = roll(DAYS - length + 1);
    return range(from, from + length - 1);
  }
  const step = 1 + roll(14);
  return roll(2) === 0
    ? range(Math.min(before.from + step, before.to), before.to)
    : range(before.from, Math.max(before.to - step, before.from));
}
