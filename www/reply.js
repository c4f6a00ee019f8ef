/**
 * From the card into a tool's reply box: the script that writes there is put into the tool's page at the click, and into no other.
 */

/**
 * @param {number} tabId
 * @param {string} text
 * @returns {Promise<"put" | "nowhere">}
 */
export async function put(tabId, text) {
  try {
    const everywhere = { tabId, allFrames: true };
    await chrome.scripting.executeScript({ target: everywhere, files: ["/reply.js"] });
    const looks = await chrome.scripting.executeScript({ target: everywhere, func: () => globalThis.undividedReply?.look() ?? 0 });
    const [likely] = looks.filter(({ result }) => Number(result) > 0).sort((one, other) => Number(other.result) - Number(one.result));
    if (!likely) return "nowhere";
    const [done] = await chrome.scripting.executeScript({
      target: { tabId, frameIds: [likely.frameId] },
      /** @param {string} words */
      func: (words) => globalThis.undividedReply?.put(words),
      args: [text],
    });
    return done?.result === true ? "put" : "nowhere";
  } catch (error) {
    // Ordinary: no access to the page, or it is gone.
    console.debug("Undivided: not put:", error);
    return "nowhere";
  }
}
