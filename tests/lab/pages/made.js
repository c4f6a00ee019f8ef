// Runs a made page of an agent's tool (tests/pages): `show(state)` puts the template of that state in place of the last one, and does what its
// attributes say: `data-path` and `data-title` (where the tool is), `data-body` (the body's class), `data-globals` (the page's own data, JSON),
// `data-values` (values of fields by selector, JSON: no attribute shows them), `data-message` (what the tool's widget, in a frame of another
// origin, tells this page, JSON).

/** @param {string} state */
function show(state) {
  const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector(`template[data-state="${state}"]`));
  if (!template) throw new Error(`this page has no state ${state}`);
  const { path, title, body, globals, values, message } = template.dataset;
  if (path) history.pushState(null, "", path);
  if (title) document.title = title;
  if (body !== undefined) document.body.className = body;
  Object.assign(window, JSON.parse(globals ?? "{}"));
  if (template.content.childElementCount > 0 || !message) {
    const stage = document.createElement("main");
    stage.append(template.content.cloneNode(true));
    document.querySelector("main")?.remove();
    document.body.append(stage);
  }
  for (const [selector, value] of Object.entries(JSON.parse(values ?? "{}"))) /** @type {HTMLInputElement} */ (document.querySelector(selector)).value = value;
  if (message) void widget().then((frame) => frame.postMessage(message, "*"));
}

/** @type {Promise<Window> | undefined} */
let opened;

/** The widget's frame, loaded once. @returns {Promise<Window>} */
function widget() {
  opened ??= new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.title = "widget";
    frame.src = `${location.protocol}//customer.localhost:${location.port}/widget`;
    frame.onload = () => resolve(/** @type {Window} */ (frame.contentWindow));
    document.body.append(frame);
  });
  return opened;
}

Object.assign(window, { show });
document.documentElement.dataset.ready = "yes";
