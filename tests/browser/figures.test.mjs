// Figures in other people's documents: what they load, that they rest, what drives them and what they leave alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { mounted } from "./browser.mjs";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { says, time } from "./person.mjs";

/** A document of somebody else, served beside the page. */
async function show(page, address, body, { headers = {}, at = "document.html" } = {}) {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A document</title>
    <link rel="icon" href="data:,"><script type="module" src="${address}embed/cutover.js"></script></head><body>${body}</body></html>`;
  await page.route(`**/${at}`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", headers, body: html }));
  await page.goto(address + at);
}

const figure = (page, id) => page.locator(`#${id}`);
const ready = (page, id) => figure(page, id).evaluate((it) => it.ready());
const state = (page, id) => figure(page, id).evaluate((it) => it.state);
/** Listens for the next event of a kind; what it returns resolves with the event's detail. */
async function next(page, id, kind) {
  await figure(page, id).evaluate((it, kind) => {
    window.awaited = new Promise((resolve) => it.addEventListener(kind, ({ detail }) => resolve(detail), { once: true }));
  }, kind);
  return () => page.evaluate(() => window.awaited);
}

/** The content security policy that the README asks servers to send. */
async function policy() {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, text] = readme.match(/Content-Security-Policy: ([^`\n]+(?:\n +[^`\n]+)*)/);
  return text.replace(/\s+/g, " ").trim();
}

const filler = `<p style="height: 1200px">A long text.</p>`;
const ten = Array.from(
  { length: 10 },
  (_, place) => `<cutover-figure id="f${place}" scenario="opening" part="why stage" start="60"></cutover-figure>${filler}`,
).join("");

/** Counts what the module costs: downloads, instances, and frames that are asked for. */
async function count(page) {
  const downloads = [];
  page.on("request", (request) => request.url().endsWith(".wasm") && downloads.push(request.url()));
  await page.addInitScript(() => {
    window.instances = 0;
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const native = WebAssembly[name];
      WebAssembly[name] = (...given) => {
        window.instances += 1;
        return native(...given);
      };
    }
    window.nativeFrame = window.requestAnimationFrame.bind(window);
    window.asked = 0;
    window.requestAnimationFrame = (call) => {
      window.asked += 1;
      return window.nativeFrame(call);
    };
  });
  return downloads;
}

/** Lets frames go by until `wanted` holds for how many were asked for in twenty of them; gives up after thirty times that. */
const framesAskedFor = (page, wanted) =>
  page.evaluate(async (wanted) => {
    let asked = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      const before = window.asked;
      for (let frame = 0; frame < 20; frame += 1) await new Promise(window.nativeFrame);
      asked = window.asked - before;
      if (wanted === "none" ? asked === 0 : asked > 0) break;
    }
    return asked;
  }, wanted);

pageTest("ten figures of one page share one download and one instance", { opens: false }, async ({ page, address }) => {
  const downloads = await count(page);
  await show(page, address, ten);
  const times = await page.evaluate(async () => {
    const figures = [...document.querySelectorAll("cutover-figure")];
    await Promise.all(figures.map((figure) => figure.ready()));
    return figures.map((figure) => figure.state.time);
  });
  assert.deepEqual(times, Array(10).fill(60));
  assert.equal(downloads.length, 1, downloads.join());
  assert.equal(await page.evaluate(() => window.instances), 1);
});

pageTest("a figure that nobody sees asks for no frames, and goes on when it is seen again", { opens: false }, async ({ page, address }) => {
  await count(page);
  await show(page, address, ten);
  await page.evaluate(() => Promise.all([...document.querySelectorAll("cutover-figure")].map((figure) => figure.play())));
  assert.ok((await framesAskedFor(page, "some")) > 0, "the figure in the window plays");
  const before = await state(page, "f9");
  // Between two figures there is only text.
  await page.locator("p").nth(4).evaluate((text) => window.scrollTo(0, text.getBoundingClientRect().top + window.scrollY + 150));
  assert.equal(await framesAskedFor(page, "none"), 0);
  const there = await state(page, "f9");
  assert.equal(there.playing, true);
  assert.equal(there.time, before.time, "what nobody sees stands still");
  await figure(page, "f9").scrollIntoViewIfNeeded();
  assert.ok((await framesAskedFor(page, "some")) > 0, "it goes on");
});

