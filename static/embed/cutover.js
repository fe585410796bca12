// Live figures of Amazon ECS deployments, for any page:
//
//     <script type="module" src="https://…/embed/cutover.js"></script>
//
//     <cutover-figure id="canary" scenario="opening" part="why stage" start="BAKE_TIME" autoplay="view">
//       <img src="canary.svg" alt="A canary of 10 % meets a release that fails 5 % of its requests">
//     </cutover-figure>
//     <p><a href="#canary" data-cutover-seek="180">After three minutes</a> the alarm has gone off;
//     <cutover-value for="canary" name="requests.failed">145</cutover-value> requests have failed.</p>
//
// docs/embedding.md tells of every attribute, method, event and message. All figures of a page share one WebAssembly
// module, which is fetched when the first of them comes near the window; a figure nobody sees asks for no frames.

const home = new URL("../", import.meta.url);

/** The module and the figures' style, fetched once for all of them. */
let loading;
function load() {
  loading ??= (async () => {
    const text = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
      return answer.text();
    };
    const module = new URL("../page_bg.wasm", import.meta.url);
    // On the page itself the module is there already; anywhere else it is fetched at once.
    const module_or_path = document.querySelector("script[data-page-figures]") ? module : fetch(module);
    const [{ default: init, Figure }, css] = await Promise.all([
      import("../page.js"),
      text(new URL("./figure.css", import.meta.url)),
    ]);
    await init({ module_or_path });
    const style = new CSSStyleSheet();
    style.replaceSync(css);
    return { Figure, style };
  })();
  return loading;
}

/** What a figure is made anew for when it changes. */
const MAKING = ["scenario", "src", "link", "service", "strategy", "speed", "start", "future", "part", "controls", "label"];

/** What it is before its style has come: as high as what its author has put into it, which is where it is seen. */
const still = new CSSStyleSheet();
still.replaceSync(":host { display: block } :host([hidden]) { display: none } ::slotted(:is(img, svg)) { max-inline-size: 100%; block-size: auto }");

/** What of an author's is a picture. */
const PICTURES = "img, picture, svg, object";

/** How far outside the window a figure is made ready. */
const NEAR = "400px";

const near = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => target.ready()),
  { rootMargin: NEAR },
);
const seen = new IntersectionObserver(
  (entries) => entries.forEach(({ target, isIntersecting, intersectionRatio, intersectionRect, rootBounds }) => {
    const most = intersectionRatio >= 0.6 || intersectionRect.height >= 0.6 * (rootBounds?.height ?? Infinity);
    target.seen(isIntersecting, isIntersecting && most);
  }),
  { threshold: [0, 0.2, 0.4, 0.6, 0.8] },
);
const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => target.resized()));

export class CutoverFigure extends HTMLElement {
  static observedAttributes = [...MAKING, "theme"];

