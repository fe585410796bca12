// Keys belong to the deck, as long as the focus is in no figure; slides are as wide as what they show.
import Reveal from "./node_modules/reveal.js/dist/reveal.esm.js";

new Reveal({ hash: true, width: 1200, height: 760, margin: 0.02 }).initialize();
