// What another extension in the same browser tries (extension/background.js has each by its name). What must come of it: no answer, no effect.

/** @type {{ what: string, attempt: string }[]} */
export const extensions = [
  { what: "sends fourteen kinds of message to our id", attempt: "messages" },
  { what: "opens a port to us", attempt: "port" },
  { what: "reads our files", attempt: "files" },
  { what: "puts a script into our pages", attempt: "script" },
  { what: "sends our words to the scripts in every tab", attempt: "tabMessages" },
  { what: "reads what we keep", attempt: "storage" },
  { what: "takes away the scripts that we registered", attempt: "unregister" },
  { what: "takes our style sheet out of a covered page", attempt: "sheet" },
  { what: "says in a page that is no tool that a call is on", attempt: "says" },
  { what: "opens our pages with addresses that should make them act", attempt: "pages" },
];
