/**
 * Over a distracting page: draws the cover, pauses what plays, and takes both back. What hides the page and shows the cover is
 * cover.css alone, which the browser removes with the add-on; without it, all this leaves is an element that shows nothing.
 *
 * It must never name the customer (a page can look at what is drawn over it), let the page hear what is typed here, touch the page's own
 * elements beyond pausing media, or stay when nobody is there to lift it.
 */
(() => {
	const globals = /** @type {{ undividedCover?: { show: () => void } }} */ (globalThis);
	if (globals.undividedCover) return globals.undividedCover.show();

	/**
	 * How each part looks, set as properties because that is what every page's policy allows; colours come from cover.css by inheritance.
	 * Pixels and not rem, which here are the page's.
	 */
	const LOOK = {
		card:
			"box-sizing:border-box;display:grid;grid-template-columns:minmax(0,576px);gap:24px;place-content:center;justify-items:center;" +
			"min-block-size:100%;padding:32px 16px 12vh;color:var(--undivided-ink);font:400 17px/1.45 system-ui,sans-serif;" +
			"text-align:center;overflow-wrap:anywhere",
		// The mark: a filled circle within an open ring.
		glyph:
			"box-sizing:border-box;display:block;inline-size:56px;block-size:56px;border:7px solid var(--undivided-accent);" +
			"border-block-end-color:transparent;border-radius:50%;forced-color-adjust:none;" +
			"background:radial-gradient(circle,var(--undivided-accent) 10px,transparent 11px) no-repeat",
		title: "margin:0;font-size:clamp(30px,20px + 2.6vw,44px);font-weight:700;line-height:1.15;letter-spacing:-0.02em;text-wrap:balance",
		text: "max-inline-size:30em;margin:0;color:var(--undivided-ink-2);text-wrap:balance",
		offers: "display:grid;gap:10px;justify-items:center;inline-size:100%;max-inline-size:400px",
		label: "font:600 15px/1.4 system-ui,sans-serif",
		frame: "display:block;inline-size:100%;block-size:52px;border:0;background:transparent;color-scheme:light dark",
		field:
			"box-sizing:border-box;inline-size:100%;block-size:44px;margin:4px 0;padding:8px 14px;border:1px solid GrayText;border-radius:12px;" +
			"background:Field;color:FieldText;font:400 16px/1.4 system-ui,sans-serif",
		through:
			"min-block-size:44px;padding:8px 18px;border:1px solid var(--undivided-ink-2);border-radius:12px;background:transparent;" +
			"color:var(--undivided-ink);font:600 15px/1.25 system-ui,sans-serif;cursor:pointer",
		note: "margin:0;color:var(--undivided-ink-2);font-size:15px",
		end:
			"min-block-size:44px;padding:4px 12px;border:1px solid transparent;border-radius:12px;background:transparent;" +
			"color:var(--undivided-ink-2);font:500 15px/1.25 system-ui,sans-serif;text-decoration:underline 1px;" +
			"text-underline-offset:0.2em;cursor:pointer",
	};

	const TRIES = 3;
	/** What a page out of sight must not hear, nor move by. */
	const HELD = ["keydown", "keypress", "keyup", "wheel", "touchmove"];

	/** After letting through the page is free within that time; else it was refused. */
	const PATIENCE = 1_000;

	/** What background.js answers. @typedef {{ on: boolean, channel?: "call" | "chat", override?: Override }} Answer */
	/**
	 * @typedef {object} Override
	 * @property {"open" | "spent" | "no"} letting
	 * @property {number | null} left
	 * @property {number} minutes
	 * @property {"never" | "asked" | "required"} reason
	 * @property {"allowed" | "locked"} ending
	 */

	/** @type {HTMLElement | undefined} what hides the page, by being there */
	let cover;
	/** @type {HTMLElement | undefined} where the card is: the cover, or an element in the page's modal dialog */
	let host;
	/** @type {WeakMap<HTMLElement, ShadowRoot>} */
	const roots = new WeakMap();
	/** @type {ReturnType<typeof draw> | undefined} */
	let card;
	/** @type {Answer} the last one */
	let known = { on: true };
	/** @type {Set<HTMLMediaElement>} what we paused, and nobody else */
	const paused = new Set();
	/** @type {Element | null} */
	let focused = null;
	/** @type {ReturnType<typeof setInterval> | undefined} */
	let orphanWatch;

	// A page may take the element out, or write itself anew.
	const guard = new MutationObserver(() => cover && cover.parentNode !== document.documentElement && document.documentElement?.append(cover));

	/** @param {string} key @param {unknown[]} values */
	const words = (key, ...values) => chrome.i18n.getMessage(key, values.map(String));

	function show() {
		if (cover) return;
		focused = document.activeElement;
		// The browser would do it a frame later, and the page would hear of a focus that it does not have.
		if (focused instanceof HTMLElement) focused.blur();
		leaveTopLayer();
		cover = shell();
		document.documentElement?.append(cover);
		// Hidden first and drawn a frame later: the first words and fonts of a page take Chromium a quarter of a second with fifty tabs to cover (measured).
		if (!document.hidden) requestAnimationFrame(() => setTimeout(fill));
		guard.observe(document, { childList: true });
		if (document.documentElement) guard.observe(document.documentElement, { childList: true });
		pauseMedia();
		document.addEventListener("play", pauseMedia, true);
		document.addEventListener("enterpictureinpicture", leaveTopLayer, true);
		addEventListener("focus", enter);
		document.addEventListener("visibilitychange", look);
		for (const type of HELD) addEventListener(type, hold, { capture: true, passive: false });
		// In Chromium a removed add-on leaves its scripts running and its style sheet in place.
		orphanWatch = setInterval(() => (chrome.runtime?.id ? fill() : lift()), 500);
		void learn();
	}

	/** What may be done changes while a page waits: it is asked again whenever the agent comes back to it. */
	function look() {
		fill();
		if (!document.hidden) void learn();
	}

	/** The card, which is for nobody in a tab behind others; there it is drawn when its turn comes. */
	function fill() {
		if (!cover || document.hidden) return;
		card ??= draw();
		settle();
	}

	function lift() {
		if (!cover) return;
		guard.disconnect();
		clearInterval(orphanWatch);
		document.removeEventListener("play", pauseMedia, true);
		document.removeEventListener("enterpictureinpicture", leaveTopLayer, true);
		removeEventListener("focus", enter);
		document.removeEventListener("visibilitychange", look);
		for (const type of HELD) removeEventListener(type, hold, true);
		// Asked before: Chromium gives the focus to nobody when the frame that has it goes.
		const inFront = document.hasFocus();
		host?.remove();
		cover.remove();
		cover = host = card = undefined;
		known = { on: true };
		for (const media of paused) if (media.paused && media.isConnected) media.play().catch(() => {});
		paused.clear();
		if (focused instanceof HTMLElement && focused !== document.body && inFront) focused.focus({ preventScroll: true });
		focused = null;
	}

	/**
	 * The page's keyboard shortcuts are not meant while it is out of sight, and it must not scroll below. What belongs to the browser (anything with
	 * a modifier, Tab, Escape, function keys) goes its way; within the card everything does, as far as there is something to scroll.
	 *
	 * @param {Event} event
	 */
	function hold(event) {
		const inCard = event.target === host;
		const canScroll = host !== undefined && host.scrollHeight > host.clientHeight;
		if (!inCard) event.stopImmediatePropagation();
		if (event instanceof KeyboardEvent) {
			const browsers = event.ctrlKey || event.altKey || event.metaKey || /^(Tab|Escape|F\d+)$/.test(event.key);
			const cards = inCard && (canScroll || event.key === "Enter" || event.key === " ");
			// Escape would close what the page has open.
			const closes = event.key === "Escape" && document.querySelector("dialog[open], :popover-open:not(undivided-cover)");
			if (closes || (!browsers && !cards)) event.preventDefault();
		} else if (!(inCard && canScroll) && !(event instanceof WheelEvent && event.ctrlKey)) {
			event.preventDefault();
		}
	}

	function pauseMedia() {
		for (const media of document.querySelectorAll("video, audio")) {
			if (media instanceof HTMLMediaElement && !media.paused) {
				paused.add(media);
				media.pause();
			}
		}
	}

	/** What of the page is drawn over it, or over everything. */
	function leaveTopLayer() {
		// Each may have gone by itself meanwhile, and is refused then.
		if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
		if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {});
		/** @type {{ documentPictureInPicture?: { window: Window | null } }} */ (globalThis).documentPictureInPicture?.window?.close();
	}

	/**
	 * A modal dialog makes everything outside of it inert, the card as well: then the card is in there, as a popover, so that nothing of the dialog's
	 * own look reaches it. Never a modal dialog of ours: Firefox leaves it behind when the add-on goes, and the page would be locked for good.
	 * A dialog within a shadow root isn't found; then focus can be ended from the sidebar.
	 */
	function settle() {
		if (!cover || !card) return;
		const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
		const parent = modal ?? document.documentElement;
		if (host?.parentNode === parent && (!modal || host.matches(":popover-open"))) return;
		if (host !== cover) host?.remove();
		host = modal ? shell() : cover;
		roots.get(host)?.append(card.holder);
		if (modal) {
			host.popover = "manual";
			modal.append(host);
			host.showPopover();
		}
		offer();
		enter();
	}

	/** An element that only cover.css shows. A page may define what it is, and reach into its root; so the card has another one within. */
	function shell() {
		const element = document.createElement("undivided-cover");
		element.style.setProperty("display", "none");
		roots.set(element, element.attachShadow({ mode: "closed", delegatesFocus: true }));
		return element;
	}

	/**
	 * Into the card, but on none of its buttons: what is being typed at this moment must press nothing. Not before the buttons are there, or a Tab would
	 * count from others than the Enter that follows it (seen in Firefox, half of the times).
	 */
	function enter() {
		if (host && known.override && document.hasFocus() && document.activeElement !== host) card?.main.focus({ preventScroll: true });
	}

	function draw() {
		const holder = document.createElement("div");
		holder.style.cssText = "min-block-size:100%;display:grid";
		const root = holder.attachShadow({ mode: "closed" });
		const main = element("main", LOOK.card);
		main.setAttribute("role", "dialog");
		main.setAttribute("aria-labelledby", "title");
		main.setAttribute("aria-describedby", "text");
		main.tabIndex = -1;
		main.style.setProperty("outline", "none");
		const glyph = element("span", LOOK.glyph);
		glyph.setAttribute("aria-hidden", "true");
		const title = element("h1", LOOK.title, words("cover_title"));
		title.id = "title";
		const text = element("p", LOOK.text, words("cover_text"));
		text.id = "text";
		const offers = element("div", LOOK.offers);
		main.append(glyph, title, text, offers);
		root.append(main);
		for (const type of HELD) root.addEventListener(type, (event) => event.stopPropagation());
		return { holder, root, main, text, offers };
	}

	/** What may be done against it, once it is known; a cover that nobody answers lifts itself. */
	function offer() {
		const { channel, override } = known;
		if (!card || !override) return;
		const { root, main, text, offers } = card;
		if (channel) text.textContent = words(channel === "chat" ? "cover_text_chat" : "cover_text_call");
		const within = root.activeElement !== null;
		offers.replaceChildren();
		if (override.letting === "open") offers.append(...passOffer(override));
		if (override.letting === "spent") offers.append(element("p", LOOK.note, words("let_spent")));
		if (override.ending === "locked") {
			offers.append(element("p", LOOK.note, words("focus_locked")));
		} else {
			const end = button(LOOK.end, words("cover_end"));
			end.addEventListener("click", (event) => event.isTrusted && void say({ cover: "endFocus" }));
			offers.append(end);
		}
		if (within) main.focus({ preventScroll: true });
	}

	/** @param {Override} override */
	function passOffer({ left, minutes, reason }) {
		const frame = reason === "never" ? undefined : element("iframe", LOOK.frame);
		const label = element("span", LOOK.label, words(reason === "required" ? "let_reason_required" : "let_reason"));
		const through = button(LOOK.through, words("let_through", minutes));
		const note = element("p", LOOK.note, left === null ? "" : words("let_left", left));
		note.setAttribute("role", "status");
		/** @type {HTMLInputElement | undefined} */
		let field;
		const pass = async () => {
			const given = field?.value.trim() ?? "";
			if (reason === "required" && given === "") {
				// A sandboxed page gives its frames an origin that is nobody's, and they can't be written into.
				note.textContent = words(field ? "let_reason_needed" : "let_reason_elsewhere");
				field?.setAttribute("aria-invalid", "true");
				return void field?.focus();
			}
			if (through.getAttribute("aria-disabled")) return;
			through.setAttribute("aria-disabled", "true");
			await say({ letThrough: { reason: given } });
			// Free by now, or refused: then what is offered has changed.
			setTimeout(() => cover && void learn(), PATIENCE);
		};
		through.addEventListener("click", (event) => event.isTrusted && void pass());
		if (frame) {
			frame.title = label.textContent ?? "";
			// Firefox brings the frame's own document a moment later.
			const fill = () => (field = drawField(frame, label.textContent ?? "", pass) ?? field);
			frame.addEventListener("load", fill);
			queueMicrotask(fill);
		}
		return [...(frame ? [label, frame] : []), through, ...(note.textContent || frame ? [note] : [])];
	}

	/**
	 * The field is in a document of its own: keys in ours are heard by every listener that the page has on its window, however early we stop them. The
	 * page can't reach that document, because frames in shadow roots are in no list.
	 *
	 * @param {HTMLIFrameElement} frame
	 * @param {string} label
	 * @param {() => void} done
	 */
	function drawField(frame, label, done) {
		const inner = frame.contentDocument;
		if (!inner?.body || inner.querySelector("input")) return undefined;
		inner.documentElement.lang = words("page_language") || "en";
		inner.documentElement.style.setProperty("color-scheme", "light dark");
		inner.body.style.cssText = "margin:0;padding:0 4px;background:transparent";
		const field = inner.createElement("input");
		field.type = "text";
		field.maxLength = 200;
		field.autocomplete = "off";
		field.style.cssText = LOOK.field;
		field.setAttribute("aria-label", label);
		field.addEventListener("keydown", (event) => event.isTrusted && event.key === "Enter" && !event.isComposing && done());
		inner.body.append(field);
		return field;
	}

	/**
	 * @template {keyof HTMLElementTagNameMap} K
	 * @param {K} name @param {string} look @param {string} [text]
	 */
	function element(name, look, text = "") {
		const made = document.createElement(name);
		made.style.cssText = look;
		made.textContent = text;
		return made;
	}

	/** @param {string} look @param {string} text */
	function button(look, text) {
		const made = element("button", look, text);
		made.type = "button";
		return made;
	}

	/** Says that it is there, and draws what may be done now. */
	async function learn() {
		const answer = /** @type {Answer | undefined} */ (await say({ cover: "loaded" }));
		if (!answer) return;
		// Nothing is held any more, or nobody knows of it.
		if (!answer.on || !answer.override) return lift();
		// A reason that is being written stays.
		if (JSON.stringify(answer) !== JSON.stringify(known)) {
			known = answer;
			offer();
		}
		card?.root.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
		enter();
	}

	/** @param {object} body @returns {Promise<unknown>} */
	async function say(body) {
		for (let tries = 0; tries < TRIES && chrome.runtime?.id; tries++) {
			// No answer: the worker died with this in its hand, and the next one is woken by it.
			const answer = await chrome.runtime.sendMessage({ body, asks: "override" }).catch(() => false);
			if (answer) return answer;
		}
		return lift();
	}

	chrome.runtime.onMessage.addListener((message) => {
		if (message.cover === "lift") lift();
	});
	globals.undividedCover = { show };
	show();
})();
