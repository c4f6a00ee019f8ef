// What must not outlive this process (browsers, servers, folders) is ended here however it ends, by a signal too.

/** @type {Set<() => void>} */
const duties = new Set();

/**
 * Runs this when the process ends, unless the function given back was called before.
 * @param {() => void} duty must not wait for anything
 * @returns {() => void}
 */
export function atExit(duty) {
  duties.add(duty);
  return () => void duties.delete(duty);
}

process.once("exit", () => {
  for (const duty of duties) {
    try {
      duty();
    } catch (error) {
      console.error(error); // the others still have theirs
    }
  }
});
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
process.once("SIGHUP", () => process.exit(129));