  #figure;
  #making;
  #state;
  #resting = true;
  #waited = false;
  #room;
  #still;
  #style;
  /** What a frame's address asks for. */
  asked = {};

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [still];
    this.#still = document.createElement("slot");
    this.#room = document.createElement("div");
    shadow.append(this.#room, this.#still);
    // The link takes along whatever stands when it is followed.
    for (const kind of ["pointerdown", "focusin", "keydown", "contextmenu"]) {
      shadow.addEventListener(kind, () => this.#addressLink());
    }
    shadow.addEventListener("click", () => this.#addressLink(), true);
    // A key that means something in here is not also the deck's that goes on with the next slide.
    shadow.addEventListener("keydown", (event) => {
      const taken = event.defaultPrevented || event.key === " " || event.key === "Enter";
      if (taken || event.target.matches("input, select")) event.stopPropagation();
    });
  }

  connectedCallback() {
    this.#paint();
    near.observe(this);
    seen.observe(this);
    sizes.observe(this);
  }

  disconnectedCallback() {
    near.unobserve(this);
    seen.unobserve(this);
    sizes.unobserve(this);
    // Whoever only moves it puts it back at once.
    queueMicrotask(() => this.isConnected || this.#unmake());
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected) return;
    if (name === "theme") this.#paint();
    else if (this.#making) this.#remake();
  }

  // ---- What a document asks and tells it ----

  /** Resolves when it is there; rejects where it cannot be. */
  ready() {
    this.#making ??= this.#make();
    // What is wrong is shown in its place; whoever waits for it is told as well.
    this.#making.catch(() => {});
    return this.#making;
  }

  play = () => this.tell({ play: true });
  pause = () => this.tell({ pause: true });
  toggle = () => this.tell({ toggle: true });
  /** Seconds, `"3:00"`, a stage such as `"BAKE_TIME"`, or `"end"`. */
  seek = (to) => this.tell({ seek: to }, "seek");
  /** Parameters by API name, as in `{ bakeTimeInMinutes: 5 }`. */
  set = (values) => this.tell({ set: values });

  /** One or more orders at once; resolves when they are done. */
  async tell(order, happened) {
    await this.ready();
    try {
      this.#figure.tell(JSON.stringify(order));
    } catch (problems) {
      const error = new Error(String(problems));
      this.#say("error", { message: error.message });
      throw error;
    }
    if (happened) this.#say(happened, this.state);
  }

  /** Where it stands: time, duration, playing, strategy, stage, status, why; nothing before it is there. */
  get state() {
    return this.#figure && JSON.parse(this.#figure.state());
  }

  get currentTime() {
    return this.state?.time ?? 0;
  }

  set currentTime(seconds) {
    this.seek(seconds).catch(report);
  }

  get duration() {
    return this.state?.duration ?? NaN;
  }

  get paused() {
    return !this.state?.playing;
  }

  /** The summary of its run, as `cutover run` prints it; nothing before it is there. */
  get summary() {
    return this.#figure && JSON.parse(this.#figure.summary());
  }

  /** The page where it stands, with everything that was changed. */
  get address() {
    return this.#figure ? new URL(`#${this.#figure.link()}`, home).href : home.href;
  }

  // ---- What happens to it ----

  /** Whether anything of it is in the window, and whether most of it is. */
  seen(any, most) {
    this.#resting = !any;
    this.#figure?.rest(!any);
    if (most && !this.#waited && this.getAttribute("autoplay") === "view") {
      this.#waited = true;
      // Who asks for little motion starts it by hand.
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.play().catch(report);
    }
  }

  resized() {
    this.#figure?.resized();
  }

  async #make() {
    try {
      const [{ Figure, style }, recording] = await Promise.all([load(), this.#recording()]);
      if (!this.isConnected) throw new Error("the figure was taken away");
      const asked = { ...this.asked };
      // All of them: one that is misspelt is told as well.
      for (const { name, value } of this.attributes) asked[name] = value;
      if (recording) asked.recording = recording;
      this.#style = style;
      this.shadowRoot.adoptedStyleSheets = [still, style];
      // Where it may be played, it may be stopped.
      if (asked.controls === "locked" && this.getAttribute("autoplay") === "view") asked.controls = "play";
      const root = document.createElement("div");
      root.hidden = true;
      this.#room.replaceChildren(root);
      this.#paint();
      try {
        this.#figure = Figure.mount(root, JSON.stringify(asked), () => this.#told());
      } catch (problem) {
        // Of several figures one wants to know whose file it is.
        const whose = recording && this.getAttribute("src") ? `src: ${this.getAttribute("src")}\n` : "";
        throw new Error(`${whose}${problem.message ?? problem}`);
      }
      root.hidden = false;
      this.#still.hidden = true;
      this.toggleAttribute("data-still", this.querySelector(PICTURES) !== null);
      this.#figure.rest(this.#resting);
      this.#say("ready", this.state);
      const message = this.#figure.wrong();
      if (message) this.#say("error", { message });
    } catch (problem) {
      this.#trouble(problem);
      throw problem instanceof Error ? problem : new Error(String(problem));
    }
  }

  #unmake() {
    this.#figure?.remove();
    this.#figure = this.#making = this.#state = undefined;
    this.#room.replaceChildren();
    this.#still.hidden = false;
  }

  // Several attributes that change together make it anew once.
  #remaking;
  #remake() {
    this.#remaking ??= Promise.resolve().then(() => {
      this.#remaking = undefined;
      this.#unmake();
      return this.ready().catch(() => {});
    });
  }

