// A static server for the built page, for `./dev serve` and for the tests. It exists because a
// page with WebAssembly cannot be opened from the disk, and because a server that sends
// another content type than application/wasm makes the browser compile the module later.
//
//     node tests/browser/server.mjs [FOLDER]     PORT and HOST say where, 127.0.0.1:8080 by default
//
// Under `examples/` it serves the documents that show figures, which are no part of the page.
import { createReadStream } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";

export const builtPage = fileURLToPath(new URL("../../dist", import.meta.url));
const examples = fileURLToPath(new URL("../../examples", import.meta.url));

const contentTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

// The files of a folder as a web server would keep them, compressed beforehand.
async function packed(root) {
  const files = new Map();
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && extname(file) !== ".png") files.set(file, brotliCompressSync(await readFile(file)));
  }
  return files;
}

// The file that an address means, or undefined where there is none inside the folder.
async function locate(root, base, address) {
  let path;
  try {
    path = decodeURIComponent(address.split(/[?#]/, 1)[0]);
  } catch {
    return undefined;
  }
  if (!path.startsWith(base) || path.includes("\0")) return undefined;
  const inside = path.slice(base.length);
  if (inside.startsWith("examples/")) return locate(examples, `${base}examples/`, address);
  let file = resolve(root, inside);
  if (file !== root && !file.startsWith(root + sep)) return undefined;
  if (path.endsWith("/")) file = join(file, "index.html");
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { file, size: found.size } : undefined;
}

/**
 * Serves a folder; port 0 takes a free one, and `base` is the path under which the folder
 * appears, with a slash at both ends. `headers` go with every answer; `compress` sends files as brotli.
 */
export async function serve(folder, { port = 0, host = "127.0.0.1", base = "/", headers = {}, compress = false } = {}) {
  const root = resolve(folder);
  const smaller = compress ? await packed(root) : new Map();
  const server = createServer(async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const found = await locate(root, base, request.url);
    if (!found) {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("Not found\n");
      return;
    }
    const small = /\bbr\b/.test(request.headers["accept-encoding"] ?? "") ? smaller.get(found.file) : undefined;
    response.writeHead(200, {
      "Content-Type": contentTypes[extname(found.file)] ?? "application/octet-stream",
      "Content-Length": small?.length ?? found.size,
      ...(small ? { "Content-Encoding": "br", Vary: "Accept-Encoding" } : {}),
      // The next build is served under the same address.
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
      // Documents on other hosts, and sandboxed frames, may show figures.
      "Access-Control-Allow-Origin": "*",
      ...headers,
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    if (small) {
      response.end(small);
      return;
    }
    // A build may replace the file while it is being sent; the reader then sees a cut answer.
    createReadStream(found.file)
      .on("error", () => response.destroy())
      .pipe(response);
  });
  await new Promise((ready, failed) => {
    server.once("error", failed);
    server.listen(port, host, ready);
  });
  return {
    address: `http://${host}:${server.address().port}${base}`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const port = Number(process.env.PORT ?? 8080);
  try {
    const { address } = await serve(process.argv[2] ?? builtPage, { port, host: process.env.HOST });
    console.log(`   ${address}`);
  } catch (error) {
    console.error(
      error.code === "EADDRINUSE"
        ? `!! Port ${port} is taken. Choose another: PORT=8081 ./dev serve`
        : `!! ${error.message}`,
    );
    process.exitCode = 1;
  }
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
}
