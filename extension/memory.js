/**
 * Who somebody is, without writing down who: a keyed hash of a number or an address. The key is random, made when it is first needed, and lies beside
 * what it is for: on disk where notes are kept, else in memory, gone with the browser's run. SECURITY.md says what this does not protect against.
 *
 * It must never write a number or an address anywhere.
 */

/**
 * @param {string[]} identities numbers as digits, addresses in small letters
 * @param {"local" | "session"} area
 * @returns {Promise<string[]>} a fingerprint each, in their order
 */
export async function fingerprints(identities, area) {
	const key = await crypto.subtle.importKey("raw", await keyBytes(area), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
	const signed = await Promise.all(identities.map((identity) => crypto.subtle.sign("HMAC", key, new TextEncoder().encode(identity))));
	// Half of it is more than enough to tell a browser's customers apart.
	return signed.map((bytes) => Array.from(new Uint8Array(bytes).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join(""));
}

/** @type {Record<string, Promise<Uint8Array<ArrayBuffer>>>} one at a time: two keys made at once would forget one another's customers */
const keys = {};

/** @param {"local" | "session"} area */
function keyBytes(area) {
	return keys[area] ??= readKey(area).finally(() => delete keys[area]);
}

/** @param {"local" | "session"} area */
async function readKey(area) {
	const { memoryKey } = await chrome.storage[area].get("memoryKey");
	if (Array.isArray(memoryKey) && memoryKey.length === 32) return Uint8Array.from(memoryKey);
	const made = crypto.getRandomValues(new Uint8Array(32));
	await chrome.storage[area].set({ memoryKey: Array.from(made) });
	return made;
}
