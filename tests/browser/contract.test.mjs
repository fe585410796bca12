// The accessible names that tests and assistive technology build on: each exists, with its role, and works, on a
// telephone as on a desk, by keyboard alone, in every strategy and theme.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import {
  button, choose, data, field, inStage, isDisabled, log, moves, nextStageUntil, open, present, says, scenario,
  stages, status, strategies, submit, time, toTheEnd, why,
} from "./person.mjs";

const sizes = { 360: { width: 360, height: 800 }, 1440: { width: 1440, height: 900 } };
const buttons = ["Play", "Step forward", "Step back", "Next stage", "Previous stage", "Deploy", "Roll back", "Inject failure", "Undo", "Import"];
const ownFields = {
  Rolling: ["minimumHealthyPercent", "maximumPercent"],
  "Blue/green": ["bakeTimeInMinutes"],
  Canary: ["canaryPercent", "canaryBakeTimeInMinutes", "bakeTimeInMinutes"],
  Linear: ["stepPercent", "stepBakeTimeInMinutes", "bakeTimeInMinutes"],
};
const parameters = (page) => page.getByRole("complementary", { name: "Parameters" });

/** Opens everything in the panel of parameters that is closed. */
const openDoors = (page) => parameters(page).locator("details").evaluateAll((doors) => doors.forEach((door) => (door.open = true)));

for (const viewport of Object.values(sizes)) {
  const at = `at ${viewport.width} pixels`;
  const context = { viewport };

  pageTest(`everything has its name and role ${at}`, { context }, async ({ page }) => {
    const group = page.getByRole("radiogroup", { name: "Strategy" });
    const names = await group.getByRole("radio").evaluateAll((radios) => radios.map((radio) => radio.labels[0].innerText));
    assert.deepEqual(names.map((name) => name.split("\n")[0].trim()), strategies);
    for (const name of buttons) {
      await button(page, name).waitFor();
      // The visible text is the name, so that what is read aloud can also be spoken to it.
      assert.equal((await button(page, name).innerText()).trim(), name);
    }
    for (const part of [time(page), stages(page), why(page), log(page), status(page)]) await part.waitFor();
    for (const [strategy, fields] of Object.entries(ownFields)) {
      await choose(page, strategy);
      for (const name of [...fields, "desiredCount"]) {
        assert.equal(await field(page, name).getAttribute("type"), "number", `${name} under ${strategy}`);
        assert.ok(await field(page, name).isVisible(), `${name} under ${strategy}`);
      }
    }
    await button(page, "Import").click();
    const dialog = page.getByRole("dialog", { name: "Import" });
    await dialog.getByRole("textbox", { name: "JSON" }).waitFor();
    await dialog.getByRole("button", { name: "Open", exact: true }).waitFor();
  });

  pageTest(`Tab reaches every control that is enabled, and none is covered when it does ${at}`, { context }, async ({ page }) => {
    await moves(page, () => button(page, "Next stage").click());
    await openDoors(page);
    const count = await page.evaluate(() => {
      const kinds = "button, input, select, textarea, summary, a[href], [tabindex]";
      const usable = (it) => it.checkVisibility() && !it.matches(":disabled, [tabindex='-1']") && !it.closest("[aria-hidden=true]");
      // Of a group of radio buttons one takes the focus; the arrows go to the others.
      const single = (it) => it.type !== "radio" || it.checked;
      globalThis.left = new Set([...document.querySelectorAll(kinds)].filter((it) => usable(it) && single(it)));
      globalThis.covered = [];
      document.activeElement?.blur();
      document.addEventListener("focusin", ({ target }) => {
        globalThis.left.delete(target);
        const box = target.getBoundingClientRect();
        const top = document.elementFromPoint(box.left + Math.min(box.width, innerWidth - box.left) / 2, box.top + Math.min(box.height, 40) / 2);
        if (!target.contains(top) && !top?.contains(target)) covered.push(`${target.outerHTML} by ${top?.outerHTML}`.slice(0, 400));
      });
      return left.size;
    });
    assert.ok(count > 30, `${count} controls`);
    for (let presses = 0; presses < count + 40; presses += 1) await page.keyboard.press("Tab");
    assert.deepEqual(await page.evaluate(() => [...left].map((it) => it.outerHTML)), []);
    assert.deepEqual(await page.evaluate(() => covered), []);
  });

  pageTest(`axe finds nothing in any strategy, theme or dialog ${at}`, { context }, async ({ page }) => {
    const schemes = async (where) => {
      await page.emulateMedia({ colorScheme: "light" });
      assert.deepEqual(await accessibilityFaults(page), [], `${where}, light`);
      // Colours are all that the dark theme changes.
      await page.emulateMedia({ colorScheme: "dark" });
      assert.deepEqual(await accessibilityFaults(page, { only: ["color-contrast", "link-in-text-block"] }), [], `${where}, dark`);
    };
    await openDoors(page);
    for (const strategy of strategies) {
      await choose(page, strategy);
      await time(page).press("Home");
      await time(page).and(page.locator("[aria-valuenow='0']")).waitFor();
      await nextStageUntil(page, () => inStage(page, /PRODUCTION_TRAFFIC_SHIFT|BAKE_TIME|Replace/));
      await moves(page, () => button(page, "Step forward").click());
      await schemes(strategy);
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(content <= window, `${strategy}: ${content} pixels wide in a window of ${window}`);
    }
    await toTheEnd(page);
    await schemes("at the end");
    await button(page, "Inject failure").click();
    await page.getByRole("menu", { name: "Failures" }).waitFor();
    await schemes("the menu of failures");
    await page.keyboard.press("Escape");
    const dialog = await submit(page, "{}");
    await dialog.getByRole("alert").waitFor();
    await schemes("the Import dialog");
  });
}

