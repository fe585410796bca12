// Presenting: large type, one idea at a time, worked by a remote.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, moves, present, time } from "./person.mjs";

/** The smallest type that can be seen, in pixels on the screen, with what is written in it. */
const smallest = (page) =>
  page.evaluate(() => {
    let least = { size: Infinity };
    const texts = document.createTreeWalker(document.querySelector(".page"), NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest(".said, option") || !element.checkVisibility()) continue;
      const scale = element instanceof SVGElement ? element.getScreenCTM().a : 1;
      const size = parseFloat(getComputedStyle(element).fontSize) * scale;
      if (size < least.size) least = { size, text: node.data };
    }
    return least;
  });

pageTest("presenting shows one idea in large type, and a remote works it", async ({ page }) => {
  await page.keyboard.press("Escape");
  await button(page, "Present").click();
  const bar = page.getByRole("group", { name: "Presenting" });
  for (const idea of ["Stage", "Timeline", "Scoreboard"]) {
    await bar.getByRole("button", { name: idea }).click();
    await bar.getByRole("button", { name: idea, pressed: true }).waitFor();
    const { size, text } = await smallest(page);
    assert.ok(size >= 22, `${idea}: "${text}" is ${size} px`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0, idea);
    assert.deepEqual(await accessibilityFaults(page), [], idea);
  }
  await bar.getByRole("button", { name: "Timeline" }).click();
  await page.getByText("what happens next?").waitFor();
  await moves(page, () => page.keyboard.press("PageDown"));
  assert.match(await present(page).textContent(), /POST_TEST_TRAFFIC_SHIFT/);
  await moves(page, () => page.keyboard.press("PageUp"));
  await page.keyboard.press("b");
  await page.locator(".blank").waitFor();
  await page.keyboard.press("b");
  await page.locator(".blank").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
  await time(page).waitFor();
  await page.getByText("if nobody acts").waitFor();
});

for (const [width, height] of [[1024, 768], [1280, 720], [360, 800]]) {
  pageTest(`presenting keeps inside a window of ${width} by ${height}, in large type`, { context: { viewport: { width, height } } }, async ({ page }) => {
    await page.keyboard.press("Escape");
    for (const strategy of ["Rolling", "Canary"]) {
      await page.getByRole("radio", { name: strategy }).check();
      await moves(page, () => button(page, "Next stage").click());
      await button(page, "Present").click();
      const bar = page.getByRole("group", { name: "Presenting" });
      for (const idea of ["Stage", "Timeline", "Scoreboard"]) {
        await bar.getByRole("button", { name: idea }).click();
        const { size, text } = await smallest(page);
        assert.ok(size >= 22, `${strategy}, ${idea}: "${text}" is ${size} px`);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wider <= 0, `${strategy}, ${idea}: ${wider} px wider than the window`);
      }
      await bar.getByRole("button", { name: "Leave" }).click();
    }
  });
}
