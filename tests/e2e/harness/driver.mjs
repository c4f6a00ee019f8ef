// What a browser must be able to do for the harness: types only.

/**
 * @typedef {import("../harness.mjs").Run} Run
 * @typedef {import("puppeteer-core").Browser} Browser
 * @typedef {import("puppeteer-core").Page} Page
 *
 * @typedef {object} Start
 * @property {string} executable
 * @property {string} dist the unpacked extension
 * @property {string} id
 * @property {string} origin
 * @property {string} profile
 * @property {boolean} headless
 * @property {"temporary" | "permanent" | "policy"} install
 * @property {boolean} restore the last session of this profile
 * @property {boolean} confined started through a wrapper in which this user looks like root
 * @property {boolean} acceptPrompts
 * @property {string[]} args
 * @property {Record<string, unknown>} prefs
 *
 * @typedef {{ left?: number, top?: number, width?: number, height?: number }} Bounds
 *
 * @typedef {object} Driver
 * @property {"chromium" | "firefox"} name
 * @property {string} folder how dist names it
 * @property {string} policyName
 * @property {() => string} executable
 * @property {(executable: string) => string} policyTarget
 * @property {(id: string, values: unknown, more: Record<string, unknown>) => string} policyText
 * @property {(dist: string) => { id: string, origin: string }} identity
 * @property {(start: Start) => Promise<Browser>} start
 * @property {(browser: Browser, url: string, options?: { window?: Bounds }) => Promise<Page>} open
 * @property {(browser: Browser, url: string) => Promise<Page>} openExtensionPage
 * @property {(run: Run) => Promise<boolean>} killBackground
 * @property {(run: Run) => Promise<boolean>} backgroundAlive
 * @property {(run: Run, page: Page) => Promise<void>} selectTab
 * @property {(run: Run, page: Page) => Promise<void>} triggerAction
 * @property {(run: Run, name: string, page: Page) => Promise<void>} runCommand
 * @property {(run: Run, page: Page) => Promise<void>} mute
 * @property {(run: Run) => Promise<boolean>} sidebar is the real one open
 * @property {(run: Run) => Promise<Page>} realSidebar
 * @property {(run: Run) => Promise<void>} removeExtension
 * @property {(run: Run, on: boolean) => Promise<void>} enableExtension
 * @property {(run: Run, url: string) => Promise<void>} saveSession
 * @property {(run: Run) => Promise<void>} collect gives back the memory that nothing needs any more, as far as the browser does so when told
 */

export {};
