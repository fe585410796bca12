// The figure as a frame: what the address asks for becomes one figure that fills the window, and messages of the page
// that holds the frame become orders. docs/embedding.md has the protocol.
import "./cutover.js";

const PASSED_ON = ["scenario", "src", "part", "controls", "start", "strategy", "speed", "label", "theme", "autoplay"];
const TOLD = ["ready", "play", "pause", "seek", "statechange", "ended", "error"];

export function fillFrame() {
  const asked = new URLSearchParams(location.search);
  const figure = document.createElement("cutover-figure");
  for (const name of PASSED_ON) if (asked.has(name)) figure.setAttribute(name, asked.get(name));
  document.documentElement.dataset.embedded = "";
  document.body.append(figure);

  const post = (message) => window.parent !== window && window.parent.postMessage(message, "*");
  for (const kind of TOLD) figure.addEventListener(kind, ({ detail }) => post({ cutover: kind, ...detail }));
  // So that the page round it can make the frame as high as what it shows.
  new ResizeObserver(() => post({ cutover: "size", height: Math.ceil(figure.getBoundingClientRect().height) })).observe(figure);

  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent) return;
    // reveal.js tells a frame when its slide comes and goes.
    if (data === "slide:start") figure.play();
    else if (data === "slide:stop") figure.pause();
    else if (data?.cutover === "tell") figure.tell(data.order ?? {}, "seek" in (data.order ?? {}) ? "seek" : undefined).catch(() => {});
    else if (data?.cutover === "state") figure.ready().then(() => post({ cutover: "state", ...figure.state }), () => {});
  });
}
