// Starts the page; or, where the address asks for it (`?embed=1`), one figure that fills the frame it was put into.
import init from "./page.js";

if (new URLSearchParams(location.search).has("embed")) {
  document.querySelector("[data-cutover-page]").remove();
  // reveal.js says that the slide has come as soon as the frame is loaded, which the figure is later.
  const early = [];
  const keep = (message) => early.push(message);
  window.addEventListener("message", keep);
  const { fillFrame } = await import("./embed/frame.js");
  window.removeEventListener("message", keep);
  fillFrame(early);
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
