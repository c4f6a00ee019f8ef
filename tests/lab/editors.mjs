// Bundles the editors that chat tools write replies in, each as published and unchanged, for the lab's page of them.

import { build } from "esbuild";

/** @returns {Promise<string>} a script that puts them on `window.editors` */
export async function bundleEditors() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export * as pmState from "prosemirror-state"; export * as pmView from "prosemirror-view"; export * as pmSchema from "prosemirror-schema-basic";
        export * as pmModel from "prosemirror-model"; export * as pmKeymap from "prosemirror-keymap"; export * as pmHistory from "prosemirror-history";
        export * as pmCommands from "prosemirror-commands";
        export * as slate from "slate"; export * as slateReact from "slate-react"; export * as slateHistory from "slate-history";
        export * as React from "react"; export * as ReactDom from "react-dom/client";
        export { default as Quill } from "quill";
        export { ClassicEditor, Essentials, Paragraph, Bold } from "ckeditor5";`,
      resolveDir: new URL(".", import.meta.url).pathname,
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "editors",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".css": "empty", ".svg": "text" },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
