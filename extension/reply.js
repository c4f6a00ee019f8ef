/**
 * Puts a phrase into a tool's reply box, as if it were typed, when the agent asks for it on the card: run in the tool's page at that moment, and never before.
 *
 * It must never send: it makes no line break, presses no key and clicks nothing. And it must never write into a field for search, a password or a number.
 */
(() => {
	if (globalThis.undividedReply) return;

	/** @typedef {{ element: HTMLElement, kind: "field" | "rich" }} Box */

	const SEARCH = /search|find|filter|suche|buscar|cherch|pesquis/i;
	/** Tools' reply boxes are of these; a one-line field is one only where the agent writes in it already. */
	const CANDIDATES = "textarea, [contenteditable], [role=textbox]";

	globalThis.undividedReply = {
		/** How likely the reply box is in this frame: 2 where the agent was writing, 1 where there is one, 0 where there is none. */
		look() {
			const here = active();
			return here && boxOf(here) ? 2 : best() ? 1 : 0;
		},

		async put(text) {
			const here = active();
			const box = (here && boxOf(here)) || best();
			if (!box) return false;
			const before = textOf(box);
			const wanted = text.replace(/\s+/g, " ").trim();
			for (const way of box.kind === "field" ? [command, setField] : [announce, command, paste]) {
				focus(box);
				way(box, spaced(box, wanted));
				// Editors take a change in, or take it back, in a turn of their own.
				await turns();
				const after = textOf(box);
				if (count(after, wanted) > count(before, wanted)) return true;
				// Something else came of it: another try could write it twice.
				if (after !== before) return false;
			}
			return false;
		},
	};

	/** The element that has the focus, within shadow roots as well. */
	function active() {
		let here = document.activeElement;
		while (here?.shadowRoot?.activeElement) here = here.shadowRoot.activeElement;
		return here instanceof HTMLElement ? here : undefined;
	}

	/** @param {HTMLElement} element @returns {Box | undefined} */
	function boxOf(element) {
		if (element instanceof HTMLTextAreaElement) return isFit(element) && !element.readOnly && !element.disabled ? { element, kind: "field" } : undefined;
		if (element instanceof HTMLInputElement) {
			return element.type === "text" && isFit(element) && !element.readOnly && !element.disabled ? { element, kind: "field" } : undefined;
		}
		if (!element.isContentEditable) return undefined;
		let host = element;
		while (host.parentElement?.isContentEditable) host = host.parentElement;
		return isFit(host) ? { element: host, kind: "rich" } : undefined;
	}

	/** @param {HTMLElement} element */
	function isFit(element) {
		const words = ["aria-label", "placeholder", "name", "id"].map((name) => element.getAttribute(name) ?? "").join(" ");
		return element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible"
			&& !SEARCH.test(words) && element.getAttribute("role") !== "searchbox" && !element.closest("[role=search], [aria-hidden=true]");
	}

	/** Where nobody writes yet: replies are written at the bottom. */
	function best() {
		/** @type {Box[]} */
		const boxes = [];
		collect(document, boxes);
		const bottom = (/** @type {Box} */ { element }) => element.getBoundingClientRect().bottom;
		return boxes.sort((one, other) => bottom(other) - bottom(one))[0];
	}

	/** @param {Document | ShadowRoot} root @param {Box[]} boxes */
	function collect(root, boxes) {
		for (const element of root.querySelectorAll("*")) {
			if (element.shadowRoot) collect(element.shadowRoot, boxes);
			if (!(element instanceof HTMLElement) || !element.matches(CANDIDATES)) continue;
			const box = boxOf(element);
			if (box && !boxes.some((one) => one.element === box.element)) boxes.push(box);
		}
	}

	/** @param {Box} box */
	const textOf = ({ element, kind }) => (kind === "field" ? /** @type {HTMLTextAreaElement} */ (element).value : element.innerText ?? "");

	/** @param {string} text @param {string} wanted */
	const count = (text, wanted) => text.replace(/\s+/g, " ").split(wanted).length - 1;

	/** @param {Box} box */
	function focus({ element, kind }) {
		const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
		if (root.activeElement !== element) element.focus({ preventScroll: true });
		if (kind === "field") return;
		const selection = getSelection();
		if (selection?.anchorNode && element.contains(selection.anchorNode)) return;
		// Within a shadow root Chromium has the selection for itself; where none is told, the editor's own stays.
		if (root instanceof ShadowRoot && !selection?.anchorNode) return;
		selection?.selectAllChildren(element);
		selection?.collapseToEnd();
	}

	/** With a space before it where a word ends there. @param {Box} box @param {string} text */
	function spaced({ element, kind }, text) {
		if (kind === "field") {
			const field = /** @type {HTMLTextAreaElement} */ (element);
			return /\S$/.test(field.value.slice(0, field.selectionStart ?? field.value.length)) ? ` ${text}` : text;
		}
		const { anchorNode: node, anchorOffset: offset = 0 } = getSelection() ?? {};
		if (!node || !element.contains(node)) return text;
		// What stands in the caret's own line; the end of the one before is no word to keep apart from.
		const line = (node instanceof Element ? node : node.parentElement)?.closest("p, div, li, pre, blockquote") ?? element;
		const before = document.createRange();
		before.setStart(element.contains(line) ? line : element, 0);
		before.setEnd(node, offset);
		return /\S$/.test(before.toString().replace(/[\u200b\ufeff]/g, "")) ? ` ${text}` : text;
	}

	/**
	 * Editors that keep a document of their own take text in at this event, and say so by stopping it (Slate, CKEditor): what changes their page without it
	 * they don't see. @param {Box} box @param {string} text
	 */
	function announce({ element }, text) {
		element.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertText", data: text, bubbles: true, cancelable: true, composed: true }));
	}

	/** As typing does it: the editor's own undo knows of it. @param {Box} _ @param {string} text */
	function command(_, text) {
		document.execCommand("insertText", false, text);
	}

	/** Past a framework that keeps a field's value itself. @param {Box} box @param {string} text */
	function setField({ element }, text) {
		const field = /** @type {HTMLTextAreaElement} */ (element);
		field.setRangeText(text, field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length, "end");
		field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
	}

	/** For editors that let nothing into their page but what they put there. @param {Box} box @param {string} text */
	function paste({ element }, text) {
		const clipboardData = new DataTransfer();
		clipboardData.setData("text/plain", text);
		element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true }));
	}

	/** Two turns of the page: one in which an editor answers, one in which it draws. */
	const turns = () => new Promise((resolve) => setTimeout(() => setTimeout(() => resolve(undefined))));
})();
