// Bundles calling clients for the lab's pages, each as published and unchanged. The pages that use them say what is real around them and
// what the lab stands in for.

import { build } from "esbuild";

/** What a page finds on `window` once it has loaded `/client/<name>.js`. LiveKit's messages are of a package of its own. @type {Record<string, string>} */
const clients = {
  sipjs: `export * from "sip.js";`,
  livekit: `export * from "livekit-client"; export * as protocol from "@livekit/protocol";`,
  twilio: `export * from "@twilio/voice-sdk";`,
};

/**
 * Costs about a second, which only the pages that use them need.
 * @returns {Promise<Map<string, string>>} the scripts by name; each puts its client into `window.client`
 */
export async function bundleClients() {
  const built = Object.entries(clients).map(async ([name, contents]) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: new URL(".", import.meta.url).pathname },
      bundle: true,
      write: false,
      format: "iife",
      globalName: "client",
      define: { global: "globalThis" },
      logLevel: "error",
    });
    return /** @type {[string, string]} */ ([name, outputFiles[0]?.text ?? ""]);
  });
  return new Map(await Promise.all(built));
}
