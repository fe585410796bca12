// What was done and can be done again: the list of interventions with the calls they stand for, Undo and Redo, and the
// sheet of all keys.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import {
  button, field, inStage, isDisabled, log, moves, nextStageUntil, open, says, scenario, status, toTheEnd,
} from "./person.mjs";

const interventions = (page) => page.getByRole("region", { name: "Interventions" });

pageTest("interventions are listed with their calls, moved, changed and removed", async ({ page }) => {
  const list = interventions(page);
  const entry = (text) => list.getByRole("listitem").filter({ hasText: text });
  await nextStageUntil(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT/));
  await button(page, "Roll back").click();
  await list.getByText("2 interventions").click();
  await says(entry("UpdateService: deploy 42"), "aws ecs update-service --cluster retail-store --service ui --task-definition retail-store-ui:42");
  await says(entry("StopServiceDeployment"), /aws ecs stop-service-deployment --service-deployment-arn arn:aws:ecs:\S+ --stop-type ROLLBACK/);

  // Asked for before anything runs: moved there, the run is another one.
  await entry("StopServiceDeployment").getByLabel("atSeconds").fill("30");
  await entry("StopServiceDeployment").getByLabel("atSeconds").press("Enter");
  await page.getByText("Changed: StopServiceDeployment.").waitFor();
  await toTheEnd(page);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
  await says(entry("StopServiceDeployment").getByRole("button").first(), "0:30");

  await entry("UpdateService").getByText("Change it").click();
  const json = entry("UpdateService").getByRole("textbox", { name: "Intervention" });
  await json.fill('{"atSeconds": 5, "deploy": {"service": "ui", "revision": "43"}}');
  await entry("UpdateService").getByRole("button", { name: "Apply" }).click();
  await page.getByRole("alert").getByText('there is no revision "43"').waitFor();
  await json.fill('{"atSeconds": 5, "deploy": {"service": "ui", "revision": "42"}}');
  await entry("UpdateService").getByRole("button", { name: "Apply" }).click();
  await page.getByText("Changed: UpdateService: deploy 42.").waitFor();
  assert.deepEqual(await accessibilityFaults(page, { within: ".interventions" }), []);

  await entry("StopServiceDeployment").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Removed: StopServiceDeployment.").waitFor();
  await list.getByText("1 intervention", { exact: true }).waitFor();
  await button(page, "Undo").click();
  await list.getByText("2 interventions").waitFor();
});

pageTest("an answer stays with its moment, and says which call gives it", async ({ page }) => {
  await open(page, await scenario("pause"));
  await nextStageUntil(page, () => button(page, "Continue").isVisible());
  await button(page, "Continue").click();
  const list = interventions(page);
  await list.locator("summary").first().click();
  const entry = list.getByRole("listitem").filter({ hasText: "ContinueServiceDeployment" }).first();
  await says(entry, /aws ecs continue-service-deployment --service-deployment-arn \S+ --hook-id ecs-pause-\S+ --action CONTINUE/);
});

pageTest("Redo makes again what Undo has taken back, until something else is changed", async ({ page }) => {
  await isDisabled(page, "Redo");
  await field(page, "desiredCount").fill("9");
  await page.getByText("desiredCount is 9.").waitFor();
  await button(page, "Undo").click();
  await page.getByText("Taken back: desiredCount 9.").waitFor();
  await button(page, "Redo").click();
  await page.getByText("Made again: desiredCount 9.").waitFor();
  assert.equal(await field(page, "desiredCount").inputValue(), "9");
  await isDisabled(page, "Redo");
  await page.getByRole("slider", { name: "Time" }).focus();
  await page.keyboard.press("Control+z");
  await page.getByText("Taken back: desiredCount 9.").waitFor();
  await field(page, "errorPercent").fill("1");
  await page.getByText("errorPercent is 1.").waitFor();
  await isDisabled(page, "Redo");
});

pageTest("the help sheet lists every key, opens by ? and closes by Escape", async ({ page }) => {
  const sheet = page.getByRole("dialog", { name: "Help" });
  await page.keyboard.press("?");
  await sheet.waitFor();
  await says(sheet.getByRole("row"), "Next stage");
  assert.deepEqual(await accessibilityFaults(page), []);
  // What is pressed over the page is not for the page.
  await page.keyboard.press("1");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  await page.getByRole("radio", { name: "Canary", checked: true }).waitFor();
  await button(page, "Help").click();
  await sheet.getByRole("button", { name: "Close" }).click();
  await sheet.waitFor({ state: "hidden" });
  await field(page, "desiredCount").focus();
  await page.keyboard.press("?");
  await moves(page, () => button(page, "Next stage").click());
  assert.equal(await sheet.isVisible(), false);
});
