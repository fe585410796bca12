// The page's figures, from the built page in headless Chromium: node benches/page.mjs [RECORDING...]
//
// What a frame costs is the main thread's own processor time, as Chromium's trace counts it, so that a busy machine
// changes it little; how long until a picture stands is by the clock. Each RECORDING is played like the opening.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { launch, mounted } from "../tests/browser/browser.mjs";
import { builtPage, serve } from "../tests/browser/server.mjs";

const SECONDS_OF_PLAY = 12;
const MOVES = 40;
const LOADS = 7;
/** Longer than the page waits before it takes the next of several edits at once. */
const BETWEEN_EDITS = 400;

/** The value that `share` of all do not exceed. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

const row = (what, ...cells) => console.log(what.padEnd(56) + cells.map((cell) => cell.padStart(12)).join(""));
const milliseconds = (values) => [0.5, 0.95].map((share) => `${quantile(values, share).toFixed(1)} ms`);

/** Runs `body` under Chromium's tracing and returns the trace's events. */
async function traced(page, body) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["toplevel", "devtools.timeline"] } });
  await body();
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  return events;
}

/** The main thread's work for each animation frame, in milliseconds of processor time. */
function frameTimes(events) {
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const frames = events.filter(({ name }) => name === "FireAnimationFrame");
  const main = frames.length > 0 ? thread(frames[frames.length - 1]) : "";
  const begins = frames.filter((event) => thread(event) === main).map(({ ts }) => ts);
  begins.sort((a, b) => a - b);
  const work = begins.map(() => 0);
  for (const event of events) {
    // Outermost tasks only: Chromium has another kind of task within them.
    if (event.name !== "ThreadControllerImpl::RunTask" || thread(event) !== main) continue;
    const frame = begins.findLastIndex((begin) => begin <= event.ts + event.dur);
    if (frame >= 0) work[frame] += (event.tdur ?? event.dur) / 1000;
  }
  return work.slice(1, -1);
}

/**
 * Lets `act` happen in the page at the beginning of a frame, which is when Chromium tells a page of a pointer that moves;
 * resolves with the milliseconds until that frame's picture stands.
 */
function untilPicture(locator, act, value) {
  return locator.evaluate(
    (element, [source, given]) =>
      new Promise((resolve) => {
        const happen = new Function(`return ${source}`)();
        requestAnimationFrame(() => {
          const begin = performance.now();
          happen(element, given);
          // A message sent in a frame arrives after that frame is painted.
          const painted = new MessageChannel();
          painted.port1.onmessage = () => resolve(performance.now() - begin);
          painted.port2.postMessage(0);
        });
      }),
    [act.toString(), value],
  );
}

function press(slider, part) {
  const { left, top, width } = slider.getBoundingClientRect();
  const place = { clientX: left + width * part, clientY: top + 5, button: 0, buttons: 1, bubbles: true };
  slider.dispatchEvent(new PointerEvent("pointerdown", place));
}

function slide(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function play(page, what) {
  await page.getByRole("slider", { name: "Time" }).press("Home");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  const events = await traced(page, () => page.waitForTimeout(SECONDS_OF_PLAY * 1000));
  const frames = frameTimes(events);
  row(`${what}: the main thread's work in a frame`, ...milliseconds(frames), `${frames.length} frames`);
  const pause = page.getByRole("button", { name: "Pause", exact: true });
  if (await pause.isVisible()) await pause.click();
}

async function seek(page, what) {
  const slider = page.getByRole("slider", { name: "Time" });
  const times = [];
  for (let move = 0; move < MOVES; move += 1) times.push(await untilPicture(slider, press, ((move * 7) % 40) / 40));
  row(`${what}: a seek until its picture stands`, ...milliseconds(times), `${MOVES} seeks`);
}

async function edit(page, what) {
  // The slider is the pointer's way to the field beside it, and has no name of its own.
  const field = page.getByLabel("errorPercent", { exact: true }).locator("xpath=../..//input[@type='range']");
  const times = [];
  for (let move = 0; move < MOVES; move += 1) {
    times.push(await untilPicture(field, slide, String(move % 2 === 0 ? 8 : 4)));
    await page.waitForTimeout(BETWEEN_EDITS);
  }
  row(`${what}: a slider's move until the new run's picture`, ...milliseconds(times), `${MOVES} moves`);
}

/** Megabytes on JavaScript's heap, in which a WebAssembly memory is counted, after a collection. */
async function megabytes(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return (usedSize + backingStorageSize) / 1e6;
}

async function load(browser, address) {
  const times = [];
  for (let turn = 0; turn < LOADS; turn += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const begin = performance.now();
    await page.goto(address);
    await mounted(page);
    times.push(performance.now() - begin);
    await context.close();
  }
  row("from loopback until the page can be used", ...milliseconds(times), `${LOADS} loads`);
}

/** The longest task of the main thread while `body` went on, in milliseconds by the clock. */
async function longestTask(page, body) {
  await page.evaluate(() => {
    globalThis.longest = 0;
    globalThis.watching = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
    });
    globalThis.watching.observe({ type: "longtask" });
  });
  await body();
  return page.evaluate(() => globalThis.longest);
}

/** A map of 20 × 20 and advice over the four strategies: from the press to the last answer, and the longest task meanwhile. */
async function evidence(page) {
  const button = (name) => page.getByRole("button", { name, exact: true });
  const over = () => button("Cancel").waitFor({ state: "detached", timeout: 300_000 });
  await button("Compare").click();
  await over();
  for (const [what, section, press] of [
    ["a map of 20 × 20, and each parameter alone", "Map", "Draw the map"],
    ["advice over four strategies, both rounds", "Advice", "Find the best"],
  ]) {
    await page.getByRole("tab", { name: section, exact: true }).click();
    const begin = performance.now();
    const longest = await longestTask(page, async () => {
      await button(press).click();
      await over();
    });
    const seconds = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
    row(what, seconds, longest > 0 ? `${longest.toFixed(0)} ms` : "< 50 ms", "the longest");
  }
  await button("Close").click();
}

const server = await serve(builtPage);
const browser = await launch();
try {
  row("what", "median", "p95", "of");
  await load(browser, server.address);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.address);
  await mounted(page);
  await page.keyboard.press("Escape");
  const before = await megabytes(page);
  await play(page, "the opening");
  await seek(page, "the opening");
  await edit(page, "the opening");
  await evidence(page);
  for (const file of process.argv.slice(2)) {
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("textbox", { name: "JSON" }).fill(await readFile(file, "utf8"));
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await play(page, basename(file));
    await seek(page, basename(file));
  }
  row("the page’s JavaScript heap, at first and at the end", ...[before, await megabytes(page)].map((size) => `${size.toFixed(1)} MB`));
} finally {
  await browser.close();
  await server.close();
}
