// A deployment in the page: played to its end by each strategy, rolled back half-way, approved, imported, broken,
// and operated by keyboard alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessibilityFaults, pageTest } from "./harness.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const status = (page) => page.getByRole("status", { name: "Deployment status" });
const why = (page) => page.getByRole("region", { name: "Why" });
const present = (page) => page.getByRole("list", { name: "Lifecycle stages" }).locator("[aria-current=step]");

/** Whether the present stage is one of these; before a deployment and after it there is none. */
const inStage = async (page, names) => names.test((await present(page).allTextContents()).join());

/** Presses Next stage until `there()` is true, or until it is disabled. */
async function nextStageUntil(page, there) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await there()) return;
    if (await button(page, "Next stage").isDisabled()) return;
    await button(page, "Next stage").click();
  }
}

async function importText(page, text) {
  await button(page, "Import").click();
  const dialog = page.getByRole("dialog", { name: "Import" });
  await dialog.getByRole("textbox", { name: "JSON" }).fill(text);
  await dialog.getByRole("button", { name: "Open" }).click();
  return dialog;
}

const scenario = (name) => readFile(new URL(`../../static/scenarios/${name}.json`, import.meta.url), "utf8");

for (const strategy of ["Rolling", "Blue/green", "Canary", "Linear"]) {
  pageTest(`the opening scenario is rolled back by ${strategy}`, async ({ page }) => {
    await page.getByRole("radio", { name: strategy }).check();
    await nextStageUntil(page, () => false);
    assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
    await button(page, "Next stage").and(page.locator(":disabled")).waitFor();
    assert.match(await why(page).textContent(), /Rolled back to 41/);
  });
}

for (const [file, strategy] of [
  ["rolling-success", "Rolling"],
  ["blue-green-success", "Blue/green"],
  ["canary-success", "Canary"],
  ["linear-success", "Linear"],
]) {
  pageTest(`a good release ends SUCCESSFUL by ${strategy}`, async ({ page }) => {
    const dialog = await importText(page, await scenario(file));
    await dialog.waitFor({ state: "hidden" });
    assert.ok(await page.getByRole("radio", { name: strategy }).isChecked());
    await nextStageUntil(page, () => false);
    assert.equal(await status(page).textContent(), "SUCCESSFUL");
  });
}

pageTest("playing moves the time, and pausing holds it", async ({ page }) => {
  const time = page.getByRole("slider", { name: "Time" });
  await button(page, "Play").click();
  await button(page, "Pause").waitFor();
  await page.waitForTimeout(600);
  await button(page, "Pause").click();
  const held = await time.getAttribute("aria-valuetext");
  assert.notEqual(await time.getAttribute("aria-valuenow"), "0");
  await page.waitForTimeout(200);
  assert.equal(await time.getAttribute("aria-valuetext"), held);
});

pageTest("a rollback in the middle of a shift sends everyone back, and Undo takes it back", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT/));
  await button(page, "Roll back").click();
  await page.getByRole("log", { name: "Events" }).getByText("Rolling back to 41").waitFor();
  assert.match(await status(page).textContent(), /^ROLLBACK_/);
  await nextStageUntil(page, () => false);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
  await button(page, "Undo").click();
  assert.ok(await button(page, "Undo").isDisabled());
});

pageTest("an approval waits for the reviewer, who approves", async ({ page }) => {
  await importText(page, await scenario("approval"));
  await nextStageUntil(page, () => button(page, "Approve").isVisible());
  const card = page.getByRole("region", { name: "Approval" });
  assert.match(await card.textContent(), /pending/);
  await button(page, "Approve").click();
  await card.getByText("approved").waitFor();
  assert.equal(await button(page, "Reject").count(), 0);
  await nextStageUntil(page, () => false);
  assert.equal(await status(page).textContent(), "SUCCESSFUL");
});

pageTest("a pause hook waits for Continue", async ({ page }) => {
  await importText(page, await scenario("pause"));
  await nextStageUntil(page, () => button(page, "Continue").isVisible());
  assert.match(await why(page).textContent(), /AWAITING_ACTION/);
  await button(page, "Continue").click();
  await page.getByRole("log", { name: "Events" }).getByText("ContinueServiceDeployment").first().waitFor();
});

