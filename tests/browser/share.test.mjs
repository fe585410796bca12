// Share links: a page opens as another one stood, whatever the link says; back and forward; a scenario by its address.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { deflateSync, inflateSync } from "node:zlib";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, field, holds, scenario, says, status, time } from "./person.mjs";

const dialog = (page) => page.getByRole("dialog", { name: "Share" });
const linkOf = async (page) => {
  await button(page, "Share").click();
  const link = await field(dialog(page), "Link").inputValue();
  await button(dialog(page), "Close").click();
  return link;
};
const fragmentOf = (content) => `#s=1.${deflateSync(JSON.stringify(content)).toString("base64url")}`;
// In seconds.
const instant = async (page) => Number(await time(page).getAttribute("aria-valuenow"));

pageTest("a link opens the page as it stood", async ({ page, context }) => {
  await page.getByRole("radio", { name: /^Linear/ }).check({ force: true });
  await field(page, "desiredCount").fill("7");
  await page.getByText("desiredCount is 7.").waitFor();
  await button(page, "Next stage").click();
  await button(page, "Next stage").click();
  const at = await instant(page);
  assert.ok(at > 0);
  const link = await linkOf(page);
  assert.match(link, /#s=1\.[\w-]+$/);
  assert.ok(link.length < 2000, `${link.length} characters`);

  const other = await context.newPage();
  await other.goto(link);
  await says(status(other), "IN_PROGRESS");
  assert.equal(await field(other, "desiredCount").inputValue(), "7");
  assert.ok(await other.getByRole("radio", { name: /^Linear/ }).isChecked());
  assert.equal(await instant(other), at);
  assert.equal(await linkOf(other), link, "and makes the same link again");
});

pageTest("the Share dialog copies the link and says how long it is", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Share").click();
  const link = await field(dialog(page), "Link").inputValue();
  await says(dialog(page), `${link.length.toLocaleString("en")} characters`);
  await button(dialog(page), "Copy link").click();
  await says(dialog(page).getByRole("status"), "Copied.");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  assert.deepEqual(await accessibilityFaults(page, { within: "dialog[open]" }), []);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
});

pageTest("a long link is warned of, and one that is too long is refused for a file", { opens: false }, async ({ page, open }) => {
  // What does not repeat cannot be packed.
  const noise = (length) => Array.from({ length }, (_, n) => ((n * n * 2654435761) >>> 0).toString(36)).join(" ");
  const recording = JSON.parse(await scenario("opening"));
  const named = (name) => fragmentOf({ recording: { ...recording, name } });
  await open(named(noise(250)));
  await button(page, "Share").click();
  await says(dialog(page), "Some chats and wikis cut links of more than 2,000 characters.");
  assert.ok((await field(dialog(page), "Link").inputValue()).length > 2000);
  await button(dialog(page), "Close").click();

  await open(named(noise(2000)));
  await button(page, "Share").click();
  await says(dialog(page).getByRole("alert"), "most programs cut links of more than 8,000");
  assert.equal(await field(dialog(page), "Link").count(), 0);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button(dialog(page), "Download recording").click(),
  ]);
  assert.equal(download.suggestedFilename(), "recording.json");
  const kept = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.equal(kept.name, noise(2000));
});

pageTest("back and forward go through the links that were followed", { opens: false }, async ({ page, open, address }) => {
  const pause = fragmentOf({ recording: JSON.parse(await scenario("pause")) });
  const rolling = fragmentOf({ recording: JSON.parse(await scenario("rolling-success")), view: { atMillis: 60000 } });
  const chosen = (name) => page.getByRole("radio", { name, checked: true });
  await open();
  const first = (await chosen(/./).getAttribute("aria-label")) ?? (await chosen(/./).getAttribute("value"));
  await page.goto(address + pause);
  await says(page.getByRole("banner"), JSON.parse(await scenario("pause")).name);
  await page.goto(address + rolling);
  await chosen(/^Rolling/).waitFor();
  assert.equal(await instant(page), 60);
  await page.goBack();
  await says(page.getByRole("banner"), JSON.parse(await scenario("pause")).name);
  await page.goForward();
  await chosen(/^Rolling/).waitFor();
  await page.goBack();
  await page.goBack();
  await says(page.getByRole("banner"), JSON.parse(await scenario("opening")).name);
  assert.equal((await chosen(/./).getAttribute("aria-label")) ?? (await chosen(/./).getAttribute("value")), first);
});

