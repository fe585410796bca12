// Compare: a race, who notices, a map, advice and a report, by the names a person would use.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { readFile } from "node:fs/promises";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const section = async (page, name) => page.getByRole("tab", { name, exact: true }).click();

async function compare(page) {
  await page.keyboard.press("Escape");
  await button(page, "Compare").click();
  const dialog = page.getByRole("dialog", { name: "Compare" });
  await dialog.waitFor();
  return dialog;
}

/** The work is over once nothing can be called off any more. */
async function done(page) {
  await button(page, "Cancel").waitFor({ state: "detached", timeout: 45_000 });
}

/** What is there sooner or later; the test's own limit ends the waiting. */
async function eventually(look) {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const rows = (region) => region.getByRole("row").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

pageTest("one press races the service by all four strategies, a good release and a bad one", async ({ page }) => {
  const dialog = await compare(page);
  await button(page, "All four, good and bad release").click();
  await page.getByRole("region", { name: "Scoreboard" }).waitFor();
  await done(page);
  const board = await rows(page.getByRole("region", { name: "Scoreboard" }));
  assert.deepEqual(board[0], ["", "Good release", "As recorded"]);
  assert.equal(board[1].length, 9);
  const failed = board.find(([name]) => name === "Failed requests");
  // Good releases fail nothing; the tabs say what the bad one costs.
  assert.deepEqual(failed.slice(1, 5), ["0", "0", "0", "0"]);
  assert.ok(failed.slice(5).every((text) => Number(text.replace(",", "")) > 100), failed.join());
  assert.ok((await dialog.getByRole("listitem").filter({ hasText: "times as much" }).count()) > 0);
  await page.getByRole("slider", { name: "Race time" }).press("Home");
  await page.getByRole("listitem").filter({ hasText: "Canary, as recorded" }).filter({ hasText: "0 failed" }).first().waitFor();
  await button(page, "Run the race").click();
  await button(page, "Hold the race").click();
  await button(page, "Open Canary, as recorded").click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("slider", { name: "Time", exact: true }).waitFor();
});

/** The form in which lanes are chosen. */
async function chooseLanes(page) {
  await page.getByText("Choose the lanes").click();
  return page.getByRole("form", { name: "Lanes to race" });
}

async function enter(page, text) {
  await page.getByRole("textbox", { name: "JSON or a link" }).fill(text);
  await button(page, "Add as a lane").click();
}

pageTest("lanes of other recordings race on the first one's traffic: pasted, by a link, from the page, from before", async ({ page }) => {
  await page.keyboard.press("Escape");
  const percent = page.getByLabel("canaryPercent", { exact: true });
  await percent.fill("25");
  await percent.press("Enter");
  await compare(page);
  await done(page);
  await chooseLanes(page);
  await page.getByRole("combobox", { name: "From here" }).selectOption("Before: canaryPercent 25");
  await button(page, "Add as a lane").click();
  await page.getByText("Before: canaryPercent 25 is lane 3.").waitFor();
  await enter(page, await readFile(new URL("../data/retail-ui.describe-services.json", import.meta.url), "utf8"));
  await page.getByText("ui is lane 4.").waitFor();
  await button(page, "Race these").click();
  await page.getByRole("listitem").filter({ hasText: "ui: Rolling, as recorded" }).filter({ hasText: "SUCCESSFUL" }).first().waitFor();
  await done(page);
  const board = await rows(page.getByRole("region", { name: "Scoreboard" }));
  assert.deepEqual(board[0], [
    "Figure",
    "This recording: Canary, as recorded",
    "This recording: Rolling, as recorded",
    "Before: canaryPercent 25: Canary, as recorded",
    "ui: Rolling, as recorded",
  ]);
  // The change is what sets the first lane and the third apart; what it was before is what the opening comes to.
  const failed = board.find(([name]) => name === "Failed requests").slice(1).map((text) => Number(text.replace(",", "")));
  assert.ok(failed[0] > failed[2] && failed[2] > 100, failed.join());
  await page.getByText("ui: its traffic is not the first lane's, which holds for all").waitFor();

  // A link, and what comes with the page, can be chosen in every lane then; lanes of one recording are the same to the byte.
  await button(page, "Remove lane 4").click();
  await button(page, "Remove lane 3").click();
  await button(page, "Close").click();
  await button(page, "Share").click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  await compare(page);
  await enter(page, link);
  await page.getByText("is lane 3.").waitFor();
  await page.getByRole("combobox", { name: "From here" }).selectOption("Stuck for ever");
  await button(page, "Add as a lane").click();
  await page.getByText("Stuck for ever is lane 4.").waitFor();
  await button(page, "Race these").click();
  await page.getByRole("listitem").filter({ hasText: "Stuck for ever: Rolling" }).first().waitFor();
  await done(page);
  const again = await rows(page.getByRole("region", { name: "Scoreboard" }));
  assert.ok(again.every((row) => row[1] === row[3] || row[0] === "Figure"), JSON.stringify(again));
  await button(page, "Open Stuck for ever: Rolling, as recorded").click();
  await page.getByRole("dialog", { name: "Compare" }).waitFor({ state: "hidden" });
  await page.getByRole("radio", { name: /^Rolling/, checked: true }).waitFor();
});

pageTest("a recording that cannot race is refused with its problems, and nothing is lost", async ({ page }) => {
  const dialog = await compare(page);
  await done(page);
  await chooseLanes(page);
  for (const [text, why] of [
    ["", /nothing to read/],
    ['{"cutover": 1, "servces": []}', /services: is missing[^]*nearest name: services/],
    ["http://localhost/#drill=three-zones.7", /This is a drill/],
    ["http://localhost/#s=1.damaged", /This link is damaged/],
  ]) {
    await enter(page, text);
    await dialog.getByRole("alert").filter({ hasText: why }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "JSON or a link" }).inputValue(), text);
  }
  assert.equal(await page.getByRole("combobox", { name: /^Recording of lane/ }).count(), 2);
  assert.equal((await rows(page.getByRole("region", { name: "Scoreboard" })))[1].length, 9, "the race that was run stands");
});

