// What Trunk leaves undone, run by it after each build (the hook in Trunk.toml), on the folder it is about to publish:
//
// - The page's style sheets become one file, and its inline script a file, `boot-….js`: a strict content security policy
//   allows no inline script, and one file is fetched sooner than seven.
// - The figures' script, its style sheet and the script of their frame are put into `embed/`. The style sheet is made of
//   the page's own, told to obey the width of a figure instead of that of a window.
// - What a first visit does not need of the module (see build/wasm-bindgen) is put into `later/`, its loader into the
//   page's script.
// - Files refer to each other by the names under which they are published.
// - The service worker learns which files this build is made of.
//
// Names carry a hash of what is in the file, so that an old file never meets a new one; only index.html, the figures'
// script and the service worker have names that stay, because others refer to them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { replaced } from "./replaced.mjs";
import { figureStyle, tidied } from "./style.mjs";

const project = fileURLToPath(new URL("../", import.meta.url));
const folder = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!folder) throw new Error("Trunk calls this, with the folder in TRUNK_STAGING_DIR");

const source = (path) => readFile(join(project, "static", path), "utf8");
const publish = (name, text) => writeFile(join(folder, name), text);
const hashed = (name, text) => name.replace(/(\.\w+)$/, `-${createHash("sha256").update(text).digest("hex").slice(0, 16)}$1`);

/** By the name in the sources: the name under which a file is published. */
const names = new Map();
const renamed = (text) => [...names].reduce((text, [from, to]) => text.replaceAll(`/${from}"`, `/${to}"`), text);

let html = await readFile(join(folder, "index.html"), "utf8");
await later();
for (const file of await readdir(folder)) {
  // Trunk writes a hash as a number: one that begins with zeros is shorter.
  const plain = file.replace(/-[0-9a-f]{8,16}(?=[._])/, "");
  if (plain !== file) names.set(plain, file);
}

// The page's style.
const sheets = [...html.matchAll(/ *<link rel="stylesheet" href="\.\/([^"]+)"[^>]*>\n?/g)];
const style = tidied((await Promise.all(sheets.map(([, file]) => readFile(join(folder, file), "utf8")))).join("\n"));
names.set("page.css", hashed("page.css", style));
await publish(names.get("page.css"), style);
sheets.forEach(([link], place) => {
  html = html.replace(link, place === 0 ? `    <link rel="stylesheet" href="./${names.get("page.css")}" />\n` : "");
});
for (const [, file] of sheets) await rm(join(folder, file));

// The figures.
await mkdir(join(folder, "embed"), { recursive: true });
const figure = await figureStyle(source);
names.set("figure.css", hashed("figure.css", figure));
await publish(join("embed", names.get("figure.css")), figure);
await publish(join("embed", "cutover.js"), renamed(await source("embed/cutover.js")));
const frame = renamed(await source("embed/frame.js"));
names.set("frame.js", hashed("frame.js", frame));
await publish(join("embed", names.get("frame.js")), frame);

// What starts the page.
const boot = renamed(await source("boot.js"));
names.set("boot.js", hashed("boot.js", boot));
await publish(names.get("boot.js"), boot);
html = html.replace(/<script type="module">[\s\S]*?<\/script>/, `<script type="module" src="./${names.get("boot.js")}"></script>`);
html = html.replace(/ integrity="[^"]*"/g, "");
await publish("index.html", html);

/**
 * Publishes the part of the module that is not fetched at first. Both parts, and the script that loads them, take their
 * names from both, for one is of no use with another's other.
 */
async function later() {
  const from = process.env.CUTOVER_LATER;
  if (!from) throw new Error("./dev says where the rest of the module is, in CUTOVER_LATER");
  const rest = join(from, "split_later.wasm");
  if (process.env.TRUNK_PROFILE === "release") execFileSync("wasm-opt", [...(await optimizations()), rest, "-o", rest]);

  const module = (await readdir(folder)).find((file) => /^page-[0-9a-f]+_bg\.wasm$/.test(file));
  const given = module.replace("_bg.wasm", "");
  const both = createHash("sha256").update(await readFile(join(folder, module))).update(await readFile(rest));
  const hash = both.digest("hex").slice(0, 16);
  const script = await readFile(join(folder, `${given}.js`), "utf8");
  const loader = await readFile(join(from, "__wasm_split.js"), "utf8");
  await publish(`page-${hash}.js`, withLoader(script, replaced(loader, [["./split_later.wasm", `./later/later-${hash}.wasm`]])));
  await rm(join(folder, `${given}.js`));
  await rename(join(folder, module), join(folder, `page-${hash}_bg.wasm`));
  html = replaced(html, [[new RegExp(given, "g"), `page-${hash}`]]);

  await mkdir(join(folder, "later"), { recursive: true });
  await copyFile(rest, join(folder, "later", `later-${hash}.wasm`));
}

/** The page's script with the loader inside it: one file is fetched sooner than two that wait for each other. */
function withLoader(script, loader) {
  const [, name] = /^export const (\w+)/m.exec(loader);
  const inner = replaced(loader, [[/^import .*$/m, ""], [/^export const /m, "const "]]);
  return replaced(script, [[/^import \* as (\w+) from "\.\/__wasm_split\.js".*$/m, `const $1 = (() => {\n${inner}\nreturn { ${name} };\n})();`]]);
}

/** How index.html wants the module optimized; names of functions are for whoever works on the page. */
async function optimizations() {
  const link = await readFile(join(project, "index.html"), "utf8");
  const [, level] = /data-wasm-opt="(\w)"/.exec(link);
  const [, others] = /data-wasm-opt-params="([^"]*)"/.exec(link);
  return [`-O${level}`, ...others.split(" "), "--strip-debug"];
}

// What is kept for a visit without network: this build, file by file.
const files = {};
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll(sep, "/");
  files[path] = `sha256-${createHash("sha256").update(await readFile(join(folder, path))).digest("base64")}`;
}
const ordered = Object.fromEntries(Object.entries(files).sort());
const build = createHash("sha256").update(JSON.stringify(ordered)).digest("hex").slice(0, 16);
const worker = await source("sw.js");
await publish("sw.js", worker.replace("FILES = {}", `FILES = ${JSON.stringify(ordered, null, 2)}`).replace('BUILD = ""', `BUILD = "${build}"`));
