/**
 * In a tool's own world: measures its peer connections, and passes on what an in-house tool says by the documented page event.
 *
 * Prototypes are patched and not the constructor, which earlier scripts may have captured. The page can see and fake all of this;
 * so nothing here is believed further than that this tool's page says so. It must never change what a call returns or throws.
 */
(() => {
	const MARK = Symbol.for("undivided.hook");
	if (MARK in window) return;
	Object.defineProperty(window, MARK, { value: true });

	/** Whether a track of the screen says that it is one. Else one without a device's group is taken for it, in a page that asked for the screen. */
	const TELLS_SURFACE = Boolean(navigator.mediaDevices?.getSupportedConstraints().displaySurface);
	/** Three looks running decide. Quick until something flows, so that an answer counts within four seconds. */
	const QUICK = 250;
	const CALM = 1000;
	const LOOKS = 3;
	/** How long the quick pace lasts after something new happened; a connection that stands idle all shift must not cost it. */
	const QUICK_FOR = 30_000;
	const LONGEST_WORD = 1000;
	const LONGEST_REPORT = 32_000;

	// Taken before the page can replace them.
	const { dispatchEvent } = EventTarget.prototype;
	const { stringify, parse } = JSON;
	const { CustomEvent, Reflect, setTimeout } = window;
	const { getOwnPropertyDescriptor } = Object;

	/** @type {Set<WeakRef<RTCPeerConnection>>} */
	const peers = new Set();
	/** Whether this page asked for a microphone: what it sends may be that one, processed. */
	let asked = false;
	/** Whether it asked for the screen: what it sends without a camera's group may be that. */
	let askedForScreen = false;
	/** @type {"on" | "off"} */
	let shares = "off";
	/** Injected into a page that was already there: whose tracks came from a microphone is not known, so any live one counts. */
	const late = document.readyState !== "loading";
	let looking = false;
	let newsAt = 0;
	let packets = 0;
	let grew = 0;
	let stood = 0;
	/** @type {"growing" | "still"} */
	let inbound = "still";

	const known = (/** @type {RTCPeerConnection} */ peer) => [...peers].some((ref) => ref.deref() === peer);

	/** @param {RTCPeerConnection} peer */
	function meet(peer) {
		if (!known(peer)) peers.add(new WeakRef(peer));
		newsAt = performance.now();
		if (!looking) {
			looking = true;
			void look();
		}
	}

	/**
	 * @param {any} prototype
	 * @param {string} name
	 * @param {(self: any, args: any[]) => void} note
	 */
	function notice(prototype, name, note) {
		const original = prototype?.[name];
		if (typeof original !== "function") return;
		const { [name]: patched } = {
			/** @param {unknown[]} args */
			[name](...args) {
				const result = Reflect.apply(original, this, args);
				try {
					note(this, args);
				} catch {
					// The page has put its own in place of something that we use: its call goes on as if we were not here.
				}
				return result;
			},
		};
		try {
			// Inherited where the page made a class of its own: then as methods are.
			const own = getOwnPropertyDescriptor(prototype, name) ?? { writable: true, configurable: true, enumerable: true };
			Object.defineProperty(prototype, name, { ...own, value: patched });
		} catch {
			// Frozen by the page: this one is not seen.
		}
	}

	// Some fleets switch WebRTC off; the page event works all the same.
	const peerPrototype = window.RTCPeerConnection?.prototype;
	for (const name of ["setLocalDescription", "setRemoteDescription", "addTrack", "addTransceiver"]) notice(peerPrototype, name, meet);
	// A local close fires no event at all, in either browser.
	notice(peerPrototype, "close", () => looking && void report());
	// By what is asked for: who waits for the answer makes a refusal that the page handles nowhere look handled.
	notice(navigator.mediaDevices && Object.getPrototypeOf(navigator.mediaDevices), "getUserMedia", (_, [constraints]) => {
		asked ||= Boolean(constraints?.audio);
	});
	notice(navigator.mediaDevices && Object.getPrototypeOf(navigator.mediaDevices), "getDisplayMedia", () => (askedForScreen = true));

	/** Both ends of an echo test are in this page. */
	function withoutLoops() {
		/** @type {{ peer: RTCPeerConnection, local?: string, remote?: string }[]} */
		const open = [];
		for (const ref of peers) {
			const peer = ref.deref();
			if (!peer || peer.signalingState === "closed") peers.delete(ref);
			else open.push({ peer, local: mark(peer.localDescription), remote: mark(peer.remoteDescription) });
		}
		return open.filter((one) => !open.some((other) => (one.remote && one.remote === other.local) || (one.local && one.local === other.remote)))
			.map(({ peer }) => peer);
	}

	/** @param {RTCSessionDescription | null} description */
	const mark = (description) => description?.sdp.match(/^a=ice-ufrag:(\S+)/m)?.[1];

	/** @param {RTCPeerConnection} peer */
	const isConnected = (peer) => peer.connectionState === "connected"
		|| peer.iceConnectionState === "connected" || peer.iceConnectionState === "completed";

	/** @param {RTCPeerConnection} peer */
	const sendsMicrophone = (peer) => peer.getSenders().some(({ track }) => track?.kind === "audio" && track.readyState === "live"
		&& !("displaySurface" in track.getSettings()) && (late || asked || isMicrophone(track)));

	/**
	 * Also one that was opened in another frame. Only tracks of a device are of a group: not those of a player, of Web Audio, nor what was received
	 * (measured in Chromium 156 and Firefox 153).
	 *
	 * @param {MediaStreamTrack} track
	 */
	const isMicrophone = (track) => Boolean(track.getSettings().groupId);

	/** Told by what is sent and not by the answer to what was asked, for the same reason. @param {RTCPeerConnection} peer */
	const sendsScreen = (peer) => peer.getSenders().some(({ track }) => track?.kind === "video" && track.readyState === "live"
		&& (TELLS_SURFACE ? "displaySurface" in track.getSettings() : askedForScreen && !track.getSettings().groupId));

	/** @param {RTCPeerConnection} peer */
	async function received(peer) {
		let sum = 0;
		// Firefox 153 never answers for a connection that was closed meanwhile (measured), and one silence must not be the last look.
		const late = new Promise((/** @type {(none: undefined) => void} */ resolve) => setTimeout(() => resolve(undefined), CALM));
		for (const stats of (await Promise.race([peer.getStats(), late]))?.values() ?? []) {
			if (stats.type === "inbound-rtp" && stats.kind === "audio") sum += stats.packetsReceived ?? 0;
		}
		return sum;
	}

	async function look() {
		try {
			await measure();
		} catch {
			// As above: the page's own doing, and none of its business.
		}
		if (peers.size === 0) {
			looking = false;
			return;
		}
		const quick = inbound === "still" && performance.now() - newsAt < QUICK_FOR;
		setTimeout(() => void look(), quick ? QUICK : CALM);
	}

	async function measure() {
		const open = withoutLoops();
		const sums = await Promise.all(open.map((peer) => received(peer).catch(() => 0)));
		const now = sums.reduce((all, one) => all + one, 0);
		if (now > packets) [grew, stood] = [grew + 1, 0];
		else [grew, stood] = [0, stood + 1];
		packets = now;
		if (grew >= LOOKS) inbound = "growing";
		if (stood >= LOOKS) inbound = "still";
		report();
	}

	function report() {
		const open = withoutLoops();
		const link = open.some(isConnected) ? "connected" : open.length ? "open" : "none";
		if (link === "none") inbound = "still";
		const screen = (askedForScreen || late) && open.some(sendsScreen) ? "on" : "off";
		if (screen !== shares) tell({ shares: (shares = screen) });
		tell({ peers: { link, microphone: open.some(sendsMicrophone) ? "live" : "none", inbound } });
	}

	document.addEventListener("undivided", (event) => {
		try {
			const { detail } = /** @type {CustomEvent} */ (event);
			tell({ said: typeof detail === "string" ? parse(detail.slice(0, LONGEST_REPORT)) : detail });
		} catch {
			console.warn("Undivided: this event's detail is too long, or neither an object nor JSON; see docs/page-api.md.");
		}
	});

	/** The page's own data for look.js: plain members alone, never a getter, so that nothing of the page runs for it. @param {string} path */
	function dataAt(path) {
		/** @type {any} */
		let value = window;
		for (const name of path.split(".").slice(0, 8)) {
			if ((typeof value !== "object" && typeof value !== "function") || value === null) return null;
			value = getOwnPropertyDescriptor(value, name)?.value;
		}
		return typeof value === "string" ? value.slice(0, LONGEST_WORD) : typeof value === "number" || typeof value === "boolean" ? value : null;
	}

	document.addEventListener("undivided:read", (event) => {
		const { detail } = /** @type {CustomEvent} */ (event);
		if (typeof detail !== "string" || detail.length > LONGEST_REPORT) return;
		/** @type {string[]} */
		const paths = parse(detail);
		Reflect.apply(dispatchEvent, document, [new CustomEvent("undivided:values", { detail: stringify(paths.map(dataAt)) })]);
	});

	/** To content.js, which lives in another world and shares nothing but the document. @param {object} signal */
	function tell(signal) {
		const detail = stringify(signal, (_, value) => (typeof value === "string" ? value.slice(0, LONGEST_WORD) : value));
		if (detail.length > LONGEST_REPORT) throw new RangeError("too long");
		Reflect.apply(dispatchEvent, document, [new CustomEvent("undivided:report", { detail })]);
	}
})();
