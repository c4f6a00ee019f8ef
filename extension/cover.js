/**
 * Over a distracting page: draws the cover, pauses what plays, and takes both back. What hides the page and shows the cover is
 * cover.css alone, which the browser removes with the add-on; without it, all this leaves is an element that shows nothing.
 *
 * It must never name the customer (a page can look at what is drawn over it), touch the page's own elements beyond pausing
 * media, or stay when nobody is there to lift it.
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
		end:
			"min-block-size:44px;padding:4px 12px;border:1px solid transparent;border-radius:12px;background:transparent;" +
			"color:var(--undivided-ink-2);font:500 15px/1.25 system-ui,sans-serif;text-decoration:underline 1px;" +
			"text-underline-offset:0.2em;cursor:pointer",
	};

	const TRIES = 3;
	/** What a page out of sight must not hear, nor move by. */
	const HELD = ["keydown", "keypress", "keyup", "wheel", "touchmove"];

	/** @type {HTMLElement | undefined} */
	let cover;
	/** @type {Set<HTMLMediaElement>} what we paused, and nobody else */
	const paused = new Set();
	/** @type {Element | null} */
	let focused = null;
	/** @type {ReturnType<typeof setInterval> | undefined} */
	let orphanWatch;

	// A page may take the element out, or write itself anew.
	const guard = new MutationObserver(() => cover && cover.parentNode !== document.documentElement && document.documentElement?.append(cover));

	function show() {
		if (cover) return;
		focused = document.activeElement;
		// The browser would do it a frame later, and the page would hear of a focus that it does not have.
		if (focused instanceof HTMLElement) focused.blur();
		cover = draw();
		document.documentElement?.append(cover);
		guard.observe(document, { childList: true });
		if (document.documentElement) guard.observe(document.documentElement, { childList: true });
		pauseMedia();
		document.addEventListener("play", pauseMedia, true);
		for (const type of HELD) addEventListener(type, hold, { capture: true, passive: false });
		// In Chromium a removed add-on leaves its scripts running and its style sheet in place.
		orphanWatch = setInterval(() => chrome.runtime?.id || lift(), 500);
	}

	function lift() {
		if (!cover) return;
		guard.disconnect();
		clearInterval(orphanWatch);
		document.removeEventListener("play", pauseMedia, true);
		for (const type of HELD) removeEventListener(type, hold, true);
		cover.remove();
		cover = undefined;
		for (const media of paused) if (media.paused && media.isConnected) media.play().catch(() => {});
		paused.clear();
		if (focused instanceof HTMLElement && focused !== document.body && document.hasFocus()) focused.focus({ preventScroll: true });
		focused = null;
	}

	/**
	 * The page's keyboard shortcuts are not meant while it is out of sight, and it must not scroll below. What belongs to the browser (anything with
	 * a modifier, Tab, Escape, function keys) goes its way; within the card everything does, as far as there is something to scroll.
	 *
	 * @param {Event} event
	 */
	function hold(event) {
		const inCard = event.target === cover;
		const canScroll = cover !== undefined && cover.scrollHeight > cover.clientHeight;
		if (!inCard) event.stopImmediatePropagation();
		if (event instanceof KeyboardEvent) {
			const browsers = event.ctrlKey || event.altKey || event.metaKey || /^(Tab|Escape|F\d+)$/.test(event.key);
			const cards = inCard && (canScroll || event.key === "Enter" || event.key === " ");
			if (!browsers && !cards) event.preventDefault();
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

	function draw() {
		const host = document.createElement("undivided-cover");
		const root = host.attachShadow({ mode: "closed", delegatesFocus: true });
		host.style.setProperty("display", "none");
		const card = document.createElement("main");
		card.style.cssText = LOOK.card;
		card.setAttribute("role", "dialog");
		card.setAttribute("aria-labelledby", "title");
		card.setAttribute("aria-describedby", "text");
		const glyph = document.createElement("span");
		glyph.style.cssText = LOOK.glyph;
		glyph.setAttribute("aria-hidden", "true");
		const title = document.createElement("h1");
		title.id = "title";
		title.style.cssText = LOOK.title;
		title.textContent = chrome.i18n.getMessage("cover_title");
		const text = document.createElement("p");
		text.id = "text";
		text.style.cssText = LOOK.text;
		text.textContent = chrome.i18n.getMessage("cover_text");
		const button = document.createElement("button");
		button.type = "button";
		button.style.cssText = LOOK.end;
		button.textContent = chrome.i18n.getMessage("cover_end");
		button.addEventListener("click", (event) => event.isTrusted && void say("endFocus"));
		card.append(glyph, title, text, button);
		root.append(card);
		for (const type of HELD) root.addEventListener(type, (event) => event.stopPropagation());
		return host;
	}

	/** @param {"loaded" | "endFocus"} word */
	async function say(word) {
		for (let tries = 0; tries < TRIES && chrome.runtime?.id; tries++) {
			// No answer: the worker died with this in its hand, and the next one is woken by it.
			if (await chrome.runtime.sendMessage({ body: { cover: word } }).catch(() => false)) return;
		}
		lift();
	}

	chrome.runtime.onMessage.addListener((message) => {
		if (message.cover === "lift") lift();
	});
	globals.undividedCover = { show };
	show();
	void say("loaded");
})();
