// The figure as a frame: what the address asks for becomes one figure that fills the window, and messages of the page
// that holds the frame become orders. docs/embedding.md has the protocol.
import { CutoverFigure } from "./cutover.js";

const TOLD = ["ready", "play", "pause", "seek", "statechange", "ended", "error"];

/** `early` are the messages that came before there was anybody to hear them. */
export function fillFrame(early) {
  const asked = new URLSearchParams(location.search);
  const figure = document.createElement("cutover-figure");
  for (const name of [...CutoverFigure.observedAttributes, "autoplay"]) {
    if (asked.has(name)) figure.setAttribute(name, asked.get(name));
  }
  // Whatever else an address says becomes no attribute; what is misspelt is told.
  figure.asked = Object.fromEntries(asked);
  const followLink = () => location.hash.startsWith("#s=") && figure.setAttribute("link", location.hash);
  followLink();
  window.addEventListener("hashchange", followLink);
  document.documentElement.dataset.embedded = "";
  figure.dataset.framed = "";
  document.body.append(figure);

  const post = (message) => window.parent !== window && window.parent.postMessage(message, "*");
  for (const kind of TOLD) figure.addEventListener(kind, ({ detail }) => post({ cutover: kind, ...detail }));
  const hear = ({ source, data }) => {
    if (source !== window.parent) return;
    // reveal.js tells a frame when its slide comes and goes.
    if (data === "slide:start") figure.play().catch(() => {});
    else if (data === "slide:stop") figure.pause().catch(() => {});
    else if (data?.cutover === "tell") figure.tell(data.order ?? {}, "seek" in (data.order ?? {}) ? "seek" : undefined).catch(() => {});
    else if (data?.cutover === "state") figure.ready().then(() => post({ cutover: "state", ...figure.state }), () => {});
  };
  window.addEventListener("message", hear);
  // Whether a frame is loaded before it is seen is for the page round it to say (`loading`); on paper it never is seen.
  const there = figure.ready().catch(() => {});
  // So that the page round it can make the frame as high as what it shows.
  const sizes = new ResizeObserver(() => post({ cutover: "size", height: Math.ceil(figure.getBoundingClientRect().height) }));
  there.then(() => sizes.observe(figure));
  early.forEach(hear);
}
