// The hook studio: a hook is attached, its script rewritten, tried and used, its calls read, and all of it taken back.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";

const button = (within, name) => within.getByRole("button", { name, exact: true });

async function openStudio(page) {
  await button(page, "Hook studio").click();
  return page.getByRole("dialog", { name: "Hook studio" });
}

pageTest("a ready-made hook is attached, read in its calls, and removed", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.getByLabel("New hook").selectOption({ label: "Always fail" });
  await studio.getByLabel("at", { exact: true }).selectOption("PRE_SCALE_UP");
  await button(studio, "Attach").click();
  const hook = studio.getByRole("region", { name: "Hook always-fail" });
  await hook.getByRole("checkbox", { name: "PRE_SCALE_UP", exact: true }).and(studio.locator(":checked")).waitFor();
  await button(studio, "Close").click();
  await page.getByRole("slider", { name: "Time" }).press("End");
  await openStudio(page);
  const call = studio.getByRole("region", { name: "Calls" }).getByRole("group").filter({ hasText: "always-fail" });
  await call.getByText("FAILED").first().click();
  await call.getByText("lifecycleStage").waitFor();
  await button(hook, "Remove").click();
  await hook.waitFor({ state: "detached" });
  await button(studio, "Close").click();
  await button(page, "Undo").click();
  await button(page, "Undo").click();
  assert.equal(await page.getByRole("region", { name: "Lifecycle hooks" }).getByRole("listitem").count(), 1);
});

pageTest("a draft is tried before it is used, and a mistake is told with its line and column", async ({ page }) => {
  const studio = await openStudio(page);
  const script = studio.getByLabel("Script smoke-test");
  await script.fill("let x = ;");
  await button(studio, "Run once").click();
  await studio.getByRole("alert").getByText("Line 1, column 9:").waitFor();
  await script.fill('print("from the draft");\n#{ hookStatus: "FAILED" }');
  await button(studio, "Run once").click();
  const tried = studio.getByRole("status");
  await tried.getByText("from the draft").waitFor();
  // A dialog that is closed by mistake has lost nothing.
  await page.keyboard.press("Escape");
  await studio.waitFor({ state: "detached" });
  await openStudio(page);
  assert.match(await script.inputValue(), /from the draft/);
  await button(studio, "Use this script").click();
  await button(studio, "Close").click();
  await page.getByText("Hooks changed: script smoke-test").waitFor();
  const next = button(page, "Next stage");
  while (await next.isEnabled()) await next.click();
  await page.getByRole("status", { name: "Deployment status" }).getByText("ROLLBACK_SUCCESSFUL").waitFor();
});

pageTest("what a try has come to stays inside the studio, and so does the focus", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.getByLabel("Script smoke-test").fill('print(event);\n#{ hookStatus: "FAILED" }');
  await button(studio, "Run once").click();
  await studio.getByRole("status").getByText("executionDetails").first().waitFor();
  assert.ok(await studio.evaluate((it) => it.scrollWidth <= it.clientWidth), "nothing is wider than the dialog");
  // What was pressed has nothing left to do, and is switched off.
  await button(studio, "Use this script").press("Enter");
  await button(studio, "Use this script").and(page.locator(":disabled")).waitFor();
  const focused = studio.locator(":focus");
  await focused.waitFor();
  assert.equal(await focused.textContent(), "Run once");
  await button(studio, "Remove").press("Enter");
  await studio.getByRole("region", { name: "Hook smoke-test" }).waitFor({ state: "detached" });
  await focused.waitFor();
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 360, height: 800 },
]) {
  pageTest(`axe finds nothing in the studio at ${viewport.width} pixels`, { context: { viewport } }, async ({ page }) => {
    const studio = await openStudio(page);
    await button(studio, "Attach").click();
    await studio.getByRole("region", { name: "Hook manual-approval" }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });
}
