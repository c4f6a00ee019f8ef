/**
 * In a tool's page, beside it: sends on what hook.js reports when it changes, repeats it while a conversation may be on, and says so when asked.
 *
 * It decides nothing. Everything it hears comes from the page and is passed on as such; the background judges by the sender.
 */
(() => {
	// A frame without an origin gets no microphone, not even one that its page may pass on (measured in Chromium 156 and Firefox 153): a call there can only be
	// imitated, and such frames show customers' HTML.
	if (self.origin === "null") return;
	const globals = /** @type {{ undividedContent?: true }} */ (globalThis);
	if (globals.undividedContent) return;
	globals.undividedContent = true;

	/** The background forgets a source that is silent for 60 s. */
	const REPEAT = 20_000;
	/** A page can fire as many events as it likes; the background gets so many a second, and always the last one. */
	const MOST_A_SECOND = 20;
	const TRIES = 3;
	/** What hook.js keeps to. A page can fire our event itself, and what it says is copied several times on its way. */
	const LONGEST_REPORT = 32_000;
	const KINDS = /** @type {const} */ (["peers", "said", "shares"]);
	/** @type {Record<string, string>} */
	const DEFAULT_PORTS = { "http:": "80", "https:": "443" };

	/** @type {{ peers?: string, said?: string, shares?: string }} the last report of each kind, as text */
	const last = {};
	/** Whether this frame's connections may be a call: one of them sent a microphone, and they are not all gone since. */
	let call = false;
	/** Browsers' patterns for scripts know no ports, so we are in pages of the tool's host on every port. */
	let isTool = readListening();
	/** @type {ReturnType<typeof setInterval> | undefined} */
	let repeating;
	/** @type {chrome.runtime.Port | undefined} */
	let port;
	let asked = false;
	/** @type {"plays" | "over"} */
	let unheard = "over";
	let sent = 0;
	let window_ = 0;
	/** @typedef {"peers" | "said" | "shares"} Kind */
	/** @type {Set<Kind>} */
	const waiting = new Set();

	// Written before we are put into pages; but Firefox reads it from another process than the one that wrote, and lists change.
	chrome.storage.local.onChanged.addListener((changes) => {
		if (!("listening" in changes)) return;
		isTool = readListening();
		for (const kind of /** @type {const} */ (["peers", "said"])) if (last[kind] && isOn()) void send(kind);
	});

	document.addEventListener("undivided:report", (event) => {
		const { detail } = /** @type {CustomEvent} */ (event);
		if (typeof detail !== "string" || detail.length > LONGEST_REPORT) return;
		const kind = KINDS.find((one) => detail.startsWith(`{"${one}":`));
		if (!kind || last[kind] === detail) return;
		if (kind === "peers") {
			const before = call;
			call = mayBegin(detail) || (call && isOpen(detail));
			// Nothing was there and nothing is: no word of it.
			if (!before && !call) return;
		}
		// Another conversation: the card may be asked for again.
		if (kind === "said" && /"phase":"(ringing|ended)"/.test(detail)) asked = false;
		last[kind] = detail;
		pace(kind);
		if (kind === "peers" && unheard === "plays") {
			unheard = "over";
			void reaches({ body: { signal: { unheard } } });
		}
	});

	chrome.runtime.onMessage.addListener((message) => {
		if (message.ask) repeat();
	});

	// A frame that its page takes away has nobody left to ask. What is there then is asked, as this may overtake the next document's own word.
	addEventListener("pagehide", ({ isTrusted }) => isTrusted && (last.peers || last.said) && void reaches({ body: "left" }));

	// Back from memory: the background forgot this page when it left.
	addEventListener("pageshow", ({ isTrusted, persisted }) => isTrusted && persisted && repeat());

	// Injected into a page that was open already: a connection from before is out of hook.js's reach until it is renegotiated. Its sound is not, where it plays in
	// an element of the page: enough to say that the page has to be loaded again, not to hold anything.
	if (document.readyState !== "loading") {
		lookForSound();
		document.addEventListener("playing", lookForSound, true);
	}

	function lookForSound() {
		if (last.peers) return;
		const tracks = [...document.querySelectorAll("audio, video")].flatMap((one) => {
			const stream = /** @type {HTMLMediaElement} */ (one).srcObject;
			return stream instanceof MediaStream ? stream.getAudioTracks() : [];
		});
		// What comes over a connection is called so in both browsers.
		const remote = tracks.filter((track) => track.readyState === "live" && track.label === "remote audio");
		const now = remote.length > 0 ? "plays" : "over";
		for (const track of remote) track.addEventListener("ended", lookForSound, { once: true });
		if (now === unheard) return;
		unheard = now;
		void isTool.then((yes) => yes && reaches({ body: { signal: { unheard: now } } }));
	}

	/** @param {Kind} kind */
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

	/** @param {Kind} kind @param {"again"} [again] a sign of life, not news */
	async function send(kind, again) {
		const detail = last[kind];
		if (!detail || !(await isTool)) return;
		const on = isOn();
		// A click in this page may open the sidebar, once a conversation: an agent who closed it has closed it.
		const gesture = on && !asked && navigator.userActivation?.isActive ? "fresh" : undefined;
		if (gesture) asked = true;
		if (!on) asked = false;
		keepRepeating(on);
		const message = { body: { signal: again ? { saidAgain: JSON.parse(detail).said } : JSON.parse(detail) }, gesture };
		for (let tries = 0; tries < TRIES; tries++) {
			const answer = await reaches(message);
			// A connection that stands open all shift: the background knows it by now, and will be told when it changes.
			if (answer === "off") keepRepeating(false);
			if (answer) return;
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
		if (on) {
			repeating ??= setInterval(repeat, REPEAT);
			connect();
		} else {
			clearInterval(repeating);
			repeating = undefined;
			port?.disconnect();
			port = undefined;
		}
	}

	/** It ends with this page, even in a crash, and the background is told. And with the worker: then the next report makes another. */
	function connect() {
		if (port || !chrome.runtime?.id) return;
		const mine = (port = chrome.runtime.connect());
		mine.onDisconnect.addListener(() => {
			if (port === mine) port = undefined;
		});
	}

	function repeat() {
		if (unheard === "plays") void reaches({ body: { signal: { unheard } } });
		if (call) void send("peers");
		if (last.said && isOn()) void send("said", "again");
	}

	function readListening() {
		return chrome.storage.local.get("listening").then(
			({ listening }) => !Array.isArray(listening) || listening.some(fits),
			() => true,
		);
	}

	const isOn = () => call || (last.said !== undefined && /"phase":"(ringing|active|hold)"/.test(last.said));

	/** Without a microphone it is a video, or two pages that share a screen. @param {string} detail */
	const mayBegin = (detail) => /"link":"(open|connected)","microphone":"live"/.test(detail);

	/** The microphone may be taken away for hold music; the link still stands. @param {string} detail */
	const isOpen = (detail) => /"link":"(open|connected)"/.test(detail);

	/** Whether this frame's origin is a tool's, port and all. @param {string} pattern as in `https://*.example.com:8443/*` */
	function fits(pattern) {
		const [, scheme, sub, host, port] = /^(\*|https?):\/\/(\*\.)?(\[.*\]|[^:/]*)(?::(\d+))?\//.exec(pattern) ?? [];
		const { protocol, hostname, port: own } = new URL(self.origin);
		return (scheme === "*" || protocol === `${scheme}:`)
			&& (hostname === host || (sub !== undefined && hostname.endsWith(`.${host}`)))
			&& (port === undefined || port === (own || DEFAULT_PORTS[protocol]));
	}
})();
