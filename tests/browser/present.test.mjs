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

// The first minute, a lesson in which somebody is asked twice at once, and one that explains at length.
for (const [width, height] of [[1024, 768], [1280, 720], [1440, 900], [2560, 1440]]) {
  pageTest(`a lesson that is presented in ${width} by ${height} leaves the stage whole`, { context: { viewport: { width, height } } }, async ({ page }) => {
    const lesson = page.getByRole("region", { name: "Lesson" });
    await lesson.waitFor();
    for (const title of ["The first minute", "Hooks and manual approval", "Two percentages", "Choosing a strategy"]) {
      await button(page, "Lessons").click();
      await page.getByRole("dialog", { name: "Lessons" }).getByRole("button", { name: title, exact: true }).click();
      await button(page, "Present").click();
      // From caption to caption to the end, as a remote does that is pressed twice.
      for (let presses = 0; presses < 30; presses += 1) {
        const cut = await page.evaluate(() => {
          const box = (element) => element.getBoundingClientRect();
          const [bar, room] = [".below", ".stage-room"].map((it) => box(document.querySelector(it)));
          const parts = [...document.querySelectorAll(".stage > section, .stage .group, .stage .groups svg")].filter((it) => it.checkVisibility());
          const wrong = parts.filter((it) => box(it).bottom > bar.top + 1 || box(it).top < room.top - 1);
          const [users, testers] = [".users", ".testers"].map((it) => document.querySelector(`.stage ${it}`));
          if (testers && box(users).bottom > box(testers).top + 1) wrong.push(testers);
          const [production, test] = ["production", "test"].map((it) => document.querySelector(`.listener.${it}`));
          if (test && box(production).bottom > box(test).top + 1) wrong.push(test);
          return wrong.map((it) => it.getAttribute("aria-label"));
        });
        assert.deepEqual(cut, [], `${title}: ${await lesson.textContent()}`);
        const { size, text } = await smallest(page);
        assert.ok(size >= 22, `${title}: "${text}" is ${size} px`);
        if (await lesson.locator(".insight").count()) break;
        const before = await lesson.textContent();
        await page.keyboard.press("PageDown");
        await page.keyboard.press("PageDown");
        await page.waitForFunction((before) => document.querySelector(".lesson").textContent !== before, before);
      }
      await lesson.locator(".insight").waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await lesson.waitFor({ state: "detached" });
    }
  });
}

pageTest("Present pressed in the first minute presents it, and a question that nobody answers is answered by the run", async ({ page }) => {
  const lesson = page.getByRole("region", { name: "Lesson" });
  await lesson.waitFor();
  await button(page, "Present").click();
  await page.keyboard.press("PageDown");
  await lesson.getByText("A second fleet starts").waitFor();
  await button(page, "Play").waitFor();
  for (const said of ["Only testers meet", "Now users meet it", "requests have failed"]) {
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    await lesson.getByText(said).waitFor();
  }
  const question = lesson.getByRole("group", { name: "Who notices first?" });
  await question.getByRole("button", { name: "Alarm" }).waitFor();
  await page.keyboard.press("Space");
  await button(page, "Pause").waitFor();
  await question.getByText("Who notices first?").waitFor();
  await question.getByRole("button").first().waitFor({ state: "hidden" });
  await lesson.getByText("Who notices first? Alarm.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("group", { name: "Presenting" }).waitFor({ state: "detached" });
  // The lesson goes on where it was, and still hides the future.
  await lesson.getByText("Who notices first? Alarm.").waitFor();
  await page.getByText("what happens next?").waitFor();
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