  /** The text of its recording, where it is not one of those that come with the page. */
  async #recording() {
    const inline = this.querySelector(':scope > script[type="application/json"]');
    if (inline) return inline.textContent;
    if (!this.getAttribute("src")) return undefined;
    const address = new URL(this.getAttribute("src"), document.baseURI);
    const answer = await fetch(address).catch(() => {
      throw new Error(`src: ${address} could not be fetched: there was no answer, or its server allows no other site to read it`);
    });
    if (!answer.ok) throw new Error(`src: ${address} could not be fetched: the server answered ${answer.status}`);
    return answer.text();
  }

  /** Where the author has given no picture, paper shows the figure as it stands; its stage as a picture. */
  printing() {
    if (!this.#figure || this.hasAttribute("data-still")) return;
    this.dataset.theme = "light";
    const text = this.#figure.picture();
    if (!text) return;
    const { documentElement: picture } = new DOMParser().parseFromString(text, "image/svg+xml");
    picture.classList.add("on-paper");
    this.#room.append(document.adoptNode(picture));
    this.toggleAttribute("data-picture", true);
  }

  printed() {
    this.shadowRoot.querySelector(".on-paper")?.remove();
    this.toggleAttribute("data-picture", false);
    this.#paint();
  }

  #trouble(problem) {
    const said = document.createElement("p");
    said.className = "trouble";
    said.setAttribute("role", "alert");
    said.textContent = `This figure cannot be shown.\n${problem.message ?? problem}`;
    if (this.#style) this.shadowRoot.adoptedStyleSheets = [still, this.#style];
    this.#room.replaceChildren(said);
    this.#still.hidden = false;
    this.#say("error", { message: String(problem.message ?? problem) });
  }

  /** The module broke, for all figures: their still pictures come back. */
  stopped() {
    if (!this.#figure) return;
    this.#figure = undefined;
    this.#trouble(new Error("Cutover stopped, which is our fault. Load the page again to go on."));
  }

  /** A new picture stands. */
  #told() {
    const before = this.#state;
    const now = (this.#state = this.state);
    if (!before || !now) return;
    if (before.playing !== now.playing) this.#say(now.playing ? "play" : "pause", now);
    const standing = ({ playing, strategy, stage, status, why, duration }) => JSON.stringify([playing, strategy, stage, status, why, duration]);
    if (standing(before) !== standing(now)) this.#say("statechange", now);
    if (before.time !== now.time) this.#say("timeupdate", now);
    if (now.time === now.duration && before.time !== now.time) this.#say("ended", now);
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail, bubbles: kind !== "error", composed: true }));
  }

  #addressLink() {
    const link = this.shadowRoot.querySelector("a.open-in-full");
    if (link) link.href = this.address;
  }

  #paint() {
    const theme = this.getAttribute("theme") ?? "auto";
    const dark = theme === "auto" ? standsOnDark(this) : theme === "dark";
    const wanted = dark ? "dark" : "light";
    if (this.dataset.theme === wanted) return;
    this.dataset.theme = wanted;
    this.#figure?.resized();
  }

  /** The page round it may have changed its colours. */
  repaint() {
    this.#paint();
  }
}

/** Whether what an element stands on is dark: the first opaque background behind it, or else the page's colour scheme. */
function standsOnDark(element) {
  for (let behind = element.parentElement; behind; behind = behind.parentElement ?? behind.getRootNode().host) {
    const [red, green, blue, alpha = 1] = getComputedStyle(behind).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 110;
  }
  // Its own scheme is what it was painted in last.
  const scheme = getComputedStyle(element.parentElement ?? document.documentElement).colorScheme;
  return scheme.includes("dark") && (!scheme.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches);
}