pageTest("an injected failure forks the run, and its kinds are a menu", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /SCALE_UP/));
  await button(page, "Inject failure").click();
  assert.ok((await page.getByRole("menuitem").count()) >= 7);
  await page.getByRole("menuitem", { name: "Crash at start" }).click();
  await page.getByText("dotted: before").waitFor();
  await nextStageUntil(page, () => false);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
});

pageTest("a refused import says why and leaves the page as it was", async ({ page }) => {
  const before = await why(page).textContent();
  const dialog = await importText(page, '{"cutover": 1, "services": [{"service": {"serviceName": "x", "desiredCount": "5"}}]}');
  await dialog.getByRole("alert").getByText("desiredCount").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await why(page).textContent(), before);
});

pageTest("what describe-services printed opens, and what it lacks is listed", async ({ page }) => {
  const text = await readFile(new URL("../data/retail-ui.describe-services.json", import.meta.url), "utf8");
  const dialog = await importText(page, text);
  await dialog.waitFor({ state: "hidden" });
  const sheet = page.getByRole("region", { name: "About this import" });
  await sheet.getByText(/^\d+ assumptions$/).waitFor();
  assert.ok((await sheet.getByRole("listitem").count()) > 3);
});

pageTest("a file is dropped anywhere on the page", async ({ page }) => {
  const text = await scenario("linear-success");
  const dropped = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], "linear-success.json", { type: "application/json" }));
    return data;
  }, text);
  await why(page).dispatchEvent("dragover", { dataTransfer: dropped });
  await why(page).dispatchEvent("drop", { dataTransfer: dropped });
  await page.getByRole("radio", { name: "Linear" }).and(page.locator(":checked")).waitFor();
});

pageTest("a parameter is edited by its API name, and the playhead stays at its stage", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /SCALE_UP/));
  const field = page.getByLabel("desiredCount", { exact: true });
  await field.fill("10");
  await page.getByText("10 tasks, 10 ACTIVATING").or(page.getByText("Start 10 new tasks")).first().waitFor();
  assert.match(await present(page).textContent(), /SCALE_UP/);
  await field.fill("99999");
  await page.getByRole("alert").getByText("from 0 to 5000 tasks; 10 still holds").waitFor();
  await button(page, "Undo").click();
  await page.getByText("Start 6 new tasks").waitFor();
});

pageTest("keys play, step and choose, but not while something is typed", async ({ page }) => {
  await page.keyboard.press("Shift+ArrowRight");
  assert.match(await present(page).textContent(), /SCALE_UP/);
  await page.keyboard.press("1");
  assert.ok(await page.getByRole("radio", { name: "Rolling" }).isChecked());
  await page.getByLabel("desiredCount", { exact: true }).focus();
  await page.keyboard.press("2");
  assert.ok(await page.getByRole("radio", { name: "Rolling" }).isChecked());
  await page.getByRole("slider", { name: "Time" }).focus();
  await page.keyboard.press("Space");
  await button(page, "Pause").waitFor();
});

pageTest("what was changed is kept for the next visit", async ({ page }) => {
  await page.getByLabel("canaryPercent", { exact: true }).fill("25");
  await page.getByText("canaryPercent is 25").waitFor();
  await page.waitForTimeout(900);
  await page.reload();
  await button(page, "Restore it").click();
  assert.equal(await page.getByLabel("canaryPercent", { exact: true }).inputValue(), "25");
});

for (const context of [
  { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { viewport: { width: 360, height: 800 }, colorScheme: "light" },
]) {
  const { viewport, colorScheme } = context;
  pageTest(`axe finds nothing at ${viewport.width} pixels, ${colorScheme}`, { context }, async ({ page }) => {
    for (const strategy of ["Canary", "Rolling"]) {
      await page.getByRole("radio", { name: strategy }).check();
      await nextStageUntil(page, () => inStage(page, /SHIFT|Replace/));
      assert.deepEqual(await accessibilityFaults(page), []);
    }
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= window, `the page is ${content} pixels wide in a window of ${window}`);
  });
}