pageTest("a file becomes a lane where it is chosen or dropped on Compare", async ({ page }) => {
  await compare(page);
  await done(page);
  await chooseLanes(page);
  const file = new URL("../../static/scenarios/canary-rollback.json", import.meta.url);
  await page.getByLabel("From a file").setInputFiles({ name: "mine.json", mimeType: "application/json", buffer: await readFile(file) });
  await page.getByText("is lane 3.").waitFor();
  const text = await readFile(new URL("../../static/scenarios/pause.json", import.meta.url), "utf8");
  await page.getByRole("dialog", { name: "Compare" }).evaluate((dialog, text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "pause.json"));
    dialog.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, text);
  await page.getByText("is lane 4.").waitFor();
});

pageTest("prices and an availability target are the person's own, and cost no run", async ({ page }) => {
  await compare(page);
  await done(page);
  await page.getByLabel("Availability target, %").fill("99.9");
  await page.getByLabel("Availability target, %").blur();
  await page.getByRole("row", { name: /^Share of 30 days.* %/ }).waitFor();
  assert.equal(page.workers().length, 0);
  const board = await rows(page.getByRole("region", { name: "Scoreboard" }));
  const budget = board.find(([name]) => name.startsWith("Share of 30 days"));
  assert.ok(budget.slice(5).every((text) => /%$/.test(text)), budget.join());
});

pageTest("a table tells who notices each kind of bad release", async ({ page }) => {
  await compare(page);
  await section(page, "Who notices");
  await button(page, "Ask who notices").click();
  await done(page);
  const table = await rows(page.getByRole("region", { name: "Who notices" }));
  assert.equal(table.length, 7);
  const [, ...errors] = table.find(([name]) => name.startsWith("Errors"));
  assert.ok(errors.every((text) => text.startsWith("alarm ui-5xx")), errors.join(" | "));
  const [, ...crash] = table.find(([name]) => name.startsWith("Crash at start"));
  assert.ok(crash.every((text) => text.startsWith("circuit breaker")), crash.join(" | "));
  await page.getByText("Nobody notices:").waitFor();
});

pageTest("a map grows, its cells are reached by keys, and one opens as the run it is", async ({ page }) => {
  const dialog = await compare(page);
  await section(page, "Map");
  await page.getByLabel("Cells", { exact: true }).selectOption("10");
  await button(page, "Draw the map").click();
  await done(page);
  await page.getByText("Of the variance in this map").waitFor();
  const map = page.getByRole("application", { name: "Map of failed requests" });
  await map.focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowUp"]) await page.keyboard.press(key);
  const text = await dialog.locator("output").innerText();
  const [, percent, failed] = text.match(/^canaryPercent ([\d.]+) %, .*: ([\d,]+) requests$/) ?? [];
  assert.ok(failed, text);
  await page.getByText(/^periodSeconds from .* requests$/).waitFor();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.getByLabel("canaryPercent", { exact: true }).inputValue(), percent);
  const canary = page.getByRole("radio", { name: /^Canary/ }).locator("xpath=..");
  await page.getByText(new RegExp(`\\b${failed}\\b`)).first().waitFor();
  await canary.waitFor();
});

pageTest("work is called off at once, its workers end, and the focus stays in Compare", async ({ page }) => {
  await compare(page);
  await section(page, "Map");
  await page.getByLabel("Cells", { exact: true }).selectOption("40");
  const hired = page.waitForEvent("worker");
  await button(page, "Draw the map").click();
  const worker = await hired;
  const ended = new Promise((resolve) => worker.once("close", resolve));
  await button(page, "Cancel").press("Enter");
  await done(page);
  await ended;
  assert.equal(page.workers().length, 0);
  await page.getByText(/^Map: called off after \d+ of 800 runs/).waitFor();
  await page.getByText("Known once every cell has a value").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "compare-section");
});