const driven = `<p lang="de"><a href="#one" data-cutover-seek="180">after three minutes</a>
  <a href="#one" data-cutover-set="errorPercent=0">without errors</a> <a href="#one" data-cutover-seek="BAKE_TIME">bake</a>
  <cutover-value for="one" name="requests.failed">?</cutover-value> of
  <cutover-value for="one" name="requests.sent">?</cutover-value>,
  <cutover-value for="one" name="deployments[0].detectedBy">?</cutover-value></p>
  <cutover-figure id="one" scenario="opening"><p>A canary.</p></cutover-figure>`;

pageTest("links of the text seek and change a figure, and numbers of the text are those of its run", { opens: false }, async ({ page, address }) => {
  await show(page, address, driven);
  await ready(page, "one");
  const failed = page.locator("cutover-value").first();
  const summary = () => figure(page, "one").evaluate((it) => it.summary);
  const first = await summary();
  assert.ok(first.requests.failed > 0);
  await failed.filter({ hasText: first.requests.failed.toLocaleString("de") }).waitFor();
  await page.locator("cutover-value").nth(1).filter({ hasText: first.requests.sent.toLocaleString("de") }).waitFor();
  await page.locator("cutover-value").nth(2).filter({ hasText: "alarm" }).waitFor();

  const sought = await next(page, "one", "seek");
  await page.getByRole("link", { name: "after three minutes" }).click();
  assert.equal((await sought()).time, 180);
  assert.ok(!page.url().includes("#"), "the page did not jump");

  const changed = await next(page, "one", "statechange");
  await page.getByRole("link", { name: "without errors" }).click();
  await changed();
  await failed.filter({ hasText: /^0$/ }).waitFor();
  assert.equal((await summary()).status, "SUCCESSFUL");

  await page.getByRole("link", { name: "bake" }).click();
  await page.getByRole("group", { name: "Why" }).filter({ hasText: "41" }).waitFor();
  assert.equal((await state(page, "one")).stage, "BAKE_TIME");
});

pageTest("a figure takes no key and no scrolling while the focus is elsewhere", { opens: false }, async ({ page, address }) => {
  await show(page, address, `<p><button>Elsewhere</button></p><cutover-figure id="one" scenario="opening"></cutover-figure>${filler}`);
  await ready(page, "one");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Elsewhere" }).focus();
  await page.keyboard.press("ArrowRight");
  const untouched = await state(page, "one");
  assert.deepEqual([untouched.time, untouched.playing], [0, false]);
  await page.getByRole("button", { name: "Play", exact: true }).focus();
  const stepped = await next(page, "one", "timeupdate");
  await page.keyboard.press("ArrowRight");
  await stepped();
  const passedOn = await page.evaluateHandle(() => {
    const keys = [];
    document.addEventListener("keydown", ({ key }) => keys.push(key));
    return keys;
  });
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  assert.deepEqual(await passedOn.jsonValue(), ["Tab"], "the document hears no key that the figure has taken");
  await page.getByRole("button", { name: "Play", exact: true }).focus();
  // PageDown scrolls the document, wherever the focus is.
  await page.keyboard.press("PageDown");
  await page.evaluate(() => new Promise((scrolled) => (scrollY > 0 ? scrolled() : addEventListener("scroll", scrolled, { once: true }))));
});

pageTest("without scripts, and until it is there, a figure is what its author put into it", {
  opens: false,
  context: { javaScriptEnabled: false },
}, async ({ page, address }) => {
  await show(page, address, driven);
  await page.getByText("A canary.").waitFor();
});

pageTest("in print a figure is its still picture", { opens: false }, async ({ page, address }) => {
  await show(page, address, driven);
  await ready(page, "one");
  await page.getByText("A canary.").waitFor({ state: "hidden" });
  await page.emulateMedia({ media: "print" });
  await page.getByText("A canary.").waitFor({ state: "visible" });
  await page.getByRole("group", { name: "Why" }).waitFor({ state: "hidden" });
});

pageTest("what is wrong with a figure is said in its place, with the nearest name", { opens: false }, async ({ page, address }) => {
  await show(page, address, `<cutover-figure scenario="openning" id="one"></cutover-figure><cutover-figure id="two" part="why stge"></cutover-figure>
    <cutover-figure id="three"><script type="application/json">{"cutover": 1, "services": []}</script></cutover-figure>`);
  const alerts = page.getByRole("alert");
  await alerts.filter({ hasText: 'scenario: there is no "openning" (nearest: opening)' }).waitFor();
  await alerts.filter({ hasText: 'part: there is no "stge" (nearest: stage)' }).waitFor();
  await alerts.filter({ hasText: "services" }).waitFor();
});

