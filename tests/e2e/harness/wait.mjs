// Waiting with a deadline and a reason. Nothing here sleeps for a fixed time: it looks until the answer is right, and says what it last
// saw when the time is over. For what can be awaited as an event, await the event instead.

/** How long anything may take unless a test says otherwise: two loaded cores, not a fast machine. */
export const patience = 10_000;

/** How long one look may take before another is taken: an answer may be lost while its page is being replaced (see `landed` in ../harness.mjs). */
const LOOK = 3_000;

/**
 * Looks until `look` gives something truthy, and gives that.
 * @template T
 * @param {string} what as in "the page is covered"
 * @param {() => Promise<T> | T} look may throw while the page it looks at is being replaced
 * @param {number} [deadline] in ms
 * @returns {Promise<T>}
 */
export async function until(what, look, deadline = patience) {
  const end = Date.now() + deadline;
  let last;
  for (;;) {
    try {
      last = await within(look(), LOOK, `an answer to: ${what}`);
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) throw new Error(`waited ${deadline} ms: ${what}. Last seen: ${told(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/**
 * Gives what the promise gives, or fails after so many ms.
 * @template T
 * @param {Promise<T> | T} promise
 * @param {number} deadline
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function within(promise, deadline, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${deadline} ms: ${what}`)), deadline);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {unknown} value */
export function told(value) {
  if (value instanceof Error) return value.message;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}