pageTest("the fields take what is in range, and refuse anything else beside it", async ({ page }) => {
  for (const [place, strategy] of strategies.entries()) {
    await choose(page, strategy);
    await openDoors(page);
    const inputs = parameters(page).getByRole("spinbutton");
    const all = await inputs.evaluateAll((fields) => fields.map(({ id, min, max, value, labels }) => ({ id, min, max, value, name: labels[0].innerText })));
    // What the strategies share is tried once.
    const tried = all.filter(({ name }) => place === 0 || ownFields[strategy].includes(name));
    for (const { id, min, max, value, name } of tried) {
      const input = page.locator(`[id="${id}"]`);
      await input.fill(String(Number(max) + 1));
      const message = page.locator(`[id="${id}-wrong"]`);
      await says(message, `from ${Number(min).toLocaleString("en")} to ${Number(max).toLocaleString("en")}`);
      assert.equal(await input.getAttribute("aria-invalid"), "true", name);
      const other = name.startsWith("slow_start") ? "30" : String(Number(value) + (value === max ? -1 : 1));
      const said = Number(other).toLocaleString("en");
      await input.fill(other);
      await page.getByText(`${name} is ${said}.`).first().waitFor();
      await button(page, "Undo").click();
      await page.getByText(`Taken back: ${name} ${said}.`).waitFor();
    }
  }
});

for (const [file, strategy] of [
  ["rolling-success", "Rolling"],
  ["blue-green-success", "Blue/green"],
  ["canary-success", "Canary"],
  ["linear-success", "Linear"],
]) {
  pageTest(`Roll back acts at once wherever ${strategy} stands, and Undo takes it back`, async ({ page }) => {
    await open(page, await scenario(file));
    const seen = [];
    for (let more = true; more; ) {
      const text = await present(page).textContent();
      if (await button(page, "Roll back").isEnabled()) {
        const before = await time(page).getAttribute("aria-valuenow");
        await button(page, "Roll back").click();
        await says(status(page), /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/);
        const after = await time(page).getAttribute("aria-valuenow");
        assert.ok(after - before < 0.01, `at once, in ${text}`);
        await button(page, "Undo").click();
        await says(status(page), /^(PENDING|IN_PROGRESS)$/);
      } else {
        assert.match(text, /CLEAN_UP|SUCCESSFUL/, "refused too early");
      }
      seen.push(text);
      more = await button(page, "Next stage").isEnabled();
      if (more) await moves(page, () => button(page, "Next stage").click());
    }
    assert.ok(seen.length >= 4, seen.join("\n"));
    assert.equal(await status(page).textContent(), "SUCCESSFUL");
    await isDisabled(page, "Roll back");
    await isDisabled(page, "Next stage");
  });
}

pageTest("a value that only the rules of ECS refuse is explained beside its field", async ({ page }) => {
  await choose(page, "Rolling");
  await field(page, "maximumPercent").fill("50");
  await says(parameters(page).getByRole("alert"), "from 100 to");
  await openDoors(page);
  await field(page, "slow_start.duration_seconds").fill("7");
  await says(parameters(page).getByRole("alert"), "0 still holds");
  await field(page, "slow_start.duration_seconds").fill("30");
  await page.getByText("slow_start.duration_seconds is 30.").waitFor();
});

