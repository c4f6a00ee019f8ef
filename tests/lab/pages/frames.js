// A tool page that shows a customer's HTML the way ticket systems do: sandboxed, from srcdoc, without an origin of its own. The HTML
// imitates a call: the phone's very markup, the page event, messages to every window above. `data-heard` counts the messages that
// arrived here, so a test can wait for the lie to be told before it looks that nothing came of it.
import { part } from "/assets/line.js";

const markup = `<!doctype html><html lang="en"><meta charset="utf-8"><body data-phase="active" style="font:16px system-ui;margin:1rem">
<p><span id="status">On a call</span></p><p id="name">Nobody Real</p><button id="answer">Answer</button><button id="hangup">Hang up</button>
<script>
  const customer = { name: "Nobody Real", place: { city: "Nowhere", country: "Portugal" } };
  for (const phase of ["ringing", "active"]) {
    const detail = { phase, conversation: "lie", channel: "call", customer };
    document.dispatchEvent(new CustomEvent("undivided", { detail }));
    document.dispatchEvent(new CustomEvent("undivided", { detail: JSON.stringify(detail) }));
    for (const target of [parent, top]) for (const message of [detail, { undivided: detail }]) target.postMessage(message, "*");
  }
</` + `script></body></html>`;

window.addEventListener("message", () => {
  document.documentElement.dataset.heard = String(Number(document.documentElement.dataset.heard ?? 0) + 1);
});

const frame = document.createElement("iframe");
frame.setAttribute("sandbox", "allow-scripts allow-forms allow-popups");
frame.srcdoc = markup;
frame.onload = () => (document.documentElement.dataset.ready = "yes");
part("#frames").append(frame);
