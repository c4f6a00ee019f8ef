// In the page from which the test speaks: hands an attempt's name to the background, and what came of it back.
document.addEventListener("attempt", async (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  const came = await /** @type {any} */ (chrome).runtime.sendMessage(JSON.parse(detail)).catch((/** @type {unknown} */ error) => `refused: ${error}`);
  document.dispatchEvent(new CustomEvent("came", { detail: JSON.stringify(came ?? null) }));
});
document.documentElement.dataset.other = "ready";
