// Where a browser finds its policies, made without touching the machine: the browser is started in a mount namespace of its own in which
// its policy folder is a temporary one. What is written there is what IT would write; rewriting it while the browser runs is a live change.
// Only where namespaces are refused and CI=true (a machine that is thrown away) is the system's own folder written, and cleaned after.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/**
 * @typedef {object} PolicyFolder
 * @property {string} executable start this in place of the browser
 * @property {(text: string | undefined) => void} write replaces the policy file; undefined removes it
 * @property {() => void} remove
 */

/**
 * @param {string} browser the real executable
 * @param {string} target the folder where it looks, e.g. /etc/chromium/policies/managed
 * @param {string} name the file's name in it
 * @returns {PolicyFolder}
 */
export function policyFolder(browser, target, name) {
  const unshare = namespaces();
  if (unshare) return privateFolder(unshare, browser, target, name);
  if (process.env.CI === "true") return systemFolder(browser, target, name);
  throw new Error(
    "policies need a private mount namespace (unshare -m as root, or user namespaces allowed: sysctl kernel.apparmor_restrict_unprivileged_userns=0); on a machine that is thrown away, CI=true writes below /etc instead",
  );
}

/** Can a browser be given policies here without touching the machine? */
export function policiesArePrivate() {
  return process.platform === "linux" && namespaces() !== undefined;
}

/** The unshare command that works here, if any does. @returns {string[] | undefined} */
function namespaces() {
  const asRoot = process.getuid?.() === 0;
  const command = asRoot ? ["unshare", "-m"] : ["unshare", "-r", "-m"];
  const tried = spawnSync(command[0] ?? "", [...command.slice(1), "sh", "-c", "mount --make-rprivate / && mount -t tmpfs none /mnt"], { stdio: "ignore" });
  return tried.status === 0 ? command : undefined;
}

/**
 * @param {string[]} unshare
 * @param {string} browser
 * @param {string} target
 * @param {string} name
 * @returns {PolicyFolder}
 */
function privateFolder(unshare, browser, target, name) {
  const folder = mkdtempSync(join(tmpdir(), "undivided-policy-"));
  const policies = join(folder, "policies");
  mkdirSync(policies);

  // A folder that does not exist cannot be mounted over: then a copy of its nearest ancestor, with the folder in it, covers that one.
  let base = target;
  while (!existsSync(base)) base = dirname(base);
  const mounts = ["mount --make-rprivate /"];
  if (base !== target) {
    const copy = join(folder, "copy");
    mkdirSync(copy);
    spawnSync("cp", ["-a", `${base}/.`, copy], { stdio: "ignore" }); // what cannot be read (shadow) a browser does not need
    mkdirSync(join(copy, relative(base, target)), { recursive: true });
    mounts.push(`mount --bind '${copy}' '${base}'`);
  }
  mounts.push(`mount --bind '${policies}' '${target}'`);

  const executable = join(folder, "browser");
  const inside = ["set -e", ...mounts, `exec '${browser}' "$@"`].join("\n");
  writeFileSync(join(folder, "inside"), inside);
  writeFileSync(executable, `#!/bin/sh\nexec ${unshare.join(" ")} sh '${join(folder, "inside")}' "$@"\n`, { mode: 0o755 });
  return {
    executable,
    write: (text) => put(join(policies, name), text),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * @param {string} browser
 * @param {string} target
 * @param {string} name
 * @returns {PolicyFolder}
 */
function systemFolder(browser, target, name) {
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const file = join(target, name);
  /** @param {string[]} command @param {string} [input] */
  const run = (command, input) => {
    const all = [...sudo, ...command];
    const done = spawnSync(all[0] ?? "", all.slice(1), input === undefined ? {} : { input });
    if (done.status !== 0) throw new Error(`${all.join(" ")}: ${done.stderr}`);
  };
  run(["mkdir", "-p", target]);
  return {
    executable: browser,
    write: (text) => (text === undefined ? run(["rm", "-f", file]) : run(["tee", file], text)),
    remove: () => run(["rm", "-f", file]),
  };
}

/**
 * @param {string} file
 * @param {string | undefined} text
 */
function put(file, text) {
  if (text === undefined) rmSync(file, { force: true });
  else writeFileSync(file, text);
}
