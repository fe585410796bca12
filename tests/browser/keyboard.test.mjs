// Without a pointer and without the picture: a whole blue/green deployment with its approval and its rollback by keys
// and accessible names alone, the tables, and what is said aloud.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, inStage, moves, present, says, status, stages } from "./person.mjs";

/** Presses Tab until what has this name has the focus, as somebody who hears the names does. */
async function tabTo(page, found) {
  for (let presses = 0; presses < 200; presses += 1) {
    if (await found.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not get to ${found}`);
}

async function pressed(page, found) {
  await tabTo(page, found);
  await page.keyboard.press("Enter");
}

/** Goes on stage by stage by key until `there()` is true. */
async function nextStageByKey(page, there) {
  for (let presses = 0; presses < 40 && !(await there()); presses += 1) {
    await moves(page, () => page.keyboard.press("Shift+ArrowRight"));
  }
  assert.ok(await there());
}

pageTest("a blue/green deployment with approval and rollback, by keyboard alone", async ({ page }) => {
  await pressed(page, button(page, "Lessons"));
  await pressed(page, page.getByRole("dialog", { name: "Lessons" }).getByRole("button", { name: "A reviewer must say yes" }));
  await page.getByRole("banner").getByText("approval", { exact: false }).first().waitFor();
  assert.ok(await page.getByRole("radio", { name: "Blue/green" }).isChecked());
  await nextStageByKey(page, () => button(page, "Approve").isVisible());
  await says(page.getByRole("region", { name: "Approval" }), "pending");
  await pressed(page, button(page, "Approve"));
  await says(page.getByRole("region", { name: "Approval" }), "approved");
  await nextStageByKey(page, () => inStage(page, /BAKE_TIME/));
  await pressed(page, button(page, "Roll back"));
  await says(status(page), /^ROLLBACK_/);
  await nextStageByKey(page, async () => (await status(page).textContent()) === "ROLLBACK_SUCCESSFUL");
});

pageTest("the tables hold what the stage shows, by keyboard", async ({ page }) => {
  await nextStageByKey(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT/));
  await pressed(page, button(page, "Tables"));
  const dialog = page.getByRole("dialog", { name: "Tables" });
  await dialog.waitFor();
  const table = (name) => dialog.getByRole("table", { name });
  const cells = async (name) => (await table(name).getByRole("row").allInnerTexts()).map((row) => row.split("\t"));
  const tasks = await cells(/^Tasks/);
  assert.equal(tasks.length, 1 + 12, "twelve tasks and the head");
  assert.ok(tasks.slice(1).every((row) => row[3] === "RUNNING"), tasks.join("\n"));
  const rules = await cells("Listener rules");
  assert.deepEqual(rules[1].slice(0, 2), ["production", "900 to 100"]);
  assert.deepEqual(rules[2].slice(0, 2), ["test", "0 to 100"]);
  const entered = await cells(/^Lifecycle stages/);
  assert.equal(entered.length - 1, await stages(page).locator("li").count());
  assert.ok(entered.find((row) => row[0] === "BAKE_TIME").slice(3).every((time) => time === "–"), "nothing of the future");
  for (const name of ["Target groups", "Alarms", "Circuit breaker", "Hook calls", /^So far/]) {
    assert.ok((await cells(name)).length > 1, String(name));
  }
  assert.deepEqual(await accessibilityFaults(page), []);
  await pressed(page, dialog.getByRole("button", { name: "Close" }));
  await dialog.waitFor({ state: "hidden" });
});

pageTest("what happens is said aloud, and scrubbing says nothing", async ({ page }) => {
  const said = page.locator("[aria-live=polite]");
  await moves(page, () => page.keyboard.press("Shift+ArrowRight"));
  await page.waitForFunction(() => document.querySelector("[aria-live=polite]").textContent !== "");
  const before = await said.textContent();
  const time = page.getByRole("slider", { name: "Time" });
  const stage = await present(page).textContent();
  const box = await time.boundingBox();
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height / 2);
  await page.mouse.down();
  await moves(page, () => page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 }));
  await page.mouse.up();
  assert.notEqual(await present(page).textContent(), stage);
  assert.equal(await said.textContent(), before);
  await moves(page, () => page.keyboard.press("ArrowRight"));
  await page.waitForFunction((text) => document.querySelector("[aria-live=polite]").textContent !== text, before);
});

pageTest("Space plays after a parameter was dragged, as it does everywhere", async ({ page }) => {
  await page.getByRole("complementary", { name: "Parameters" }).locator("input[type=range]").first().click();
  await button(page, "Undo").and(page.locator(":enabled")).waitFor();
  await page.keyboard.press("Space");
  await button(page, "Pause").waitFor();
  await page.keyboard.press("Space");
  await button(page, "Play").waitFor();
});

pageTest("the run is printed as a storyboard, and nothing of it stays", async ({ page }) => {
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const board = page.locator(".storyboard");
  await board.waitFor({ state: "attached" });
  await page.emulateMedia({ media: "print" });
  const titles = await board.getByRole("listitem").allInnerTexts();
  for (const word of ["SCALE_UP", "POST_TEST_TRAFFIC_SHIFT", "CLEAN_UP", "ROLLBACK_SUCCESSFUL"]) {
    assert.ok(titles.some((title) => title.includes(word)), word);
  }
  await board.getByText("Failed requests").waitFor();
  await board.getByText("ui-2: 42, 6 tasks, 0 answer").first().waitFor();
  assert.equal(await button(page, "Play").isVisible(), false, "no control on paper");
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await board.waitFor({ state: "detached" });
});