pageTest("moving the playhead is no change, and Undo takes back the last one", async ({ page }) => {
  await isDisabled(page, "Undo");
  await moves(page, () => button(page, "Next stage").click());
  await moves(page, () => button(page, "Step forward").click());
  await choose(page, "Linear");
  await isDisabled(page, "Undo");
  await field(page, "desiredCount").fill("9");
  await page.getByText("desiredCount is 9.").waitFor();
  await field(page, "errorPercent").fill("0");
  await page.getByText("errorPercent is 0.").waitFor();
  await button(page, "Undo").click();
  await page.getByText("Taken back: errorPercent 0.").waitFor();
  assert.equal(await field(page, "desiredCount").inputValue(), "9");
  await button(page, "Undo").click();
  await page.getByText("Taken back: desiredCount 9.").waitFor();
  await isDisabled(page, "Undo");
});

for (const [file, text] of [
  ["what describe-services printed", () => data("retail-ui.describe-services")],
  ["an UpdateService input", () => data("orders.update-service")],
  ["a recording", () => scenario("rolling-stuck")],
]) {
  pageTest(`Import opens ${file}`, async ({ page }) => {
    const title = page.getByRole("banner").getByRole("paragraph");
    const before = await title.textContent();
    await open(page, await text());
    assert.notEqual(await title.textContent(), before);
    await toTheEnd(page);
    assert.match(await status(page).textContent(), /^(SUCCESSFUL|IN_PROGRESS)$/);
    await button(page, "Undo").click();
    await page.getByText("Taken back: Import.").waitFor();
    assert.equal(await title.textContent(), before);
  });
}

pageTest("a refused file has every problem listed, and the page goes on", async ({ page }) => {
  const broken = {
    cutover: 1,
    seed: "seven",
    services: [{ service: { serviceName: "x", desiredCount: "5", deploymentConfiguration: { strategy: "PURPLE" } } }],
    traffic: { requestsPerSecond: -1 },
    interventions: [{ atSeconds: 0, deploy: { service: "y", revision: "2" } }],
  };
  const before = await why(page).textContent();
  const dialog = await submit(page, JSON.stringify(broken));
  const problems = dialog.getByRole("alert").getByRole("listitem");
  await problems.first().waitFor();
  const said = (await problems.allTextContents()).join("\n");
  for (const path of ["seed", "services[0].service.desiredCount", "strategy", "traffic.requestsPerSecond", "interventions[0]"]) {
    assert.ok(said.includes(path), `${path} is not in\n${said}`);
  }
  for (const text of ["", "{", "[]", "null", '"a"', "[".repeat(5000), '{"services": []}']) {
    await dialog.getByRole("textbox", { name: "JSON" }).fill(text);
    await dialog.getByRole("button", { name: "Open" }).click();
    await problems.first().waitFor();
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await why(page).textContent(), before);
  await moves(page, () => button(page, "Next stage").click());
});

for (const [answer, stored, ended] of [
  ["Approve", "approved", "SUCCESSFUL"],
  ["Reject", "rejected", "ROLLBACK_SUCCESSFUL"],
]) {
  pageTest(`the reviewer's ${answer} is read by the hook's next call`, async ({ page }) => {
    await open(page, await scenario("approval"));
    await nextStageUntil(page, () => button(page, answer).isVisible());
    const card = page.getByRole("region", { name: "Approval" });
    await says(card, "pending");
    await button(page, answer).click();
    await says(card, stored);
    assert.equal(await button(page, "Approve").count(), 0);
    assert.equal(await button(page, "Reject").count(), 0);
    await toTheEnd(page);
    assert.equal(await status(page).textContent(), ended);
  });
}

pageTest("Continue lets a PAUSE hook succeed", async ({ page }) => {
  await open(page, await scenario("pause"));
  await nextStageUntil(page, () => button(page, "Continue").isVisible());
  await says(why(page), "AWAITING_ACTION");
  await button(page, "Continue").click();
  await says(log(page), "ContinueServiceDeployment");
  await toTheEnd(page);
  assert.equal(await status(page).textContent(), "SUCCESSFUL");
});

pageTest("every failure of the menu is injected at the playhead", async ({ page }) => {
  await nextStageUntil(page, () => inStage(page, /SCALE_UP/));
  const menu = page.getByRole("menu", { name: "Failures" });
  await button(page, "Inject failure").click();
  await menu.waitFor();
  const failures = await menu.getByRole("menuitem").allInnerTexts();
  assert.ok(failures.length >= 20, failures.join());
  await page.keyboard.press("Escape");
  for (const failure of failures) {
    const before = await log(page).getByRole("listitem").allInnerTexts();
    await button(page, "Inject failure").click();
    await menu.getByRole("menuitem", { name: failure, exact: true }).click();
    await says(page.locator(".ghost-note"), `before “${failure}”`);
    assert.notDeepEqual(await log(page).getByRole("listitem").allInnerTexts(), before, `${failure} is in the log`);
    await button(page, "Undo").click();
    await page.getByText(`Taken back: ${failure}.`).waitFor();
  }
});
