// The page goes where there is no network: kept by a browser that has seen it once, or as one file on a disk.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { bundle } from "../../build/bundle.mjs";
import { mounted } from "./browser.mjs";
import { pageTest } from "./harness.mjs";
import { button, choose, time } from "./person.mjs";
import { builtPage } from "./server.mjs";

const folder = await mkdtemp(join(tmpdir(), "cutover-"));
after(() => rm(folder, { recursive: true }));
const copy = join(folder, "dist");
await cp(builtPage, copy, { recursive: true });
const keeping = { context: { serviceWorkers: "allow" } };

/** Resolves when the page is kept: the worker has all files and looks after this page. */
const kept = (page) =>
  page.evaluate(async () => {
    const { serviceWorker } = navigator;
    await serviceWorker.ready;
    if (!serviceWorker.controller) await new Promise((taken) => serviceWorker.addEventListener("controllerchange", taken, { once: true }));
  });

/** What a person can do with a page that works. */
async function plays(page) {
  await page.keyboard.press("Escape");
  await button(page, "Play").click();
  await button(page, "Pause").waitFor();
  await choose(page, "Rolling");
}

/** What the page fetches, or starts workers for, only when somebody asks for it. */
async function hasEverything(page) {
  await button(page, "Lessons").click();
  const lessons = page.getByRole("dialog", { name: "Lessons" });
  await button(lessons, "Two percentages").waitFor();
  await page.keyboard.press("Escape");
  await button(page, "Compare").click();
  const compare = page.getByRole("dialog", { name: "Compare" });
  await compare.getByText("Map", { exact: true }).click();
  await button(compare, "Draw the map").click();
  await compare.getByRole("heading", { name: "What matters here" }).waitFor();
  await page.keyboard.press("Escape");
  await button(page, "Export").click();
  await page.getByRole("dialog", { name: "Export" }).getByRole("textbox", { name: "Preview" }).waitFor();
}

pageTest("once visited, the page loads and plays without network", { ...keeping, base: "/some/where/" }, async ({ page, context, address }) => {
  await kept(page);
  await context.setOffline(true);
  await page.goto(`${address}?again`);
  await mounted(page);
  await plays(page);
  await hasEverything(page);
});

/** Publishes the next build: another title, and a worker that knows it. */
async function publishNext() {
  const html = await readFile(join(copy, "index.html"), "utf8");
  const next = html.replace(/<title>[^<]*/, "<title>The next build");
  await writeFile(join(copy, "index.html"), next);
  const integrity = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const worker = await readFile(join(copy, "sw.js"), "utf8");
  assert.ok(worker.includes(integrity(html)), "the worker knows the page as it was built");
  await writeFile(join(copy, "sw.js"), worker.replace(integrity(html), integrity(next)).replace(/BUILD = "\w+"/, 'BUILD = "next"'));
}

pageTest("a new build takes over as a whole, when the page is loaded again", { ...keeping, folder: copy }, async ({ page }) => {
  await kept(page);
  assert.match(await page.title(), /^Cutover/);
  await publishNext();
  await page.reload();
  await mounted(page);
  assert.match(await page.title(), /^Cutover/, "the page that is kept is the old one, whole");
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const installed = new Promise((installed) => {
      const watch = (worker) => worker?.addEventListener("statechange", () => worker.state === "installed" && installed());
      watch(registration.installing);
      registration.addEventListener("updatefound", () => watch(registration.installing));
    });
    await registration.update();
    if (!registration.waiting) await installed;
  });
  await page.reload();
  await page.getByRole("radio", { name: "Rolling" }).waitFor();
  await page.waitForURL(() => true);
  await assertTitle(page, /^The next build/);
  assert.deepEqual(await page.evaluate(async () => (await caches.keys()).map((name) => name.split(" ").pop())), ["next"]);
});

async function assertTitle(page, pattern) {
  for (let turn = 0; turn < 50; turn += 1) {
    if (pattern.test(await page.title().catch(() => ""))) return;
    await page.evaluate(() => new Promise(requestAnimationFrame)).catch(() => {});
  }
  assert.match(await page.title(), pattern);
}

pageTest("a figure in a frame keeps nothing", { ...keeping, at: "?embed=1", opens: false }, async ({ page, address }) => {
  await page.goto(`${address}?embed=1`);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
});

pageTest("as one file the page opens from the disk and plays", { opens: false }, async ({ page }) => {
  const file = join(folder, "cutover.html");
  const size = await bundle(builtPage, file);
  assert.ok(size > 100_000);
  await page.goto(pathToFileURL(file).href);
  await mounted(page);
  await plays(page);
  await time(page).waitFor();
  await hasEverything(page);
  await page.keyboard.press("Escape");
  await button(page, "Share").click();
  await page.getByRole("dialog", { name: "Share" }).getByText("opened from your disk").waitFor();
});