pageTest("back from a link leads to what was made before it", { opens: false }, async ({ page, open, address }) => {
  await open("?scenario=canary-success");
  await field(page, "desiredCount").fill("9");
  await page.getByText("desiredCount is 9.").waitFor();
  const link = fragmentOf({ recording: JSON.parse(await scenario("rolling-success")) });
  await page.evaluate((link) => (location.hash = link), link);
  await page.getByRole("radio", { name: /^Rolling/, checked: true }).waitFor();
  await field(page, "desiredCount").fill("4");
  await page.getByText("desiredCount is 4.").waitFor();
  await page.goBack();
  await page.getByRole("radio", { name: /^Canary/, checked: true }).waitFor();
  await holds(field(page, "desiredCount"), "9");
});

pageTest("back from a drill's link leads to what was open before it", { opens: false }, async ({ page, open, address }) => {
  await open();
  await page.keyboard.press("Escape");
  await field(page, "errorPercent").fill("9");
  await page.getByText("errorPercent is 9.").waitFor();
  await page.goto(`${address}#drill=three-zones.3`);
  const drill = page.getByRole("region", { name: "Drill" });
  await drill.waitFor();
  await page.goBack();
  await drill.waitFor({ state: "detached" });
  await holds(field(page, "errorPercent"), "9");
  await page.goForward();
  await drill.waitFor();
});

pageTest("a bad link says what is wrong and the page starts all the same", { opens: false }, async ({ page, open }) => {
  const opening = JSON.parse(await scenario("opening"));
  for (const [fragment, said] of [
    ["#s=1.x", "This link is damaged"],
    ["#s=9.abc", "This link is of version 9"],
    [fragmentOf({ recording: { cutover: 1 } }), "services: is missing"],
    [fragmentOf({ recording: { ...opening, seed: "seven" } }), "seed: must be a whole number"],
  ]) {
    await open(fragment);
    await says(page.getByRole("alert"), said);
    await says(page.getByRole("banner"), opening.name);
    await button(page, "Next stage").click();
    await says(status(page), "IN_PROGRESS");
  }
});

pageTest("a thousand mutated links are opened or refused, and the page lives on", { timeout: 120_000 }, async ({ page, address }) => {
  const good = fragmentOf({ recording: JSON.parse(await scenario("rolling-success")), view: { atMillis: 61000 } });
  const text = inflateSync(Buffer.from(good.slice(5), "base64url")).toString();
  let dice = 7;
  const roll = (sides) => (dice = (dice * 48271) % 2147483647) % sides;
  const alphabet = "ABCxyz019-_.=%\u{1f980}";
  const mutated = (original) => {
    const letters = [...original];
    for (let times = 0; times <= roll(3); times += 1) {
      const at = roll(letters.length);
      const letter = [...alphabet][roll([...alphabet].length)];
      letters.splice(at, roll(2), ...(roll(2) ? [letter] : []));
      if (roll(8) === 0) letters.length = Math.max(at, 1);
    }
    return letters.join("");
  };
  const links = [];
  for (let number = 0; number < 1000; number += 1) {
    // Half of them are damaged as they travel, and half were made so: their content is well packed.
    const made = `#s=1.${deflateSync(mutated(text)).toString("base64url")}`;
    links.push(number % 2 ? `#s=1.${mutated(good.slice(5))}` : made);
  }
  await page.evaluate(async (links) => {
    for (const link of links) {
      if (location.hash === link) continue;
      // The page has heard of it by then; what it draws it may draw later.
      const heard = new Promise((next) => addEventListener("hashchange", next, { once: true }));
      location.hash = link;
      await heard;
    }
  }, links);
  await page.goto(address + good);
  await page.getByRole("radio", { name: /^Rolling/, checked: true }).waitFor();
  assert.equal(await instant(page), 61);
});

