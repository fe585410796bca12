// The page as one file that opens from the disk: a browser loads no module and no WebAssembly from there, so everything
// is written into the HTML, the module deflated and in base64.
//
//     node build/bundle.mjs [FROM] [TO]     dist/ and cutover.html by default; ./dev bundle builds the page first
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, deflateRawSync } from "node:zlib";
import { replaced } from "./replaced.mjs";

const START = `
await __wbg_init({ module_or_path: await unpack("cutover-module").arrayBuffer() });
`;

/** Stands before everything: what lies in an element of this name, as if a host had answered. */
const UNPACK = `
function unpack(name) {
  const packed = document.getElementById(name);
  const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
  packed.remove();
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(unpacked, { headers: { "Content-Type": "application/wasm" } });
}
`;

/** Makes the file; returns its size in bytes. */
export async function bundle(from, to) {
  const read = (name) => readFile(join(from, name), "utf8");
  const files = await readdir(from);
  const file = (pattern) => files.find((name) => pattern.test(name)) ?? missing(pattern);
  // What is fetched later lies inside from the first.
  const script = replaced(await read(file(/^page-\w+\.js$/)), [
    [/fetch\(new URL\("\.\/later\/[^"]*", import\.meta\.url\)\)/, 'Promise.resolve(unpack("cutover-later"))'],
  ]);
  const [later] = await readdir(join(from, "later"));
  const style = await read(file(/^page-\w+\.css$/));
  const icon = await read(file(/^icon-\w+\.svg$/));
  const packed = async (path) => {
    const bytes = deflateRawSync(await readFile(join(from, path)), { level: constants.Z_BEST_COMPRESSION });
    return bytes.toString("base64");
  };
  const [module, rest] = await Promise.all([packed(file(/_bg\.wasm$/)), packed(join("later", later))]);
  // What the page fetches when somebody asks for it (src/ui/library.rs) lies inside too.
  const asked = await Promise.all(["lessons", "drills"].map(async (folder) => (await readdir(join(from, folder))).sort().map((name) => `${folder}/${name}`)));
  const enclosed = await Promise.all(asked.flat().map(async (name) => [name, await read(name)]));
  // Nothing inside may end the element it is written into; functions, because a replacement's dollar signs mean something.
  const inside = (text, element) => text.replaceAll(`</${element}`, `<\\/${element}`);
  const html = (await read("index.html"))
    .replace(/<link rel="(?:modulepreload|preload)"[^>]*>/g, "")
    .replace(/<link rel="icon"[^>]*>/, () => `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" />`)
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>\n${inside(style, "style")}\n</style>`)
    .replace(/<script type="module"[^>]*><\/script>/, "")
    // In the head: the page, when it is mounted, clears the body.
    .replace(/<\/head>/, () => `<script id="cutover-later" type="text/plain">${rest}</script>\n${enclosed.map(([name, text]) => `<script type="application/json" data-file="${name}">${inside(text, "script")}</script>\n`).join("")}</head>`)
    .replace(
      /<\/body>/,
      () => `  <script id="cutover-module" type="text/plain">${module}</script>
    <script type="module">
${inside(UNPACK + script + START, "script")}</script>
  </body>`,
    );
  if (/(?:src|href)="\.\//.test(html)) throw new Error("Something in the page is still fetched from elsewhere");
  await writeFile(to, html);
  return Buffer.byteLength(html);
}

function missing(pattern) {
  throw new Error(`There is no file like ${pattern} in the built page; ./dev build makes it`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const project = fileURLToPath(new URL("../", import.meta.url));
  const [from = join(project, "dist"), to = join(project, "cutover.html")] = process.argv.slice(2);
  const size = await bundle(from, to);
  console.log(`   ${to}: ${Math.round(size / 1000).toLocaleString("en")} KB`);
}
