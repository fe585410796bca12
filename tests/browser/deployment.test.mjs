// A deployment in the page: played to its end by each strategy, rolled back half-way, imported, broken, kept for the
// next visit, and operated by keyboard. What waits for a person is in contract.test.mjs.
import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import {
  button, choose, data, field, holds, inStage, isDisabled, log, moves, nextStageUntil, open, present, scenario,
  status, strategies, time, toTheEnd, why,
} from "./person.mjs";

for (const strategy of strategies) {
  pageTest(`the opening scenario is rolled back by ${strategy}`, async ({ page }) => {
    await choose(page, strategy);
    await toTheEnd(page);
    assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
    assert.match(await why(page).textContent(), /Rolled back to 41/);
    const result = page.getByRole("complementary", { name: "Result" });
    // By rolling the way back takes longer than the waiter has patience.
    const waiter = strategy === "Rolling" ? "gives up after 10 min" : "at 8:30, without 42";
    assert.match(await result.textContent(), new RegExp(`Noticed.*alarm ui-5xx.*Went back.*services-stable${waiter}`));
  });
}

pageTest("rolling counts the passes that were made, and the lanes say whose requests fail", async ({ page }) => {
  await choose(page, "Rolling");
  await moves(page, () => button(page, "Next stage").click());
  await present(page).getByText("2 passes so far (stop/start): 0/3 · 3/0").waitFor();
  const errors = page.getByRole("region", { name: "Timeline" }).locator(".label.errors");
  await errors.filter({ hasText: /42 fails .*of all / }).waitFor();
  await toTheEnd(page);
  await page.getByText(/^2 passes \(stop/).first().waitFor();
});

pageTest("the present stage stands whole in a narrow strip, wherever in it", { context: { viewport: { width: 360, height: 800 } } }, async ({ page }) => {
  await page.keyboard.press("Escape");
  const next = button(page, "Next stage");
  while (await next.isEnabled()) {
    await moves(page, () => next.click());
    const [left, right] = await present(page).evaluate((item) => {
      const [own, strip] = [item, item.closest("ol")].map((it) => it.getBoundingClientRect());
      return [own.left - strip.left, strip.right - own.right];
    });
    assert.ok(left >= -1 && right >= -1, `${await present(page).textContent()}: ${left} and ${right} px`);
  }
});

for (const [file, strategy] of [
  ["rolling-success", "Rolling"],
  ["blue-green-success", "Blue/green"],
  ["canary-success", "Canary"],
  ["linear-success", "Linear"],
]) {
  pageTest(`a good release ends SUCCESSFUL by ${strategy}`, async ({ page }) => {
    await open(page, await scenario(file));
    assert.ok(await page.getByRole("radio", { name: strategy }).isChecked());
    await toTheEnd(page);
    assert.equal(await status(page).textContent(), "SUCCESSFUL");
  });
}

/** Lets the page draw so many frames; playing, each of them would move the playhead. */
const frames = (page, count) =>
  page.evaluate(async (left) => {
    while (left-- > 0) await new Promise((drawn) => requestAnimationFrame(drawn));
  }, count);

pageTest("playing moves the time, and pausing holds it", async ({ page }) => {
  await moves(page, () => button(page, "Play").click());
  await button(page, "Pause").click();
  await button(page, "Play").waitFor();
  const held = await time(page).getAttribute("aria-valuenow");
  await frames(page, 20);
  assert.equal(await time(page).getAttribute("aria-valuenow"), held);
});

pageTest("a rollback in the middle of a shift sends everyone back, and Undo takes it back", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT/));
  await button(page, "Roll back").click();
  await log(page).getByText("Rolling back to 41").waitFor();
  assert.match(await status(page).textContent(), /^ROLLBACK_/);
  await toTheEnd(page);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
  await button(page, "Undo").click();
  await isDisabled(page, "Undo");
});

pageTest("an injected failure forks the run, and its kinds are a menu", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /SCALE_UP/));
  await button(page, "Inject failure").click();
  await page.getByRole("menu", { name: "Failures" }).waitFor();
  assert.ok((await page.getByRole("menuitem").count()) >= 7);
  await page.getByRole("menuitem", { name: "Crash at start" }).click();
  await page.getByText("dotted: before").waitFor();
  await toTheEnd(page);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
});

pageTest("what describe-services printed opens, and what it lacks is listed", async ({ page }) => {
  await open(page, await data("retail-ui.describe-services"));
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
  await field(page, "desiredCount").fill("10");
  await page.getByText("10 tasks, 10 ACTIVATING").or(page.getByText("Start 10 new tasks")).first().waitFor();
  assert.match(await present(page).textContent(), /SCALE_UP/);
  await field(page, "desiredCount").fill("99999");
  await page.getByRole("alert").getByText("from 0 to 5,000 tasks; 10 still holds").waitFor();
  await button(page, "Undo").click();
  await page.getByText("Start 6 new tasks").waitFor();
});

pageTest("on a laptop nothing of the stage has to be scrolled, and no word beside the controls is cut", async ({ page }) => {
  const cut = () =>
    page.evaluate(() => {
      const centre = document.querySelector(".centre");
      const taller = centre.scrollHeight - centre.clientHeight;
      const words = [...document.querySelectorAll(".transport .words, .ghost-note")].filter((it) => it.scrollWidth > it.clientWidth + 1);
      return [...(taller > 1 ? [`${taller} pixels too high`] : []), ...words.map((it) => `cut: ${it.textContent}`)];
    });
  const faults = [];
  const look = async (where) => {
    const stage = await present(page).textContent();
    faults.push(...(await cut()).map((fault) => `${where}: ${stage}: ${fault}`));
  };
  await look("at the start");
  for (const strategy of strategies) {
    await choose(page, strategy);
    await time(page).press("Home");
    await time(page).and(page.locator("[aria-valuenow='0']")).waitFor();
    await nextStageUntil(page, () => look(strategy).then(() => false));
  }
  for (const file of ["approval", "pause"]) {
    await open(page, await scenario(file));
    await nextStageUntil(page, () => look(file).then(() => false));
  }
  assert.deepEqual(faults, []);
});

pageTest("keys play, step and choose, but not while something is typed", async ({ page }) => {
  assert.match(await present(page).textContent(), /SCALE_UP/);
  await moves(page, () => page.keyboard.press("Shift+ArrowRight"));
  assert.match(await present(page).textContent(), /POST_TEST_TRAFFIC_SHIFT/);
  await moves(page, () => page.keyboard.press("Shift+ArrowLeft"));
  assert.match(await present(page).textContent(), /SCALE_UP/);
  const rolling = page.getByRole("radio", { name: "Rolling", checked: true });
  await page.keyboard.press("1");
  await rolling.waitFor();
  await field(page, "desiredCount").selectText();
  await page.keyboard.press("2");
  await page.getByText("desiredCount is 2.").waitFor();
  await rolling.waitFor();
  await time(page).focus();
  await page.keyboard.press("Space");
  await button(page, "Pause").waitFor();
});

pageTest("what was changed is kept for the next visit", async ({ page }) => {
  await field(page, "canaryPercent").fill("25");
  await page.getByText("canaryPercent is 25").waitFor();
  await page.waitForFunction(() => localStorage.getItem("cutover.recording")?.includes('"canaryPercent":25'));
  await page.reload();
  await button(page, "Restore it").click();
  await holds(field(page, "canaryPercent"), "25");
});
