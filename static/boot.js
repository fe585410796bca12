// Starts the page; or, where the address asks for it (`?embed=1`), one figure that fills the frame it was put into.
import init from "./page.js";

if (new URLSearchParams(location.search).has("embed")) {
  document.querySelector("[data-cutover-page]").remove();
  const { fillFrame } = await import("./embed/frame.js");
  fillFrame();
} else {
  await init({ module_or_path: new URL("./page_bg.wasm", import.meta.url) });
  keepForLater();
}

/** For a visit without network. A frame in somebody's document keeps nothing, and where it is forbidden nobody misses it. */
function keepForLater() {
  if (window !== window.top || !("serviceWorker" in navigator)) return;
  try {
    navigator.serviceWorker.register(new URL("./sw.js", import.meta.url), { updateViaCache: "none" }).catch(() => {});
  } catch {
    // A document without an origin of its own is refused even the question.
  }
}
