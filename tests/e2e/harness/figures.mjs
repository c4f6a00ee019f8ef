// Figures of a list of measurements.

/**
 * The smallest one that so large a part of them does not exceed; 0 of none.
 * @param {number[]} list
 * @param {number} part 0.5 is the median
 */
export function share(list, part) {
  const sorted = list.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? sorted[0] ?? 0;
}

/** @param {number[]} list */
export function median(list) {
  return share(list, 0.5);
}
