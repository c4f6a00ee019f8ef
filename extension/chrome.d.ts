/** The parts of the extension APIs that our JavaScript touches; `tsc --checkJs` knows no others. Rust has its own in src/browser/api.rs. */

type WatchedEvent = object;
/** As src/browser/effects.rs writes it. */
type Rule = { id: number; condition: { requestDomains?: string[] } };
type WorkerEvent = "report" | { event: object | string } | { message: { body: unknown; from: object | string; panel: "asked" | "notAsked" } };

/** What look.js is asked, as `Config::watch` in src/config.rs writes it. */
type Watch = {
	mark: number; looks: [take: string, of: string, name: string][]; hot: number[]; title: boolean; acts: boolean;
	messages: { tool: string; origins: string[]; json: boolean; rules: [phase: string, tests: [path: string, texts: string[]][]][]; paths: string[] }[];
};
type Fact = string | number | boolean | null | string[];
type Looked = { mark: number; url: string; title: string; front: boolean; acts: number; facts: Fact[] };
type Told = { mark: number; tool: string; values: Fact[] };

interface Listenable<Listener> {
	addListener(listener: Listener, ...filter: object[]): void;
	removeListener(listener: Listener): void;
}

declare namespace chrome {
	namespace webNavigation {
		interface Details { tabId: number; frameId: number; url: string }
		interface Committed extends Details { transitionType: string; transitionQualifiers: string[]; documentLifecycle?: string }
		const onCommitted: Listenable<(details: Committed) => void>;
		const onHistoryStateUpdated: Listenable<(details: Details) => void>;
		const onCreatedNavigationTarget: Listenable<(details: { tabId: number; sourceTabId: number }) => void>;
		const onErrorOccurred: Listenable<(details: Details & { error: string }) => void>;
	}
	namespace tabs {
		interface Tab { id?: number; windowId: number; url?: string; title?: string; discarded?: boolean; autoDiscardable?: boolean; mutedInfo?: { muted: boolean; extensionId?: string };
			audible?: boolean; /** Firefox alone. */ sharingState?: { microphone?: boolean }; incognito?: boolean }
		function query(what: object): Promise<Tab[]>;
		function update(id: number, what: { muted?: boolean; active?: boolean; autoDiscardable?: boolean }): Promise<Tab>;
		function get(id: number): Promise<Tab>;
		function create(what: { url: string }): Promise<Tab>;
		function discard(id: number): Promise<Tab>;
		function sendMessage(id: number, message: object, options?: { frameId: number }): Promise<unknown>;
		/** The filter is Firefox's alone. */
		const onUpdated: Listenable<(tab: number, change: Partial<Tab>, now: Tab) => void>;
		const onActivated: Listenable<(info: { tabId: number; windowId: number }) => void>;
		const onRemoved: Listenable<(tab: number) => void>;
		const onReplaced: Listenable<(added: number, removed: number) => void>;
	}
	namespace windows {
		function getLastFocused(): Promise<{ id: number }>;
		const onFocusChanged: Listenable<(window: number) => void>;
	}
	namespace runtime {
		interface Port { sender?: MessageSender; disconnect(): void; onDisconnect: Listenable<(port: Port) => void> }
		function connect(): Port;
		const onConnect: Listenable<(port: Port) => void>;
		interface MessageSender { id?: string; tab?: tabs.Tab; frameId?: number; origin?: string; url?: string }
		const id: string | undefined;
		function getURL(path: string): string;
		function sendMessage(message: object): Promise<unknown>;
		function sendMessage(extension: string, message: string): Promise<unknown>;
		/** What of it is read. */
		function getManifest(): { externally_connectable?: { ids: [string] }; optional_host_permissions?: string[] };
		const onMessageExternal: Listenable<(message: unknown, sender: MessageSender, sendResponse: (answer: unknown) => void) => void>;
		const onMessage: Listenable<(message: any, sender: MessageSender, sendResponse: (answer: unknown) => void) => boolean | void>;
		const onInstalled: Listenable<(details: { reason: string }) => void>;
		const onStartup: Listenable<() => void>;
		const onUpdateAvailable: Listenable<() => void>;
		function reload(): void;
	}
	namespace declarativeNetRequest {
		function getSessionRules(): Promise<{ id: number }[]>;
		function updateSessionRules(change: { removeRuleIds?: number[]; addRules?: Rule[] }): Promise<void>;
	}
	namespace scripting {
		function getRegisteredContentScripts(filter: { ids: string[] }): Promise<{ id: string }[]>;
		function unregisterContentScripts(filter: { ids: string[] }): Promise<void>;
		function executeScript<T = unknown>(injection: {
			target: { tabId: number; allFrames?: boolean; frameIds?: number[] };
			files?: string[];
			func?: (...args: any[]) => T | Promise<T>;
			args?: unknown[];
		}): Promise<{ frameId: number; result?: T }[]>;
		function removeCSS(injection: { target: { tabId: number }; files: string[]; origin: "USER" }): Promise<void>;
	}
	namespace storage {
		interface Area {
			get(keys: string | string[]): Promise<Record<string, any>>;
			set(values: object): Promise<void>;
			remove(keys: string | string[]): Promise<void>;
			onChanged: Listenable<(changes: Record<string, unknown>) => void>;
		}
		const session: Area;
		const local: Area;
		const managed: Area;
	}
	/** This one function needs no permission. */
	namespace management {
		function getSelf(): Promise<{ installType: string }>;
	}
	namespace i18n {
		function getMessage(key: string, substitutions?: string[]): string;
	}
	namespace action {
		function getBadgeText(where: object): Promise<string>;
		function setPopup(what: { popup: string }): Promise<void>;
		const onClicked: Listenable<(tab: tabs.Tab) => void>;
	}
	namespace commands {
		const onCommand: Listenable<(command: string, tab?: tabs.Tab) => void>;
	}
	/** Chrome only: the Firefox edition does not ask for it. */
	const notifications: { create(id: string, what: object): Promise<string>; clear(id: string): Promise<boolean>; getAll(): Promise<Record<string, unknown>>; onClicked: Listenable<(id: string) => void> } | undefined;
	namespace alarms {
		function create(name: string, when: { when: number } | { periodInMinutes: number }): Promise<void>;
		function clear(name: string): Promise<boolean>;
		const onAlarm: Listenable<(alarm: { name: string }) => void>;
	}
	namespace permissions {
		const onAdded: Listenable<() => void>;
		const onRemoved: Listenable<() => void>;
	}
	/** Chrome only. */
	const sidePanel: { open(where: { windowId: number }): Promise<void> } | undefined;
	/** Firefox only. */
	const sidebarAction: { open(): Promise<void> } | undefined;
}

declare var undivided: {
	fingerprints(identities: string[], area: "local" | "session"): Promise<string[]>;
	putReply(tab: number, text: string): Promise<"put" | "nowhere">;
	enqueue(): void;
	panicked(text: string): void;
	replaceRules(rules: Rule[]): Promise<void>;
	keepAwake(tab: number, wanted: boolean): Promise<void>;
	watch(state: "on" | "off"): void;
};

/** In a tool's page, in the extension's own world, once reply.js was put there. */
declare var undividedReply: { look(): number; put(text: string): Promise<boolean> } | undefined;

/** Written by `cargo xtask bundle`. */
declare module "*/wasm/undivided.js" {
	export default function init(options: { module_or_path: URL }): Promise<unknown>;
	export function __wbg_reset_state(): void;
	export function dispatch(event: WorkerEvent): Promise<void>;
	export const mount_sidebar: () => Promise<void>;
	export const mount_options: () => Promise<void>;
	export const mount_why: () => Promise<void>;
	export const mount_blocked: () => Promise<void>;
}
