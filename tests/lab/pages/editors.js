// A chat tool's page with one kind of reply box, `?kind=`. `window.model()` is what the editor itself holds, `window.sent` counts what was sent by Enter.

/** The editors come untyped, as a script of the page. @type {any} */
const page = window;
const { editors } = page;
page.sent = 0;
page.model = () => "";
const kind = new URLSearchParams(location.search).get("kind");
const box = /** @type {any} */ (document.querySelector("#box"));
const send = (/** @type {KeyboardEvent} */ event) => {
  if (event.key === "Enter" && !event.shiftKey) page.sent += 1;
};
document.addEventListener("keydown", send, true);
document.addEventListener("submit", (event) => {
  event.preventDefault();
  page.sent += 1;
});

/** What the page has for it, put into its place. @param {string | null} name @param {Node} [place] */
const draw = (name, place = box) => {
  const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector(`template[data-kind="${name}"]`));
  if (template) place.appendChild(template.content.cloneNode(true));
};

/** @type {Record<string, () => unknown>} */
const kinds = {
  input() {
    draw(kind);
    page.model = () => box.querySelector("input").value;
  },
  textarea() {
    draw(kind);
    page.model = () => box.querySelector("textarea").value;
  },
  react() {
    const { React, ReactDom } = editors;
    let value = "";
    function Reply() {
      const [text, setText] = React.useState("");
      value = text;
      return React.createElement("textarea", { id: "reply", "aria-label": "Reply", value: text, onChange: (/** @type {any} */ event) => setText(event.target.value) });
    }
    ReactDom.createRoot(box).render(React.createElement(Reply));
    page.model = () => value;
  },
  contenteditable() {
    draw(kind);
    page.model = () => box.querySelector("#reply").innerText;
  },
  prosemirror() {
    const { pmState, pmView, pmSchema, pmHistory, pmKeymap, pmCommands } = editors;
    const plugins = [pmHistory.history(), pmKeymap.keymap({ "Mod-z": pmHistory.undo }), pmKeymap.keymap(pmCommands.baseKeymap)];
    const view = new pmView.EditorView(box, { state: pmState.EditorState.create({ schema: pmSchema.schema, plugins }) });
    view.dom.id = "reply";
    page.model = () => view.state.doc.textContent;
  },
  slate() {
    const { slate, slateReact, slateHistory, React, ReactDom } = editors;
    const editor = slateHistory.withHistory(slateReact.withReact(slate.createEditor()));
    const initialValue = [{ type: "paragraph", children: [{ text: "" }] }];
    const { Slate, Editable } = slateReact;
    ReactDom.createRoot(box).render(React.createElement(Slate, { editor, initialValue }, React.createElement(Editable, { id: "reply" })));
    page.model = () => editor.children.map((/** @type {any} */ node) => slate.Node.string(node)).join("\n");
  },
  quill() {
    draw(kind);
    const quill = new editors.Quill(box.firstElementChild);
    quill.root.id = "reply";
    page.model = () => quill.getText().trimEnd();
  },
  async ckeditor() {
    draw(kind);
    const { ClassicEditor, Essentials, Paragraph, Bold } = editors;
    const editor = await ClassicEditor.create(box.firstElementChild, { licenseKey: "GPL", plugins: [Essentials, Paragraph, Bold], toolbar: ["bold"] });
    editor.editing.view.change((/** @type {any} */ writer) => writer.setAttribute("id", "reply", editor.editing.view.document.getRoot()));
    page.model = () => editor.getData().replace(/<[^>]+>/g, "").replace(/&nbsp;/g, " ");
  },
  frame() {
    draw(kind);
    page.model = () => box.querySelector("iframe").contentWindow.model();
  },
  shadow() {
    const host = document.createElement("div");
    box.append(host);
    const root = host.attachShadow({ mode: "open" });
    draw("shadow", root);
    page.model = () => root.querySelector("textarea")?.value;
  },
  nothing() {
    draw(kind);
  },
};
await kinds[kind ?? ""]?.();
document.body.dataset.ready = "";

/** As an in-house tool says it. @param {string} phase @param {object} [more] */
page.say = (phase, more) =>
  document.dispatchEvent(
    new CustomEvent("undivided", { detail: { phase, conversation: "1", channel: "chat", customer: { name: "Maria Silva" }, ...more } }),
  );

export {};
