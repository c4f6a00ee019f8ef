// Whether a page of ours has room for its words: asked of a page in any browser, by the gallery and by the tests in real ones. Must never know a language.

/** @typedef {import("puppeteer-core").Page} Page */

/** What reaches beyond the window's edge, named; nothing if nothing does. @param {Page} page */
export function tooWide(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const over = Array.from(document.body.querySelectorAll("*"), (element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.right > root.clientWidth + 0.5 || box.left < -0.5)
      .map(({ element }) => element.getAttribute("data-part") ?? (element.getAttribute("class") || element.tagName));
    return over.join(", ") || (root.scrollWidth > root.clientWidth ? "the page" : "");
  });
}

/**
 * Words of ours that their box has no room for: beyond its edge, cut in a line of the card, in a choice or in a field's hint.
 *
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export function cutOff(page) {
  return page.evaluate(() => {
    const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    /** @param {Element} element @param {string} text @param {number} more */
    const fits = (element, text, more) => {
      const style = getComputedStyle(element);
      context.font = style.font;
      const room = element.clientWidth - Number.parseFloat(style.paddingInlineStart) - Number.parseFloat(style.paddingInlineEnd) - more;
      return context.measureText(text).width <= room + 1;
    };
    const OURS = ["advice", "said", "copied", "promised", "kept", "left-copied"];
    // Several remarks in one line, the first first: a card as wide as Chrome's narrowest shows two.
    if (innerWidth >= 360) OURS.push("customer-time", "customer-known");
    /** @type {string[]} */
    const cut = [];
    for (const element of document.body.querySelectorAll("*")) {
      if (element.getClientRects().length === 0 || element.closest(".visually-hidden")) continue;
      const text = element.textContent ?? "";
      const { overflowX } = getComputedStyle(element);
      const wide = element.scrollWidth > element.clientWidth + 1;
      if (element instanceof HTMLSelectElement) {
        // The arrow takes some 16 px.
        const chosen = element.selectedOptions[0]?.textContent ?? "";
        if (!fits(element, chosen, 16)) cut.push(chosen);
      } else if (element instanceof HTMLInputElement) {
        // An example of an address may end at the edge.
        if (!element.value && element.type !== "url" && !fits(element, element.placeholder, 0)) cut.push(element.placeholder);
      } else if (OURS.includes(element.getAttribute("data-part") ?? "")) {
        const two = text.split(" · ").length <= 2;
        if (two && (wide || element.scrollHeight > element.clientHeight + 2)) cut.push(text);
      } else if (wide && overflowX === "visible" && element.clientWidth > 0 && Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent?.trim())) {
        cut.push(text);
      }
    }
    return cut;
  });
}
