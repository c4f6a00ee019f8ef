/**
 * In a distracting page, beside it: tells quiet.js whether the page's notifications are held, and reports each that is. When it comes, it also takes
 * away what pushes of this site have left on the screen.
 *
 * It must never hold when nobody is there to list what it holds, nor hinder the page. What it hears comes from the page, and is passed on as such.
 */
(() => {
	const globals = /** @type {{ undividedNotices?: { hold: () => void } }} */ (globalThis);
	if (globals.undividedNotices) return globals.undividedNotices.hold();

	const TRIES = 3;
	/** How many wait to be reported. A page can fire our event as often as it likes, and a list of more helps nobody. */
	const MOST = 50;
	const LONGEST = { title: 200, body: 500, tag: 100 };

	let holding = false;
	/** @type {object[]} */
	const unsaid = [];
	let saying = false;

	function hold() {
		holding = true;
		if (window === top) clear().catch(() => {});
	}

	function listen() {
		document.addEventListener("undivided:hold", answer);
		document.addEventListener("undivided:held", hear);
	}

	/** By canceling it. In Chromium a removed add-on leaves its scripts running. @param {Event} event */
	function answer(event) {
		if (holding && chrome.runtime?.id) event.preventDefault();
	}

	/** @param {Event} event */
	function hear(event) {
		const { detail } = /** @type {CustomEvent} */ (event);
		if (!holding || typeof detail !== "string") return;
		try {
			report(JSON.parse(detail));
		} catch {
			// Not quiet.js's.
		}
	}

	chrome.runtime.onMessage.addListener(({ notices }) => {
		if (notices === "release" || notices === "show") holding = false;
		if (notices === "show") show();
	});

	/** @param {{ title?: unknown, body?: unknown, tag?: unknown }} notice */
	function report({ title, body, tag }) {
		const text = (/** @type {unknown} */ value, /** @type {number} */ longest) => (typeof value === "string" ? value.slice(0, longest) : "");
		if (unsaid.length >= MOST) return;
		unsaid.push({ title: text(title, LONGEST.title), body: text(body, LONGEST.body), tag: text(tag, LONGEST.tag) });
		void sayAll();
	}

	/** One after the other, which is also what paces a page that issues a hundred. */
	async function sayAll() {
		if (saying) return;
		saying = true;
		for (let notice = unsaid[0]; notice; notice = unsaid[0]) {
			const answer = await say(notice);
			// Nobody lists it, so it may not be kept from the agent.
			if (answer !== "on" && holding) {
				holding = false;
				unsaid.length = 0;
				show();
			}
			unsaid.shift();
		}
		saying = false;
	}

	/** @param {object} notice */
	async function say(notice) {
		for (let tries = 0; tries < TRIES && chrome.runtime?.id; tries++) {
			// No answer: the worker died with this in its hand, and the next one is woken by it.
			const answer = await chrome.runtime.sendMessage({ body: { notice } }).catch(() => false);
			if (answer) return answer;
		}
		return undefined;
	}

	function show() {
		document.dispatchEvent(new CustomEvent("undivided:show"));
	}

	/** What pushes have shown: nothing can keep them back, but they need not stay. */
	async function clear() {
		for (const registration of await navigator.serviceWorker?.getRegistrations() ?? []) {
			for (const notice of await registration.getNotifications()) {
				report(notice);
				notice.close();
			}
		}
	}

	listen();
	// A page that writes itself anew (frames of adverts do) takes all listeners away (measured in Chromium 156 and Firefox 153).
	new MutationObserver(listen).observe(document, { childList: true });
	globals.undividedNotices = { hold };
	hold();
})();
