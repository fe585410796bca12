// Inspection: whatever is clicked, or chosen from the list by keyboard, tells its life so far and leads there.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, inStage, log, moves, nextStageUntil, says, time, toTheEnd } from "./person.mjs";

const inspection = (page) => page.getByRole("region", { name: "Inspection" });

pageTest("a task that is clicked tells its life so far, and each moment leads there", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT/));
  await page.locator(".group.target [data-task]").first().click();
  const life = inspection(page);
  await life.getByRole("heading", { name: /^Task [0-9a-f]{8} of 42$/ }).waitFor();
  await says(life.locator("dl"), "lastStatusRUNNING");
  const moments = life.getByRole("listitem");
  const words = (await moments.allTextContents()).join("\n");
  for (const status of ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "target initial", "target healthy", "counts as healthy"]) {
    assert.ok(words.includes(status), `${status} is not in\n${words}`);
  }
  assert.match(words, /One passing check makes a new target healthy/);
  await moves(page, () => moments.filter({ hasText: "PENDING" }).getByRole("button").click());
  assert.equal(await time(page).getAttribute("aria-valuenow"), "30");
  await says(life.locator("dl"), "lastStatusACTIVATING");
  assert.deepEqual(await accessibilityFaults(page), []);
  await life.getByRole("button", { name: "Close" }).click();
  await life.getByText("Look closer").waitFor();
});

pageTest("rules, events and deployments are looked at, by keyboard too", async ({ page }) => {
  const life = inspection(page);
  await toTheEnd(page);
  await button(page, "Production :443").press("Enter");
  await life.getByRole("heading", { name: "Production rule" }).waitFor();
  await says(life.getByRole("listitem"), "Production rule: 41 at 900, 42 at 100");
  await page.keyboard.press("Escape");
  await page.locator("[data-rule=production]:focus").waitFor();

  await life.locator("summary").press("Enter");
  await life.getByRole("button", { name: "Deployment 41 → 42, ROLLBACK_SUCCESSFUL" }).press("Enter");
  await life.getByRole("heading", { name: "Deployment 41 → 42" }).waitFor();
  await says(life.locator("dl"), /strategyCANARY.*rollback.*serviceDeploymentArn/s);
  await says(life.getByRole("listitem"), "CLEAN_UP, on the way back");
  await page.keyboard.press("Escape");

  const alarm = log(page).getByRole("listitem").filter({ hasText: "Alarm ui-5xx is in ALARM" });
  await moves(page, () => alarm.getByRole("button").click());
  assert.equal(await time(page).getAttribute("aria-valuenow"), "180");
  await life.getByRole("heading", { name: "Alarm ui-5xx is in ALARM" }).waitFor();
  await says(life.locator("dl"), "2 bad in a row");
  await page.keyboard.press("Escape");
});

pageTest("on a telephone the life comes to whoever has chosen something", { context: { viewport: { width: 360, height: 800 } } }, async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT/));
  await page.locator(".group.target [data-task]").first().click();
  const heading = inspection(page).getByRole("heading");
  await heading.waitFor();
  const box = await heading.boundingBox();
  assert.ok(box.y > 0 && box.y < 800, `it stands at ${box.y}`);
  assert.deepEqual(await accessibilityFaults(page), []);
});