const figures = () => document.querySelectorAll("cutover-figure");
/** The figure of this id: a book gives its headings ids, too, and one of them may be the same. */
const figureNamed = (id) => [...figures()].find((figure) => figure.id === id);
const report = (error) => console.warn(`cutover-figure: ${error.message}`);

// ---- Prose drives the figure ----

/**
 * The values of `set="bakeTimeInMinutes=5; errorPercent=0"`.
 */
function values(text) {
  const pairs = text.split(/[;,]/).filter((pair) => pair.trim());
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, value = ""] = pair.split(/=(.*)/s).map((part) => part.trim());
      try {
        return [name, JSON.parse(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

const ORDERS = ["strategy", "set", "seek", "speed", "play", "pause", "toggle"];
/** How an attribute such as `data-cutover-seek` begins in an element's `dataset`. */
const OURS = "cutover";

// Before anybody else: reveal.js, and routers of sites, take links to a part of the page for their own.
const follow = (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target.closest?.("a[href]");
  const given = Object.entries(link?.dataset ?? {}).filter(([name]) => name.startsWith(OURS));
  if (given.length === 0 || !plain) return;
  const id = named(link.hash.slice(1));
  const figure = figureNamed(id);
  const words = given.map(([name]) => name.slice(OURS.length).toLowerCase());
  const strange = words.find((word) => !ORDERS.includes(word));
  const wrong =
    figure instanceof CutoverFigure
      ? strange && `there is no data-cutover-${strange}${nearby(strange, ORDERS, "data-cutover-")}`
      : noFigure(id);
  event.preventDefault();
  sayBeside(link, wrong);
  if (wrong) return;
  const order = {};
  for (const [place, [, value]] of given.entries()) order[words[place]] = words[place] === "set" ? values(value) : value;
  figure.scrollIntoView({ block: "nearest" });
  figure.tell(order, "seek" in order ? "seek" : undefined).catch(report);
};
document.addEventListener("click", follow, { capture: true });

/** The name behind an address's #, which may hold a lone %. */
function named(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** What is wrong with a link stands behind it until it is followed again. */
function sayBeside(link, wrong) {
  if (link.nextElementSibling?.matches("mark[data-cutover-wrong]")) link.nextElementSibling.remove();
  if (wrong) link.after(mark(` ${wrong}`));
}

/** What is wrong with a text of the document, to be seen in its place whatever the document looks like. */
function mark(wrong) {
  const mark = document.createElement("mark");
  mark.setAttribute("role", "alert");
  mark.toggleAttribute("data-cutover-wrong", true);
  mark.textContent = wrong;
  return mark;
}

const noFigure = (id) => `there is no figure "${id}"${nearby(id, [...figures()].map((figure) => figure.id).filter(Boolean))}`;

/**
 * ` (nearest name: …)`, where one of the names is near enough; the rule is that of `src/formats/problem.rs`. Of a path it is
 * enough to know the end.
 */
function nearby(name, names, before = "") {
  const nearest = (part) => {
    const wanted = part(name.toLowerCase());
    const far = Math.min(Math.max(Math.floor(wanted.length / 3), 2), 6);
    const apart = names.map((known) => [distance(wanted, part(known.toLowerCase()), far), known]);
    return apart.filter(([letters]) => letters <= far).sort(([one], [other]) => one - other)[0]?.[1];
  };
  const known = nearest((path) => path) ?? nearest((path) => path.split(".").at(-1));
  return known ? ` (nearest name: ${before}${known})` : "";
}

/** How many letters two names are apart; what is a part of the other is not far. */
function distance(one, other, far) {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let place = 0; place < other.length; place += 1) {
      const changed = row[place] + (letter === other[place] ? 0 : 1);
      next.push(Math.min(changed, row[place + 1] + 1, next[place] + 1));
    }
    row = next;
  }
  const isPart = Math.min(one.length, other.length) >= 4 && (one.includes(other) || other.includes(one));
  return isPart ? Math.min(row.at(-1), far) : row.at(-1);
}

/**
 * Prints a number of a figure's run: any path of its summary, such as `deployments[0].secondsToDetect`, or of its state.
 * A name that is none is said where the number would stand.
 */
export class CutoverValue extends HTMLElement {
  static observedAttributes = ["for", "name"];

  /** Where it stands changes ten times a second while it plays; its run does not. */
  #show = ({ target, type }) => {
    const moves = /^now\b/.test(this.getAttribute("name") ?? "");
    if (target.id === this.getAttribute("for") && (moves || type !== "timeupdate")) this.#print();
  };

  connectedCallback() {
    // Whatever figure bears the name tells when it has something new, whenever it came.
    for (const kind of NEWS) document.addEventListener(kind, this.#show);
    // The figure may stand after the sentence that tells of it.
    queueMicrotask(() => this.#find());
  }

  disconnectedCallback() {
    for (const kind of NEWS) document.removeEventListener(kind, this.#show);
  }

  attributeChangedCallback(name, before) {
    if (before !== null && this.isConnected) this.#find();
  }

  #find() {
    const id = this.getAttribute("for") ?? "";
    const figure = figureNamed(id);
    if (!(figure instanceof CutoverFigure)) return this.#wrong(noFigure(id));
    // Where the figure cannot be shown, it says why itself.
    return figure.ready().then(() => this.#print(), () => {});
  }

  #print() {
    const figure = figureNamed(this.getAttribute("for"));
    if (!figure?.state) return;
    const name = this.getAttribute("name") ?? "";
    const all = name.startsWith("now.") ? { now: figure.state } : { ...figure.summary, now: figure.state };
    const found = name.split(/[.[\]]+/).filter(Boolean).reduce(step, all);
    if (isPlain(found)) this.textContent = inWords(found, this.closest("[lang]")?.lang || "en");
    else this.#wrong(found === undefined ? `there is no "${name}"${nearby(name, paths(all))}` : `"${name}" is no number: it has ${Object.keys(found).join(", ")}`);
  }

  #wrong(wrong) {
    if (this.textContent !== wrong) this.replaceChildren(mark(wrong));
  }
}

/** What tells that a figure has something new. */
const NEWS = ["ready", "statechange", "timeupdate"];

/** What an object has of its own under a name. */
const step = (found, name) => (typeof found === "object" && found !== null && Object.hasOwn(found, name) ? found[name] : undefined);

/** What can be printed: a value, or a list, by how many it has. */
const isPlain = (value) => value === null || Array.isArray(value) || !["object", "undefined"].includes(typeof value);

/** The paths of everything that can be printed. */
function paths(value, path = "") {
  const inside = value !== null && typeof value === "object" ? Object.entries(value) : [];
  const at = (name) => (Array.isArray(value) ? `${path}[${name}]` : path && `${path}.${name}` || name);
  const deeper = inside.flatMap(([name, within]) => paths(within, at(name)));
  return path && isPlain(value) ? [path, ...deeper] : deeper;
}

function inWords(value, language) {
  if (typeof value === "number") return value.toLocaleString(language, { maximumFractionDigits: 1 });
  if (value === null) return "–";
  return String(Array.isArray(value) ? value.length.toLocaleString(language) : value);
}

customElements.define("cutover-figure", CutoverFigure);
customElements.define("cutover-value", CutoverValue);

window.addEventListener("cutover-stopped", () => figures().forEach((figure) => figure.stopped()));

window.addEventListener("beforeprint", () => figures().forEach((figure) => figure.printing()));
window.addEventListener("afterprint", () => figures().forEach((figure) => figure.printed()));

// A page's own switch of themes, or the system's.
const repaint = () => figures().forEach((figure) => figure.repaint());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.documentElement, { attributes: true });
if (document.body) new MutationObserver(repaint).observe(document.body, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
