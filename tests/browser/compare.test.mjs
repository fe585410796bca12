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

const rows = (region) => region.getByRole("row").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

pageTest("one press races the service by all four strategies, a good release and a bad one", async ({ page }) => {
  const dialog = await compare(page);
  await button(page, "All four, good and bad release").click();
  await page.getByRole("region", { name: "Scoreboard" }).waitFor();
  await done(page);
  const board = await rows(page.getByRole("region", { name: "Scoreboard" }));
  assert.equal(board[0].length, 9);
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

pageTest("prices and an availability target are the person's own", async ({ page }) => {
  await compare(page);
  await done(page);
  await page.getByLabel("Availability target, %").fill("99.9");
  await page.getByLabel("Availability target, %").blur();
  await done(page);
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

pageTest("work is called off at once", async ({ page }) => {
  await compare(page);
  await section(page, "Map");
  await page.getByLabel("Cells", { exact: true }).selectOption("40");
  await button(page, "Draw the map").click();
  await button(page, "Cancel").click();
  await done(page);
  await page.getByText("Known once every cell has a value").waitFor();
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
  const [link] = (await report.getByText("The recording:").innerText()).match(/http\S+#s=1\.\S+/);
  const saved = page.waitForEvent("download");
  await button(page, "Save as HTML").click();
  const html = await readFile(await (await saved).path(), "utf8");
  assert.match(html, /^<!doctype html>/);
  assert.doesNotMatch(html, /(src|href)=/, "it needs nothing else");
  const markdown = page.waitForEvent("download");
  await button(page, "Save as Markdown").click();
  assert.match(await readFile(await (await markdown).path(), "utf8"), /## Recommendation/);
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
  const board = await rows(page.getByRole("region", { name: "Scoreboard" }));
  assert.ok(board.find(([name]) => name === "Failed requests").every((text) => text !== "…"));
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