pageTest("the sections are reached by arrow keys", async ({ page }) => {
  await compare(page);
  await page.getByRole("tab", { name: "Race" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tab", { name: "Who notices", selected: true }).waitFor();
  await page.keyboard.press("End");
  await page.getByRole("article", { name: "Decision record" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Report");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tab", { name: "Race", selected: true }).waitFor();
});

pageTest("advice keeps to its limits, and the report holds it with the assumptions", async ({ page }) => {
  const dialog = await compare(page);
  await done(page);
  await section(page, "Advice");
  await page.getByLabel("Extra tasks, % of desiredCount, at most").fill("60");
  await page.getByLabel("Seeds for each release").fill("2");
  await button(page, "Find the best").click();
  await page.getByRole("heading", { name: "Recommendation" }).waitFor({ timeout: 45_000 });
  const table = await rows(page.getByRole("region", { name: "Configurations" }));
  const kept = table.slice(1).filter((row) => row.some((cell) => cell.startsWith("kept")));
  assert.ok(kept.length > 0 && kept.every((row) => row[1].startsWith("Rolling")), JSON.stringify(table));
  await section(page, "Report");
  const report = page.getByRole("article", { name: "Decision record" });
  await report.getByRole("heading", { name: /assumption/ }).waitFor();
  await report.getByRole("heading", { name: "Recommendation" }).waitFor();
  await report.getByRole("heading", { name: "Race" }).waitFor();
  const link = await report.getByRole("link", { name: "The recording, to open and play" }).getAttribute("href");
  assert.match(link, /^http\S+#s=1\.\S+$/);
  const saved = page.waitForEvent("download");
  await button(page, "Save as HTML").click();
  const html = await readFile(await (await saved).path(), "utf8");
  assert.match(html, /^<!doctype html>/);
  assert.doesNotMatch(html, /(src|url\(|<link|<script)/, "it needs nothing else");
  assert.equal(html.match(/href=/g).length, 1, "the recording's own link");
  const files = [];
  page.on("download", (file) => files.push(file));
  await button(page, "Save as Markdown").click();
  const text = await readFile(await (await eventually(() => files.find((file) => file.suggestedFilename() === "decision.md"))).path(), "utf8");
  assert.match(text, /## Recommendation/);
  const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, name]) => name);
  assert.deepEqual(pictures, ["decision-front.svg", "decision-race.svg"]);
  for (const name of pictures) {
    const file = await eventually(() => files.find((file) => file.suggestedFilename() === name));
    assert.match(await readFile(await file.path(), "utf8"), /^<svg xmlns[^]*<style>[^]*<\/svg>/);
  }
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByRole("status", { name: "Deployment status" }).getByText("IN_PROGRESS").waitFor();
});

pageTest("where workers are denied the page does the work itself, and stays quick", { opens: false }, async ({ page, context, open }) => {
  await context.addInitScript(() => {
    globalThis.Worker = class {
      constructor() {
        throw new Error("denied");
      }
    };
  });
  await open();
  await compare(page);
  await done(page);
  const alone = await rows(page.getByRole("region", { name: "Scoreboard" }));
  assert.equal(page.workers().length, 0);
  // Workers bring the same, figure by figure.
  const other = await context.browser().newPage();
  await other.goto(page.url());
  await other.getByRole("button", { name: "Compare", exact: true }).waitFor();
  await compare(other);
  await done(other);
  assert.deepEqual(await rows(other.getByRole("region", { name: "Scoreboard" })), alone);
  await other.close();
});

pageTest("Compare works under a path of its host", { base: "/docs/cutover/" }, async ({ page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await compare(page);
  await done(page);
  assert.ok(asked.some((url) => url.endsWith("/docs/cutover/worker.js")), asked.join());
  assert.ok(!asked.some((url) => url.endsWith("_bg.wasm")), "the module is not loaded again");
});

/** The content security policy that the README asks servers to send. */
async function policy() {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, text] = readme.match(/Content-Security-Policy: ([^`\n]+(?:\n +[^`\n]+)*)/);
  return text.replace(/\s+/g, " ").trim();
}

pageTest("workers work under the policy that the README states", {
  opens: false,
  headers: { "Content-Security-Policy": await policy() },
}, async ({ page, open }) => {
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await open();
  await compare(page);
  await done(page);
  assert.equal(page.workers().length, 0, "workers end with their work");
  await section(page, "Map");
  const hired = page.waitForEvent("worker");
  await button(page, "Draw the map").click();
  await hired;
  await done(page);
  await page.getByText("Of the variance in this map").waitFor();
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});

for (const [name, ready] of [
  ["Race", async (page) => done(page)],
  ["Who notices", async (page) => button(page, "Ask who notices").click()],
  [
    "Map",
    async (page) => {
      await page.getByLabel("Cells", { exact: true }).selectOption("10");
      await button(page, "Draw the map").click();
    },
  ],
  ["Advice", async (page) => button(page, "Find the best").click()],
  ["Report", async (page) => done(page)],
]) {
  pageTest(`${name} can be read and worked by everybody`, async ({ page }) => {
    await compare(page);
    await section(page, name);
    await ready(page);
    await done(page);
    assert.deepEqual(await accessibilityFaults(page, { within: "dialog.compare" }), []);
  });
}
