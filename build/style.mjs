// The style sheet of figures, made of the page's own.
//
// A figure stands in a shadow tree in somebody else's page, so three things mean something else there: the root is the
// figure's host, a width is that of the figure and not of the window, and a rem is the figure's and not the document's.

/** What a figure needs of the page, in the page's order; its own last. */
const sheets = ["tokens", "layout", "panels", "application", "stage", "timeline", "embed/figure"];

/** Without comments and indentation, of which a browser makes nothing. */
export const tidied = (css) =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\n\s*/g, "\n")
    .trim();

export async function figureStyle(source) {
  const css = tidied((await Promise.all(sheets.map((name) => source(`${name}.css`)))).join("\n"));
  return css.replace(/(@media|@container)[^{]*|[^@]+/g, (text) => (text.startsWith("@") ? condition(text) : rules(text)));
}

function condition(text) {
  if (text.startsWith("@container")) return text.replace(/rem\b/g, "em");
  if (!/-?(width|height)\s*[:<>]/.test(text)) return text;
  // A figure never fills a window.
  if (/height/.test(text)) return "@media not all ";
  return text.replace("@media", "@container figure");
}

function rules(text) {
  return text
    .replace(/:root((?:\[[^\]]*\]|:not\([^)]*\))+)/g, ":host($1)")
    .replace(/:root\b/g, ":host")
    .replace(/(^|\n)body \{/g, "$1:host {")
    // All but the definition of what a rem is.
    .replace(/--rem:[^;]*|(?<![\w.-])(-?(?:\d+\.?\d*|\.\d+))rem\b/g, (text, number) =>
      number === undefined ? text : `calc(${number} * var(--rem))`,
    );
}
