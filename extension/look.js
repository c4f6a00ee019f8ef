/**
 * In a tool's page that an adapter is about: looks at what the background asks for whenever the page may have changed, and passes on what a widget
 * in a frame tells this page. The answers are facts (this element is drawn, that text stands there); what they mean is decided in the core.
 *
 * It decides nothing, runs nothing of an adapter's, and reads nothing that it was not asked for. The page can fake all of it.
 */
(() => {
	const globals = /** @type {{ undividedLook?: true }} */ (globalThis);
	if (globals.undividedLook) return;
	globals.undividedLook = true;

	/** At most four looks a second, when the page has nothing better to do. */
	const PACE = 250;
	/** No mutation tells of values, places and the page's own data. */
	const BEAT = 5000;
	/** One act in so long says that somebody is here. */
	const ACTS = 20_000;
	const MOST_A_SECOND = 20;
	const TRIES = 3;
	const LONGEST_TEXT = 1000;
	const LONGEST_ADDRESS = 2000;
	const MOST_ELEMENTS = 20;
	const MOST_TEXTS = 10;

	/** @type {Watch | undefined} */
	let watch;
	/** @type {string[]} */
	let paths = [];
	let readsText = false;
	let last = "";
	/** @type {Looked | undefined} */
	let lookedLast;
	/** @type {Map<string, Told>} the last message of each widget that is still on */
	const toldLast = new Map();
	let acts = 0;
	let actedAt = -ACTS;
	/** Whether the card was asked for in this conversation. */
	let asked = false;
	let begun = false;
	/** @type {chrome.runtime.Port | undefined} */
	let port;
	let lookedAt = -PACE;
	let due = false;
	/** @type {ReturnType<typeof setInterval> | undefined} */
	let beating;

	const observer = new MutationObserver((records) => records.some(matters) && soon());

	chrome.runtime.onMessage.addListener((message) => {
		if ("watch" in message) begin(message.watch ?? undefined);
		if (message.ask) again();
	});
	addEventListener("pageshow", ({ isTrusted, persisted }) => isTrusted && persisted && again());
	// As in content.js.
	addEventListener("pagehide", ({ isTrusted }) => {
		if (isTrusted && (lookedLast || toldLast.size > 0)) void chrome.runtime.sendMessage({ body: "left" }).catch(() => {});
	});
	void say("ready");

	/** @param {Watch | undefined} next */
	function begin(next) {
		observer.disconnect();
		clearInterval(beating);
		removeEventListener("message", onMessage, true);
		for (const type of ["keydown", "pointerdown"]) removeEventListener(type, onAct, true);
		[watch, last, lookedLast, begun] = [next, "", undefined, false];
		toldLast.clear();
		if (!next) return;
		const takes = new Set(next.looks.map(([take]) => take));
		paths = next.looks.filter(([take]) => take === "property").map(([, of]) => of);
		readsText = takes.has("text") || takes.has("texts") || next.title;
		if (next.looks.length > 0 || next.acts) {
			observer.observe(document, { subtree: true, childList: true, characterData: readsText, attributes: true, attributeFilter: attributesOf(next, takes) });
			if (["value", "onScreen", "property"].some((take) => takes.has(take))) beating = setInterval(soon, BEAT);
			look();
		}
		if (next.acts) for (const type of ["keydown", "pointerdown"]) addEventListener(type, onAct, { capture: true, passive: true });
		if (next.messages.length > 0) addEventListener("message", onMessage, true);
	}

	/** Only attributes that a selector names can change what it finds. @param {Watch} next @param {Set<string>} takes */
	function attributesOf({ looks }, takes) {
		const names = new Set(["class", "id"]);
		for (const [, of, name] of looks) {
			for (const [, inSelector] of of.matchAll(/\[\s*([\w-]+)/g)) if (inSelector) names.add(inSelector);
			if (name) names.add(name);
		}
		if (takes.has("visible") || takes.has("onScreen")) for (const name of ["style", "hidden", "open"]) names.add(name);
		return [...names];
	}

	/** Text that comes and goes is no news where none is read. @param {MutationRecord} record */
	const matters = (record) => record.type !== "childList" || readsText
		|| [...record.addedNodes, ...record.removedNodes].some((node) => node.nodeType === Node.ELEMENT_NODE);

	for (const type of ["visibilitychange", "popstate", "hashchange"]) addEventListener(type, soon, true);
	// Where the browser has it, moves within the page are told at once; elsewhere the page draws itself anew, which is seen.
	/** @type {any} */ (globalThis).navigation?.addEventListener("currententrychange", soon);

	/** @param {Event} event */
	function onAct(event) {
		if (!event.isTrusted || performance.now() - actedAt < ACTS) return;
		actedAt = performance.now();
		acts += 1;
		soon();
	}

	function soon() {
		if (due || !watch) return;
		due = true;
		setTimeout(() => requestIdleCallback(look, { timeout: PACE }), Math.max(0, PACE - (performance.now() - lookedAt)));
	}

	function look() {
		due = false;
		if (!watch) return;
		lookedAt = performance.now();
		const values = readProperties();
		const facts = watch.looks.map(([take, of, name]) => (take === "property" ? values[paths.indexOf(of)] ?? null : fact(take, of, name)));
		const looked = {
			mark: watch.mark, url: location.href.slice(0, LONGEST_ADDRESS), title: watch.title ? document.title.slice(0, LONGEST_TEXT) : "",
			front: document.visibilityState === "visible", acts, facts,
		};
		const text = JSON.stringify(looked);
		if (text === last) return;
		[last, lookedLast] = [text, looked];
		// A sign of a call that was not there before: a click may have brought it about, and may open the card.
		const before = begun;
		begun = watch.hot.some((at) => facts[at] === true);
		if (!begun) asked = false;
		void say({ looked }, begun && !before);
	}

	/** @param {string} take @param {string} of @param {string} name @returns {Fact} */
	function fact(take, of, name) {
		/** @type {Element[]} */
		let found;
		try {
			if (take === "present") return document.querySelector(of) !== null;
			if (take === "count") return document.querySelectorAll(of).length;
			found = [...document.querySelectorAll(of)].slice(0, MOST_ELEMENTS);
		} catch {
			return null; // no selector that this browser knows
		}
		// Several tools keep copies that are not shown.
		const first = found.find(isDrawn) ?? found[0];
		if (!first) return null;
		switch (take) {
			case "visible": return isDrawn(first);
			case "onScreen": return found.some(isOnScreen);
			case "text": return first.textContent?.replace(/\s+/g, " ").trim().slice(0, LONGEST_TEXT) ?? null;
			case "texts": return found.slice(0, MOST_TEXTS).map((one) => one.textContent?.trim().slice(0, LONGEST_TEXT) ?? "");
			case "value": return "value" in first && typeof first.value === "string" ? first.value.slice(0, LONGEST_TEXT) : null;
			case "attribute": return first.getAttribute(name)?.slice(0, LONGEST_TEXT) ?? null;
			default: return null;
		}
	}

	/** @param {Element} element */
	const isDrawn = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

	/** @param {Element} element */
	function isOnScreen(element) {
		const { left, top, right, bottom } = element.getBoundingClientRect();
		const { scrollWidth, scrollHeight } = document.documentElement;
		return isDrawn(element) && right + scrollX > 0 && bottom + scrollY > 0 && left + scrollX < scrollWidth && top + scrollY < scrollHeight;
	}

	/** The page's own data, by way of hook.js, which is in its world. @returns {Fact[]} */
	function readProperties() {
		if (paths.length === 0) return [];
		/** @type {Fact[]} */
		let values = [];
		const hear = (/** @type {Event} */ event) => {
			const { detail } = /** @type {CustomEvent} */ (event);
			try {
				values = JSON.parse(String(detail).slice(0, 32_000)).map(plain);
			} catch {
				// The page answered in hook.js's place.
			}
		};
		document.addEventListener("undivided:values", hear);
		document.dispatchEvent(new CustomEvent("undivided:read", { detail: JSON.stringify(paths) }));
		document.removeEventListener("undivided:values", hear);
		return values;
	}

	/** @param {unknown} value @returns {Fact} */
	const plain = (value) => (typeof value === "string" ? value.slice(0, LONGEST_TEXT) : typeof value === "number" || typeof value === "boolean" ? value : null);

	// --- Messages of widgets ---

	/** @param {MessageEvent} event */
	function onMessage(event) {
		// Only the browser's own events have a sender that is true, and only frames of this page are its widgets.
		const sender = /** @type {Window | null} */ (event.source);
		if (!watch || !event.isTrusted || !sender || sender === window || sender.parent !== window) return;
		for (const { tool, origins, json, rules, paths: members } of watch.messages) {
			if (!origins.some((origin) => origin === event.origin || (origin === "*" && event.origin.startsWith("https://")))) continue;
			const data = json ? parsed(event.data) : event.data;
			const value = (/** @type {string} */ path) => plain(member(data, path));
			const rule = rules.find(([, tests]) => tests.every(([path, texts]) => texts.includes(String(value(path)))));
			if (!rule) continue;
			const told = { mark: watch.mark, tool, values: members.map(value) };
			const begins = rule[0] === "ringing" || rule[0] === "active";
			if (rule[0] === "ended" || rule[0] === "wrapUp") {
				toldLast.delete(tool);
				asked = false;
			} else toldLast.set(tool, told);
			pace(() => void say({ told }, begins));
		}
	}

	/** @param {unknown} text @returns {unknown} */
	function parsed(text) {
		try {
			return typeof text === "string" && text.length < 32_000 ? JSON.parse(text) : undefined;
		} catch {
			return undefined;
		}
	}

	/** @param {unknown} data @param {string} path @returns {unknown} */
	function member(data, path) {
		let inner = data;
		for (const name of path.split(".")) {
			if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, name)) return undefined;
			inner = /** @type {Record<string, unknown>} */ (inner)[name];
		}
		return inner;
	}

	let second = 0;
	let sent = 0;
	/** @type {(() => void) | undefined} */
	let waiting;

	/** A widget gone wild: so many a second, and always the last one. @param {() => void} send */
	function pace(send) {
		const now = performance.now();
		if (now - second > 1000) [second, sent] = [now, 0];
		if (sent++ < MOST_A_SECOND) return send();
		if (!waiting) {
			setTimeout(() => {
				const last = waiting;
				waiting = undefined;
				last?.();
			}, 1000 - (now - second));
		}
		waiting = send;
	}

	// --- To the background ---

	function again() {
		if (lookedLast) void say({ looked: lookedLast });
		else if (toldLast.size === 0) void say("ready");
		for (const told of toldLast.values()) void say({ toldAgain: told });
	}

	/** As in content.js, while a conversation is on anywhere. @param {boolean} on */
	function keepPort(on) {
		if (!on) {
			port?.disconnect();
			port = undefined;
		} else if (!port && chrome.runtime?.id) {
			const mine = (port = chrome.runtime.connect());
			mine.onDisconnect.addListener(() => {
				if (port === mine) port = undefined;
			});
		}
	}

	/** @param {object | "ready"} signal @param {boolean} [begins] whether it may be the begin of a conversation */
	async function say(signal, begins) {
		const gesture = begins && !asked && navigator.userActivation?.isActive ? "fresh" : undefined;
		if (gesture) asked = true;
		for (let tries = 0; tries < TRIES && chrome.runtime?.id; tries++) {
			// No answer: the worker died with this in its hand, and the next one is woken by it.
			const answer = await chrome.runtime.sendMessage({ body: { signal }, gesture }).catch(() => false);
			if (answer) return keepPort(answer === "on");
		}
	}
})();