pageTest("a page and its figures work under the policy that the README states", {
  opens: false,
  headers: { "Content-Security-Policy": await policy() },
}, async ({ page, address, open }) => {
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  await open();
  await page.keyboard.press("Escape");
  for (const name of ["Rolling", "Linear"]) await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Next stage" }).click();
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  // The whole day of an approval that nobody gives has a fold.
  await page.goto(`${address}?embed=1&scenario=approval&part=stage+timeline`);
  await page.getByRole("slider", { name: "Time" }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await show(page, address, driven.replace(/ style="[^"]*"/g, ""), { headers: { "Content-Security-Policy": await policy() } });
  await ready(page, "one");
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});

pageTest("a figure in a sandboxed frame under a path obeys messages and reveal.js", { opens: false, base: "/docs/cutover/" }, async ({ page, address }) => {
  await page.addInitScript(() => {
    window.told = [];
    addEventListener("message", ({ data }) => window.told.push(data));
  });
  await show(page, address, `<iframe sandbox="allow-scripts" title="Figure" width="700" height="600" src="./?embed=1&scenario=canary-success&part=why+stages&start=PRODUCTION_TRAFFIC_SHIFT"></iframe>`);
  const told = (kind) => page.evaluate((kind) => new Promise((resolve) => {
    const look = () => {
      const found = window.told.find(({ cutover, height = Infinity }) => cutover === kind && height > 100);
      if (found) resolve(found);
      else addEventListener("message", () => queueMicrotask(look), { once: true });
    };
    look();
  }), kind);
  const post = (message) => page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage(message, "*"), message);
  const first = await told("ready");
  assert.equal(first.stage, "PRODUCTION_TRAFFIC_SHIFT");
  assert.ok((await told("size")).height < 1000);
  await post("slide:start");
  assert.equal((await told("play")).playing, true);
  await post("slide:stop");
  assert.equal((await told("pause")).playing, false);
  await post({ cutover: "tell", order: { seek: "end" } });
  assert.equal((await told("seek")).status, "SUCCESSFUL");
  const frame = page.frameLocator("iframe");
  await frame.getByRole("group", { name: "Why" }).waitFor();
});

pageTest("the examples' plain page is free of faults a reader would meet", { opens: false }, async ({ page, address }) => {
  await page.goto(`${address}examples/plain/`);
  await page.evaluate(() => Promise.all([...document.querySelectorAll("cutover-figure")].map((figure) => figure.ready())));
  await page.getByRole("group", { name: "Stage" }).first().waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

pageTest("Embed gives the snippet of what is on screen, and shows the figure on the page's own module", { opens: false }, async ({ page, context, open }) => {
  const downloads = await count(page);
  await open();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Embed", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Embed" });
  const preview = dialog.locator("cutover-figure");
  await preview.getByRole("group", { name: "Stage" }).waitFor();
  assert.equal(downloads.length, 1, downloads.join());
  const snippet = dialog.getByRole("textbox", { name: "Snippet" });
  assert.match(await snippet.inputValue(), /<cutover-figure scenario="opening">/);
  await dialog.getByRole("checkbox", { name: "timeline" }).check();
  await preview.getByRole("slider", { name: "Time" }).first().waitFor();
  await dialog.getByRole("combobox", { name: "Controls" }).selectOption("full");
  await preview.getByRole("button", { name: "Next stage" }).waitFor();
  assert.match(await snippet.inputValue(), /part="why stages stage timeline" controls="full"/);
  await dialog.getByRole("combobox", { name: "Form" }).selectOption("frame");
  await says(dialog, /It begins/);
  assert.match(await snippet.inputValue(), /\?embed=1&amp;scenario=opening&amp;part=why\+stages\+stage\+timeline&amp;controls=full"/);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: "Copy snippet" }).click();
  await dialog.getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await snippet.inputValue());
  assert.deepEqual(await accessibilityFaults(page), []);
});

pageTest("Open in full keeps where the figure stands", { opens: false }, async ({ page, context, address }) => {
  await show(page, address, `<cutover-figure id="one" scenario="canary-success" strategy="LINEAR" start="BAKE_TIME"></cutover-figure>`);
  await ready(page, "one");
  const there = await state(page, "one");
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open in full" }).click();
  const full = await opened;
  await mounted(full);
  assert.equal(await time(full).getAttribute("aria-valuenow"), String(there.time));
  assert.ok(await full.getByRole("radio", { name: "Linear" }).isChecked());
});