pageTest("a scenario is opened by its address, and why it cannot be is said", { opens: false }, async ({ page, open, faults }) => {
  await page.route("**/shelf/pause.json", async (route) => route.fulfill({ body: await scenario("pause"), contentType: "application/json" }));
  await page.route("**/shelf/text.txt", (route) => route.fulfill({ body: "Good morning" }));
  await page.route("**/shelf/long.json", (route) => route.fulfill({ body: " ".repeat(2 ** 22 + 1) }));
  await page.route("**/shelf/bad.json", (route) => route.fulfill({ body: '{"cutover": 1}', contentType: "application/json" }));
  await open(`?src=${encodeURIComponent("shelf/pause.json")}`);
  await says(page.getByRole("banner"), JSON.parse(await scenario("pause")).name);

  await open("?src=shelf/pause.json&start=60&strategy=CANARY");
  await page.getByRole("radio", { name: /^Canary/, checked: true }).waitFor();
  assert.equal(await instant(page), 60);

  await open("?src=shelf/bad.json");
  await says(page.getByRole("alert"), "services: is missing");

  await open("?src=shelf/text.txt");
  await says(page.getByRole("alert"), "not JSON");
  await says(page.getByRole("alert"), "?src=shelf/text.txt: cannot be opened");

  await open("?src=shelf/long.json");
  await says(page.getByRole("alert"), "?src=shelf/long.json: is longer than the 4,194,304 bytes that are read");

  await open("?src=lessons/canary.json");
  await page.getByRole("region", { name: "Lesson" }).waitFor();

  await open("?src=https://example.com/x.json");
  await says(page.getByRole("alert"), "?src=https://example.com/x.json: is of another site");
  assert.deepEqual(faults, []);

  await open("?src=shelf/nowhere.json");
  await says(page.getByRole("alert"), "?src=shelf/nowhere.json: could not be fetched: the server answered 404");
  await says(page.getByRole("banner"), JSON.parse(await scenario("opening")).name);
  assert.ok(faults.every((fault) => fault.includes("404")), faults.join("\n"));
  faults.splice(0);
});

pageTest("what is wrong with a parameter of the address is said, with the nearest name, and the page starts", { opens: false }, async ({ page, open }) => {
  const opening = JSON.parse(await scenario("opening"));
  for (const [query, said] of [
    ["?scenario=openning", 'scenario: there is no "openning" (nearest name: opening)'],
    ["?strategie=LINEAR", 'there is no "strategie" (nearest name: strategy)'],
    ["?scenario=opening&start=BAKETIME", "start: \"BAKETIME\" is no time in seconds and no lifecycle stage (nearest name: BAKE_TIME)"],
  ]) {
    await open(query);
    await says(page.getByRole("alert"), said);
    await says(page.getByRole("banner"), opening.name);
  }
  await open("?utm_source=wiki&strategy=LINEAR");
  await page.getByRole("radio", { name: /^Linear/, checked: true }).waitFor();
  assert.equal(await page.getByRole("alert").filter({ hasText: /./ }).count(), 0);
});

pageTest("scripts that came by a link are marked as such", { opens: false }, async ({ page, open }) => {
  await open(fragmentOf({ recording: JSON.parse(await scenario("approval")) }));
  await button(page, "Hook studio").click();
  await says(page.getByRole("dialog", { name: "Hook studio" }), "From link:");
  await open();
  await button(page, "Hook studio").click();
  assert.equal(await page.getByText("From link:").count(), 0);
});
