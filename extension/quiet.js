/**
 * In a distracting page's own world: what the page would have shown as a notification while notices.js holds is kept back, and the page is given
 * one that behaves as if it were shown.
 *
 * It holds nothing by itself. Each time it asks notices.js, by an event that only a living one cancels; without that the call is the browser's own.
 * It must never throw what the browser would not, nor show by itself what was held. The page can see all of this, and get around it.
 */
(() => {
	const MARK = Symbol.for("undivided.quiet");
	/** What a page issues beyond that is held, but no longer there to be shown: it must not fill the memory of a tab that is open all day. */
	const MOST = 100;
	/** @type {Record<string, "text" | "other">} the options */
	const MEMBERS = {
		actions: "other", badge: "text", body: "text", data: "other", dir: "text", icon: "text", image: "text", lang: "text", renotify: "other",
		requireInteraction: "other", silent: "other", tag: "text", timestamp: "other", vibrate: "other",
	};
	const NAMES = Object.keys(MEMBERS);
	const HANDLERS = ["onclick", "onshow", "onclose", "onerror"];
	const ENOUGH = Symbol("enough");

	/**
	 * @typedef {Record<string, any>} Members
	 * @typedef {object} Held
	 * @property {Notification} object what the page has in its hands
	 * @property {string} title
	 * @property {Members} members the page's options, each read once, as text where it is one
	 * @property {Members} values what the object's properties give
	 * @property {ServiceWorkerRegistration} [registration] of one without events, as the browser's own are
	 * @property {Record<string, Function | null>} handlers
	 * @property {Notification} [native] since it was shown after all
	 * @property {"open" | "closed"} state
	 */

	quieten(window, document);

	/**
	 * @param {Window & typeof globalThis} window
	 * @param {Document} desk where notices.js is asked: beside this window, or beside the page that made it
	 */
	function quieten(window, desk) {
		if (MARK in window || !window.Notification) return;
		Object.defineProperty(window, MARK, { value: true });

		// Taken before the page can replace them.
		const { CustomEvent, Event, EventTarget, HTMLIFrameElement, MessageChannel, MutationObserver, Notification, Proxy } = window;
		const { ServiceWorkerRegistration, Set, URL, WeakMap, document, structuredClone } = window;
		const { apply, construct } = window.Reflect;
		const { addEventListener, dispatchEvent } = EventTarget.prototype;
		const { postMessage } = window.MessagePort.prototype;
		const { assign, create, defineProperty, entries, freeze, getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf } = window.Object;
		const { isArray, from } = window.Array;
		const { now } = window.Date;
		const { stringify } = window.JSON;
		const readPermission = getOwnPropertyDescriptor(Notification, "permission")?.get;
		const { close } = Notification.prototype;
		const { showNotification } = ServiceWorkerRegistration?.prototype ?? {};

		/** @type {WeakMap<object, Held>} */
		const heldOf = assign(new WeakMap(), { get: WeakMap.prototype.get, set: WeakMap.prototype.set });
		/** Held and not closed. @type {Set<Held>} */
		const waiting = assign(new Set(), { add: Set.prototype.add, delete: Set.prototype.delete, forEach: Set.prototype.forEach });
		let count = 0;

		/** @returns {boolean} */
		const isHolding = () => (readPermission ? apply(readPermission, Notification, []) : Notification.permission) === "granted"
			&& !apply(dispatchEvent, desk, [new CustomEvent("undivided:hold", { cancelable: true })]);

		// --- What the page calls ---

		const quiet = new Proxy(Notification, {
			construct(native, args, target) {
				if (!isCall(args) || !isHolding()) return construct(native, args, target);
				const title = `${args[0]}`;
				const { members, probe } = read(args[1]);
				try {
					// The browser's own checks: it reads every member in the order of their names before it acts, and comes no further than to the tag.
					return construct(native, [title, probe], target);
				} catch (error) {
					if (error !== ENOUGH) throw error;
				}
				const rest = readRest(members, args[1]);
				// Where it does not throw after all (Firefox 153), one that is closed in the same turn is never shown (measured).
				if (rest === "doubtful" || members.actions !== undefined) apply(close, construct(native, [title, members], target), []);
				return hold({ object: make(target), title, members });
			},
		});

		// A page can fire this as well; as long as they are held, nothing comes of it.
		const listen = () => apply(addEventListener, desk, ["undivided:show", showAll]);
		listen();
		// As in notices.js.
		new MutationObserver(listen).observe(desk, { childList: true });

		try {
			// The page may have put a class of its own in place, whose properties are inherited from the browser's.
			for (let one = Notification.prototype; one !== EventTarget.prototype; one = getPrototypeOf(one)) patch(one);
			replace(window, "Notification", { value: quiet });
			patchRegistrations();
			patchFrames();
		} catch {
			// Frozen by the page, or none of the browser's: what was held would not behave as it should, so it is not.
			return;
		}

		/** @param {Notification} prototype */
		function patch(prototype) {
			for (const [name, { get, set, value }] of entries(getOwnPropertyDescriptors(prototype))) {
				if (value === Notification) replace(prototype, name, { value: quiet });
				else if (value === close) replace(prototype, name, { value: instead(value, closeHeld) });
				else if (get && set && HANDLERS.includes(name)) {
					replace(prototype, name, {
						get: instead(get, ({ handlers }) => handlers[name] ?? null),
						set: instead(set, (held, args) => setHandler(held, name, args[0])),
					});
				} else if (get && (name === "title" || NAMES.includes(name))) replace(prototype, name, { get: instead(get, ({ values }) => values[name]) });
			}
		}

		function patchRegistrations() {
			// Firefox's private windows have no service workers.
			if (!showNotification) return;
			const { prototype } = ServiceWorkerRegistration;
			replace(prototype, "showNotification", {
				value: new Proxy(showNotification, {
					apply: (native, self, args) => (isCall(args) && isHolding() ? holdFor(self, args) : apply(native, self, args)),
				}),
			});
			replace(prototype, "getNotifications", {
				value: new Proxy(prototype.getNotifications, {
					apply(native, self, args) {
						const shown = apply(native, self, args);
						let some = false;
						waiting.forEach(({ registration }) => (some ||= registration !== undefined && registration === self));
						return some ? withHeld(shown, self, args[0]?.tag) : shown;
					},
				}),
			});
		}

		/**
		 * A frame can be used in the very turn in which it is made, and the browser may put us there only later: Firefox 153 in the first one of a
		 * process, both browsers where it is to load a page (measured). By `frames[0]` it is still out of reach.
		 */
		function patchFrames() {
			const { prototype } = HTMLIFrameElement;
			const readDocument = getOwnPropertyDescriptor(prototype, "contentDocument")?.get;
			for (const name of ["contentDocument", "contentWindow"]) {
				replace(prototype, name, {
					get: new Proxy(/** @type {() => unknown} */ (getOwnPropertyDescriptor(prototype, name)?.get), {
						apply(native, self, args) {
							const inner = apply(native, self, args);
							// None where the frame is of another origin.
							const view = inner && readDocument && apply(readDocument, self, [])?.defaultView;
							try {
								if (view) quieten(view, desk);
							} catch {
								// The page took something out of it before anybody came.
							}
							return inner;
						},
					}),
				});
			}
		}

		/** @param {ServiceWorkerRegistration} registration @param {any[]} args */
		async function holdFor(registration, args) {
			const title = `${args[0]}`;
			const { members, probe } = read(args[1]);
			try {
				return await apply(showNotification, registration, [title, probe]);
			} catch (error) {
				if (error !== ENOUGH) throw error;
			}
			const rest = readRest(members, args[1]);
			if (rest === "doubtful" || !registration.active || !isHolding()) return apply(showNotification, registration, [title, members]);
			hold({ object: make(quiet), title, members, registration });
			return undefined;
		}

		/** @param {Promise<Notification[]>} shown @param {ServiceWorkerRegistration} self @param {string | undefined} tag */
		async function withHeld(shown, self, tag) {
			const all = await shown;
			waiting.forEach(({ registration, object, values }) => {
				if (registration === self && (!tag || values.tag === `${tag}`)) all[all.length] = object;
			});
			return all;
		}

		// --- Held ones ---

		/** An event target of the page's class. @param {Function} target @returns {any} */
		const make = (target) => construct(EventTarget, [], target);

		/** @param {Pick<Held, "object" | "title" | "members" | "registration">} made */
		function hold(made) {
			/** @type {Held} */
			const held = { ...made, values: valuesOf(made.title, made.members), handlers: {}, state: "open" };
			const { tag, body } = held.values;
			heldOf.set(held.object, held);
			waiting.forEach((other) => {
				if (tag && other.values.tag === tag && other.registration === held.registration) closeHeld(other);
			});
			waiting.add(held);
			if (++count > MOST) forgetOldest();
			if (!held.registration) later(() => held.state === "open" && fire(held, "show"));
			apply(dispatchEvent, desk, [new CustomEvent("undivided:held", { detail: stringify({ title: held.title, body, tag }) })]);
			return held.object;
		}

		/** @param {Held} held */
		function closeHeld(held) {
			if (held.native) return void apply(close, held.native, []);
			if (held.state === "closed") return;
			held.state = "closed";
			forget(held);
			if (!held.registration) later(() => fire(held, "close"));
		}

		/** @param {Held} held */
		function forget(held) {
			if (waiting.delete(held)) count -= 1;
		}

		function forgetOldest() {
			/** @type {Held | undefined} */
			let oldest;
			waiting.forEach((one) => (oldest ??= one));
			if (oldest) forget(oldest);
		}

		/**
		 * In a turn of its own. Timers of a page in the background are late by up to a second (measured in Firefox 153), the browser's own events are not.
		 *
		 * @param {() => void} what
		 */
		function later(what) {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => {
				port1.close();
				what();
			};
			apply(postMessage, port2, [null]);
		}

		/** @param {Held} held @param {string} name @param {unknown} handler */
		function setHandler(held, name, handler) {
			const first = !(name in held.handlers);
			held.handlers[name] = typeof handler === "function" ? handler : null;
			if (!first) return;
			apply(addEventListener, held.object, [name.slice(2), (/** @type {Event} */ event) => {
				const current = held.handlers[name];
				if (current && apply(current, held.object, [event]) === false) event.preventDefault();
			}]);
		}

		/** @param {Held} held @param {string} type @param {EventInit} [init] @returns {boolean} */
		const fire = (held, type, init) => apply(dispatchEvent, held.object, [new Event(type, init)]);

		function showAll() {
			if (!isHolding()) waiting.forEach(show);
		}

		/** @param {Held} held */
		async function show(held) {
			forget(held);
			const { registration, title, members } = held;
			try {
				if (registration) return void await apply(showNotification, registration, [title, members]);
				const native = (held.native = construct(Notification, [title, members]));
				for (const type of ["click", "close", "error"]) {
					apply(addEventListener, native, [type, (/** @type {Event} */ event) => {
						if (!fire(held, type, { cancelable: event.cancelable })) event.preventDefault();
					}]);
				}
			} catch {
				// The permission or the worker is gone meanwhile: the browser would not show it either.
			}
		}

		// --- The page's options ---

		/**
		 * `probe` gives the browser each member as the page has it, and ends its reading at the tag.
		 *
		 * @param {any} options
		 */
		function read(options) {
			/** @type {Members} */
			const members = {};
			/** @type {PropertyDescriptorMap} */
			const given = {};
			for (let at = 0; at < NAMES.length; at++) {
				const name = /** @type {string} */ (NAMES[at]);
				given[name] = { enumerable: true, get: () => (name === "tag" ? stop() : take(members, options, name)) };
			}
			return { members, probe: create(options ?? null, given) };
		}

		function stop() {
			throw ENOUGH;
		}

		/**
		 * @param {Members} members
		 * @param {any} options
		 * @returns {"sound" | "doubtful"} doubtful is what a browser that knows these members refuses after it has read them all
		 */
		function readRest(members, options) {
			for (let at = 0; at < NAMES.length; at++) take(members, options, /** @type {string} */ (NAMES[at]));
			const { data, renotify, tag, silent, vibrate } = members;
			try {
				// As it is now, whatever the page does to it later.
				if (data !== undefined) members.data = structuredClone(data);
			} catch {
				return "doubtful";
			}
			if (renotify && !tag && "renotify" in Notification.prototype) return "doubtful";
			return silent && vibrate !== undefined && "vibrate" in Notification.prototype ? "doubtful" : "sound";
		}

		/** @param {Members} members @param {any} options @param {string} name */
		function take(members, options, name) {
			if (name in members) return members[name];
			const value = options?.[name];
			return (members[name] = value === undefined || MEMBERS[name] === "other" ? value : `${value}`);
		}

		/** @param {string} title @param {Members} members @returns {Members} */
		function valuesOf(title, members) {
			const { dir = "auto", lang = "", body = "", tag = "", data = null, timestamp = now(), silent = false, vibrate = [], actions = [] } = members;
			return {
				title, dir, lang, body, tag, data, timestamp,
				icon: address(members.icon), badge: address(members.badge), image: address(members.image),
				renotify: Boolean(members.renotify), requireInteraction: Boolean(members.requireInteraction), silent: Boolean(silent),
				vibrate: freeze(isArray(vibrate) ? from(vibrate) : [vibrate]),
				actions: freeze(from(actions, ({ action, title: label, icon }) => freeze({ action: `${action}`, title: `${label}`, icon: address(icon) }))),
			};
		}

		/** @param {string | undefined} text */
		function address(text) {
			try {
				return text ? new URL(text, document.baseURI).href : "";
			} catch {
				return "";
			}
		}

		/** Otherwise the browser refuses it without reading further, and may do so itself. @param {any[]} args */
		function isCall(args) {
			const title = args[0];
			const options = args[1];
			return args.length > 0 && typeof title !== "symbol"
				&& (options === undefined || options === null || typeof options === "object" || typeof options === "function");
		}

		// --- Putting ours in place ---

		/**
		 * The original, except for what is held. A proxy, so that its name, length and text are the browser's.
		 *
		 * @param {any} original
		 * @param {(held: Held, args: any[]) => unknown} ours
		 */
		function instead(original, ours) {
			return new Proxy(original, {
				apply(native, self, args) {
					const held = heldOf.get(self);
					return held ? ours(held, args) : apply(native, self, args);
				},
			});
		}

		/** @param {object} object @param {string} name @param {PropertyDescriptor} change */
		function replace(object, name, change) {
			defineProperty(object, name, { ...getOwnPropertyDescriptor(object, name), ...change });
		}
	}
})();
