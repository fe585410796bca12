// Keys belong to the deck, as long as the focus is in no figure; slides are as wide as what they show.
import Reveal from "./node_modules/reveal.js/dist/reveal.esm.js";

const deck = new Reveal({ hash: true, width: 1200, height: 800, margin: 0.02 });
await deck.initialize();

// A slide stands in the middle; where, depends on how high its figure has become.
const sizes = new ResizeObserver(() => deck.layout());
document.querySelectorAll("cutover-figure").forEach((figure) => sizes.observe(figure));
addEventListener("message", ({ source, data }) => {
  const frame = [...document.querySelectorAll("iframe")].find(({ contentWindow }) => contentWindow === source);
  if (!frame || data?.cutover !== "size") return;
  frame.height = data.height + 2 * 16;
  deck.layout();
});
