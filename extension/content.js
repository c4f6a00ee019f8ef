/**
 * In a tool's page, beside it: sends on what hook.js reports when it changes, repeats it while a conversation may be on, and says so when asked.
 *
 * It decides nothing. Everything it hears comes from the page and is passed on as such; the background judges by the sender.
 */
(() => {
	const globals = /** @type {{ undividedContent?: true }} */ (globalThis);
	if (globals.undividedContent) return;
	globals.undividedContent = true;

	/** The background forgets a source that is silent for 60 s. */
	const REPEAT = 20_000;
	/** A page can fire as many events as it likes; the background gets so many a second, and always the last one. */
	const MOST_A_SECOND = 20;
	const TRIES = 3;

	/** @type {{ peers?: string, said?: string }} the last report of each kind, as text */
	const last = {};
	/** @type {ReturnType<typeof setInterval> | undefined} */
	let repeating;
	let asked = false;
	let sent = 0;
	let window_ = 0;
	/** @type {Set<"peers" | "said">} */
	const waiting = new Set();

	document.addEventListener("undivided:report", (event) => {
		const { detail } = /** @type {CustomEvent} */ (event);
		if (typeof detail !== "string") return;
		/** @type {"peers" | "said" | undefined} */
		const kind = detail.startsWith('{"peers":') ? "peers" : detail.startsWith('{"said":') ? "said" : undefined;
		if (!kind || last[kind] === detail) return;
		// Nothing was there and nothing is: no word of it.
		if (kind === "peers" && last.peers === undefined && !isOn(detail)) return;
		last[kind] = detail;
		pace(kind);
	});

	chrome.runtime.onMessage.addListener((message) => {
		if (message.ask) repeat();
	});

	// Back from memory: the background forgot this page when it left.
	addEventListener("pageshow", (event) => event.persisted && repeat());

	/** @param {"peers" | "said"} kind */
	function pace(kind) {
		const now = performance.now();
		if (now - window_ > 1000) [window_, sent] = [now, 0];
		if (sent++ < MOST_A_SECOND) send(kind);
		else if (!waiting.has(kind)) {
			waiting.add(kind);
			setTimeout(() => {
				waiting.delete(kind);
				send(kind);
			}, 1000 - (now - window_));
		}
	}

	/** @param {"peers" | "said"} kind @param {"again"} [again] a sign of life, not news */
	async function send(kind, again) {
		const detail = last[kind];
		if (!detail) return;
		const on = isOn(last.peers) || isOn(last.said);
		// A click in this page may open the sidebar, once a conversation: an agent who closed it has closed it.
		const gesture = on && !asked && navigator.userActivation?.isActive ? "fresh" : undefined;
		if (gesture) asked = true;
		if (!on) asked = false;
		keepRepeating(on);
		const message = { body: { signal: again ? { saidAgain: JSON.parse(detail).said } : JSON.parse(detail) }, gesture };
		for (let tries = 0; tries < TRIES; tries++) {
			if (await reaches(message)) return;
			// The add-on is gone or being updated: a new one brings its own script.
			if (!chrome.runtime?.id) return keepRepeating(false);
			// Something newer is on its way, or the worker died with this in its hand: the next one is woken by it.
			if (last[kind] !== detail) return;
		}
	}

	/** @param {object} message */
	const reaches = (message) => chrome.runtime.sendMessage(message).catch(() => false);

	/** @param {boolean} on */
	function keepRepeating(on) {
		if (on) repeating ??= setInterval(repeat, REPEAT);
		else {
			clearInterval(repeating);
			repeating = undefined;
		}
	}

	function repeat() {
		if (isOn(last.peers)) void send("peers");
		if (last.said && (isOn(last.said) || isOn(last.peers))) void send("said", "again");
	}

	/** @param {string | undefined} detail */
	const isOn = (detail) => detail !== undefined && /"link":"(open|connected)"|"phase":"(ringing|active|hold)"/.test(detail);
})();
