// Figures in other people's documents: what they load, that they rest, what drives them and what they leave alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { mounted } from "./browser.mjs";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, field, says, time } from "./person.mjs";

/** A document of somebody else, served beside the page. */
async function show(page, address, body, { headers = {}, at = "document.html" } = {}) {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A document</title>
    <link rel="icon" href="data:,"><script type="module" src="${address}embed/cutover.js"></script></head><body>${body}</body></html>`;
  await page.route(`**/${at}`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", headers, body: html }));
  await page.goto(address + at);
}

const lesson = (name) => readFile(new URL(`../../static/lessons/${name}.json`, import.meta.url), "utf8");
const figure = (page, id) => page.locator(`cutover-figure#${id}`);
const ready = (page, id) => figure(page, id).evaluate((it) => it.ready());
const state = (page, id) => figure(page, id).evaluate((it) => it.state);
/** Listens for the next event of a kind; what it returns resolves with the event's detail. */
async function next(page, id, kind) {
  await figure(page, id).evaluate((it, kind) => {
    window.awaited = new Promise((resolve) => it.addEventListener(kind, ({ detail }) => resolve(detail), { once: true }));
  }, kind);
  return () => page.evaluate(() => window.awaited);
}

/** The content security policy that the README asks servers to send. */
async function policy() {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, text] = readme.match(/Content-Security-Policy: ([^`\n]+(?:\n +[^`\n]+)*)/);
  return text.replace(/\s+/g, " ").trim();
}

const filler = `<p style="height: 1200px">A long text.</p>`;
const ten = Array.from(
  { length: 10 },
  (_, place) => `<cutover-figure id="f${place}" scenario="opening" part="why stage" start="60"></cutover-figure>${filler}`,
).join("");

/** Counts what the module costs: downloads, instances, and frames that are asked for. */
async function count(page) {
  const downloads = [];
  page.on("request", (request) => request.url().endsWith("_bg.wasm") && downloads.push(request.url()));
  await page.addInitScript(() => {
    window.instances = 0;
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const native = WebAssembly[name];
      WebAssembly[name] = (...given) => {
        window.instances += 1;
        return native(...given);
      };
    }
    window.nativeFrame = window.requestAnimationFrame.bind(window);
    window.asked = 0;
    window.requestAnimationFrame = (call) => {
      window.asked += 1;
      return window.nativeFrame(call);
    };
  });
  return downloads;
}

/** Lets frames go by until `wanted` holds for how many were asked for in twenty of them; gives up after thirty times that. */
const framesAskedFor = (page, wanted) =>
  page.evaluate(async (wanted) => {
    let asked = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      const before = window.asked;
      for (let frame = 0; frame < 20; frame += 1) await new Promise(window.nativeFrame);
      asked = window.asked - before;
      if (wanted === "none" ? asked === 0 : asked > 0) break;
    }
    return asked;
  }, wanted);

pageTest("ten figures of one page share one download and one instance", { opens: false }, async ({ page, address }) => {
  const downloads = await count(page);
  await show(page, address, ten);
  const times = await page.evaluate(async () => {
    const figures = [...document.querySelectorAll("cutover-figure")];
    await Promise.all(figures.map((figure) => figure.ready()));
    return figures.map((figure) => figure.state.time);
  });
  assert.deepEqual(times, Array(10).fill(60));
  assert.equal(downloads.length, 1, downloads.join());
  assert.equal(await page.evaluate(() => window.instances), 1);
});

pageTest("a figure that nobody sees asks for no frames, and goes on when it is seen again", { opens: false }, async ({ page, address }) => {
  await count(page);
  await show(page, address, ten);
  await page.evaluate(() => Promise.all([...document.querySelectorAll("cutover-figure")].map((figure) => figure.play())));
  assert.ok((await framesAskedFor(page, "some")) > 0, "the figure in the window plays");
  const before = await state(page, "f9");
  // Between two figures there is only text.
  await page.locator("p").nth(4).evaluate((text) => window.scrollTo(0, text.getBoundingClientRect().top + window.scrollY + 150));
  assert.equal(await framesAskedFor(page, "none"), 0);
  const there = await state(page, "f9");
  assert.equal(there.playing, true);
  assert.equal(there.time, before.time, "what nobody sees stands still");
  await figure(page, "f9").scrollIntoViewIfNeeded();
  assert.ok((await framesAskedFor(page, "some")) > 0, "it goes on");
});

// A book gives its headings ids of their own, and one of them is the figure's.
const driven = `<h1 id="one">One</h1><p lang="de"><a href="#one" data-cutover-seek="180">after three minutes</a>
  <a href="#one" data-cutover-set="errorPercent=0">without errors</a> <a href="#one" data-cutover-seek="BAKE_TIME">bake</a>
  <cutover-value for="one" name="requests.failed">?</cutover-value> of
  <cutover-value for="one" name="requests.sent">?</cutover-value>,
  <cutover-value for="one" name="deployments[0].detectedBy">?</cutover-value></p>
  <cutover-figure id="one" scenario="opening"><p>A canary.</p></cutover-figure>`;

pageTest("links of the text seek and change a figure, and numbers of the text are those of its run", { opens: false }, async ({ page, address }) => {
  await show(page, address, driven);
  await ready(page, "one");
  const failed = page.locator("cutover-value").first();
  const summary = () => figure(page, "one").evaluate((it) => it.summary);
  const first = await summary();
  assert.ok(first.requests.failed > 0);
  await failed.filter({ hasText: first.requests.failed.toLocaleString("de") }).waitFor();
  await page.locator("cutover-value").nth(1).filter({ hasText: first.requests.sent.toLocaleString("de") }).waitFor();
  await page.locator("cutover-value").nth(2).filter({ hasText: "alarm" }).waitFor();

  const sought = await next(page, "one", "seek");
  await page.getByRole("link", { name: "after three minutes" }).click();
  assert.equal((await sought()).time, 180);
  assert.ok(!page.url().includes("#"), "the page did not jump");

  const changed = await next(page, "one", "statechange");
  await page.getByRole("link", { name: "without errors" }).click();
  await changed();
  await failed.filter({ hasText: /^0$/ }).waitFor();
  assert.equal((await summary()).status, "SUCCESSFUL");

  // A deck or a site may take clicks on its links for its own.
  await page.evaluate(() => document.body.addEventListener("click", (event) => event.preventDefault()));
  await page.getByRole("link", { name: "bake" }).click();
  await page.getByRole("group", { name: "Why" }).filter({ hasText: "41" }).waitFor();
  assert.equal((await state(page, "one")).stage, "BAKE_TIME");
});

pageTest("a number, a figure or an order that is none is said where it would stand, with the nearest name", { opens: false }, async ({ page, address }) => {
  await show(page, address, `<p>
    <cutover-value id="path" for="one" name="request.failed">147</cutover-value>
    <cutover-value id="part" for="one" name="secondsToDetct">90</cutover-value>
    <cutover-value id="object" for="one" name="requests">all</cutover-value>
    <cutover-value id="list" for="one" name="deployments">one</cutover-value>
    <cutover-value id="figure" for="on" name="usersHurt">8</cutover-value>
    <cutover-value id="proto" for="one" name="requests.constructor.prototype">8</cutover-value>
    <a href="#one" data-cutover-seak="180">misspelt</a> <a href="#two" data-cutover-seek="180">nowhere</a> <a href="#100%" data-cutover-play>per cent</a>
    <a href="#one" data-cutover-seek="180">well</a></p><cutover-figure id="one"></cutover-figure>`);
  const said = (id, text) => page.locator(`#${id}`).getByRole("alert").getByText(text, { exact: true }).waitFor();
  await said("path", 'there is no "request.failed" (nearest name: requests.failed)');
  await said("part", 'there is no "secondsToDetct" (nearest name: deployments[0].secondsToDetect)');
  await said("object", '"requests" is no number: it has sent, answered, failed, byRevision');
  await said("figure", 'there is no figure "on" (nearest name: one)');
  await said("proto", 'there is no "requests.constructor.prototype"');
  await page.locator("#list").getByText("1", { exact: true }).waitFor();
  // What is put right is a number again.
  await page.locator("#path").evaluate((it) => it.setAttribute("name", "requests.failed"));
  await page.locator("#path").filter({ hasText: /^\d+$/ }).waitFor();
  await page.locator("#figure").evaluate((it) => it.setAttribute("for", "one"));
  await page.locator("#figure").filter({ hasText: /^\d+$/ }).waitFor();

  const beside = (text) => says(page.locator("p > [role=alert]"), text);
  await page.getByRole("link", { name: "misspelt" }).click();
  await beside("there is no data-cutover-seak (nearest name: data-cutover-seek)");
  await page.getByRole("link", { name: "nowhere" }).click();
  await beside('there is no figure "two"');
  await page.getByRole("link", { name: "per cent" }).click();
  await beside('there is no figure "100%"');
  await page.getByRole("link", { name: "misspelt" }).click();
  assert.equal(await page.locator("p > [role=alert]").count(), 3, "it is said once");
  const sought = await next(page, "one", "seek");
  await page.getByRole("link", { name: "well" }).click();
  assert.equal((await sought()).time, 180);
});

pageTest("a figure takes no key and no scrolling while the focus is elsewhere", { opens: false }, async ({ page, address }) => {
  await show(page, address, `<p><button>Elsewhere</button></p><cutover-figure id="one" scenario="opening"></cutover-figure>${filler}`);
  await ready(page, "one");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Elsewhere" }).focus();
  await page.keyboard.press("ArrowRight");
  const untouched = await state(page, "one");
  assert.deepEqual([untouched.time, untouched.playing], [0, false]);
  await page.getByRole("button", { name: "Play", exact: true }).focus();
  const stepped = await next(page, "one", "timeupdate");
  await page.keyboard.press("ArrowRight");
  await stepped();
  const passedOn = await page.evaluateHandle(() => {
    const keys = [];
    document.addEventListener("keydown", ({ key }) => keys.push(key));
    return keys;
  });
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  assert.deepEqual(await passedOn.jsonValue(), ["Tab"], "the document hears no key that the figure has taken");
  await page.getByRole("button", { name: "Play", exact: true }).focus();
  // PageDown scrolls the document, wherever the focus is.
  await page.keyboard.press("PageDown");
  await page.evaluate(() => new Promise((scrolled) => (scrollY > 0 ? scrolled() : addEventListener("scroll", scrolled, { once: true }))));
});

pageTest("a figure fits a narrow column", { opens: false, context: { viewport: { width: 280, height: 800 } } }, async ({ page, address }) => {
  await show(page, address, `<cutover-figure id="one" start="100"></cutover-figure><cutover-figure id="two" strategy="ROLLING" start="100"></cutover-figure>`);
  for (const id of ["one", "two"]) {
    await ready(page, id);
    const outside = await figure(page, id).evaluate((it) => {
      const edge = it.shadowRoot.querySelector(".figure").getBoundingClientRect();
      const parts = [...it.shadowRoot.querySelectorAll(".stage *")].map((part) => [part.className, part.getBoundingClientRect()]);
      return parts.filter(([, part]) => part.width > 0 && (part.left < edge.left || part.right > edge.right)).map(([name]) => String(name));
    });
    assert.deepEqual(outside, []);
  }
});

pageTest("without scripts, and until it is there, a figure is what its author put into it", {
  opens: false,
  context: { javaScriptEnabled: false },
}, async ({ page, address }) => {
  await show(page, address, driven);
  await page.getByText("A canary.").waitFor();
});

pageTest("without scripts a frame is the picture that stands with it, or says what it takes", {
  opens: false,
  context: { javaScriptEnabled: false },
}, async ({ page, address, faults }) => {
  const frame = `<iframe class="cutover" title="A canary" width="600" height="640" src="${address}?embed=1"></iframe>`;
  const still = `<noscript><style>iframe.cutover { display: none }</style><img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E" alt="A canary."></noscript>`;
  await show(page, address, frame + still);
  await page.getByRole("img", { name: "A canary." }).waitFor();
  assert.ok(await page.locator("iframe").isHidden());
  // Where the document allows no style of its own.
  await show(page, address, frame + still, { headers: { "Content-Security-Policy": "style-src 'self'; img-src data:" } });
  await page.getByRole("img", { name: "A canary." }).waitFor();
  const inside = page.frameLocator("iframe");
  await inside.locator("noscript p").waitFor();
  for (const bare of [".tabs", ".below", ".subtitle"]) assert.ok(await inside.locator(bare).isHidden(), bare);
  assert.ok(faults.every((fault) => fault.includes("style-src")), faults.join("\n"));
  faults.splice(0);
});

pageTest("in print a figure is its still picture, or else as it stands, with its text", { opens: false }, async ({ page, address }) => {
  const still = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E";
  await show(page, address, `<cutover-figure id="still"><img src="${still}" alt="A canary."></cutover-figure>
    <cutover-figure id="text" theme="dark"><p>In words.</p></cutover-figure>
    <cutover-figure id="chart" part="errors"><p>A chart.</p></cutover-figure>
    <cutover-figure id="hidden" part="errors" future="hidden"><p>A chart.</p></cutover-figure>`);
  for (const id of ["still", "text", "chart", "hidden"]) await ready(page, id);
  const veil = (id) => figure(page, id).locator(".veil");
  const colour = await veil("hidden").evaluate((it) => getComputedStyle(it).backgroundColor);
  assert.match(colour, /^rgb\(/, "nothing of what is hidden shows through");
  const picture = page.getByRole("img", { name: "A canary." });
  await picture.waitFor({ state: "hidden" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await picture.waitFor({ state: "visible" });
  await figure(page, "still").getByRole("group", { name: "Why" }).waitFor({ state: "hidden" });
  await page.getByText("In words.").waitFor({ state: "visible" });
  await figure(page, "text").getByRole("group", { name: "Why" }).waitFor({ state: "hidden" });
  await figure(page, "text").getByRole("img", { name: /^ui 41 → 42, canary, at 0:00/ }).waitFor({ state: "visible" });
  await figure(page, "chart").getByRole("slider", { name: "Time" }).waitFor({ state: "visible" });
  assert.ok(await veil("chart").isHidden(), "on paper the whole chart is seen");
  assert.ok(await veil("hidden").isVisible());
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await figure(page, "text").getByRole("group", { name: "Why" }).waitFor({ state: "visible" });
  assert.equal(await figure(page, "text").locator(".on-paper").count(), 0);
  assert.equal(await figure(page, "text").getAttribute("data-theme"), "dark");
});

pageTest("a figure goes with the system's switch to dark, and with the site's", { opens: false, context: { colorScheme: "light" } }, async ({ page, address }) => {
  await show(page, address, `<style>:root { color-scheme: light dark } .dark { background: black }</style>
    <cutover-figure id="one" part="why"></cutover-figure><cutover-figure id="two" part="why" theme="light"></cutover-figure>`);
  for (const id of ["one", "two"]) await ready(page, id);
  const painted = (theme) => page.locator(`#one[data-theme=${theme}]`).waitFor();
  await painted("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await painted("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await painted("light");
  await page.evaluate(() => document.body.classList.add("dark"));
  await painted("dark");
  assert.equal(await figure(page, "two").getAttribute("data-theme"), "light");
});

pageTest("in a frame that is too low for its figure Play stays in sight", { opens: false, context: { viewport: { width: 360, height: 800 } } }, async ({ page, address }) => {
  await show(page, address, `<iframe title="Low" width="340" height="500" src="${address}?embed=1"></iframe>`);
  const frame = page.frames().find((it) => it.url().includes("embed=1"));
  const play = frame.getByRole("button", { name: "Play", exact: true });
  await play.waitFor();
  const inside = await play.evaluate((it) => [it.getBoundingClientRect().bottom, innerHeight, document.documentElement.scrollHeight]);
  assert.ok(inside[0] <= inside[1] && inside[1] < inside[2], inside.join());
  // No word of the stage strip reaches into the next one.
  const wide = await frame.locator(".strip li").evaluateAll((items) => items.filter((it) => it.scrollWidth > it.clientWidth + 1).length);
  assert.equal(wide, 0);
});

pageTest("what is wrong with a figure is said in its place, with the nearest name, and it starts where it can", { opens: false }, async ({ page, address, faults }) => {
  await page.route("**/lesson.json", async (route) => route.fulfill({ body: await lesson("canary"), contentType: "application/json" }));
  await show(page, address, `<cutover-figure scenario="openning" id="one"><p>Instead.</p></cutover-figure>
    <cutover-figure id="two" part="why stge" strategie="LINEAR" theme="drak" class="wide" data-x="y"></cutover-figure>
    <cutover-figure id="three"><script type="application/json">{"cutover": 1, "services": []}</script></cutover-figure>
    <cutover-figure id="four" link="s=1.x"></cutover-figure><cutover-figure id="five" src="nowhere.json"></cutover-figure>
    <cutover-figure id="six" src="lesson.json"></cutover-figure>`);
  const alert = (id) => figure(page, id).getByRole("alert");
  await says(alert("one"), 'scenario: there is no "openning" (nearest: opening)');
  await page.getByText("Instead.").waitFor();
  await says(alert("three"), "services");
  await says(alert("four"), "link: This link is damaged");
  await says(alert("five"), /src: .*nowhere.json could not be fetched: the server answered 404/);
  await says(alert("six"), "it looks like a lesson");
  await says(alert("six"), "src: lesson.json");
  for (const said of ['part: there is no "stge" (nearest name: stage)', 'theme: there is no "drak" (nearest name: dark)', 'there is no "strategie" (nearest name: strategy)']) {
    await says(alert("two"), said);
  }
  assert.equal(await alert("two").getByRole("listitem").count(), 3);
  await figure(page, "two").getByRole("group", { name: "Why" }).waitFor();

  const refused = await next(page, "two", "error");
  await figure(page, "two").evaluate((it) => it.seek("BAKETIME").catch(() => {}));
  assert.match((await refused()).message, /BAKETIME/);
  await says(alert("two"), '"BAKETIME" is no time in seconds and no lifecycle stage (nearest name: BAKE_TIME)');
  await figure(page, "two").evaluate((it) => it.seek("BAKE_TIME").catch(() => it.seek(60)));
  await alert("two").getByText("BAKETIME").waitFor({ state: "detached" });
  assert.ok(faults.every((fault) => fault.includes("404")), faults.join("\n"));
  faults.splice(0);
});

pageTest("a page and its figures work under the policy that the README states", {
  opens: false,
  headers: { "Content-Security-Policy": await policy() },
}, async ({ page, address, open }) => {
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  await open();
  await page.keyboard.press("Escape");
  for (const name of ["Rolling", "Linear"]) await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Next stage" }).click();
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  // The whole day of an approval that nobody gives has a fold.
  await page.goto(`${address}?embed=1&scenario=approval&part=stage+timeline`);
  await page.getByRole("slider", { name: "Time" }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await show(page, address, driven.replace(/ style="[^"]*"/g, ""), { headers: { "Content-Security-Policy": await policy() } });
  await ready(page, "one");
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});

pageTest("a figure in a sandboxed frame under a path obeys messages and reveal.js", { opens: false, base: "/docs/cutover/" }, async ({ page, address }) => {
  await page.addInitScript(() => {
    window.told = [];
    addEventListener("message", ({ data }) => window.told.push(data));
  });
  await show(page, address, `<iframe sandbox="allow-scripts" title="Figure" width="700" height="600" src="./?embed=1&scenario=canary-success&part=why+stages&start=PRODUCTION_TRAFFIC_SHIFT"></iframe>`);
  const told = (kind) => page.evaluate((kind) => new Promise((resolve) => {
    const look = () => {
      const found = window.told.find(({ cutover, height = Infinity }) => cutover === kind && height > 100);
      if (found) resolve(found);
      else addEventListener("message", () => queueMicrotask(look), { once: true });
    };
    look();
  }), kind);
  const post = (message) => page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage(message, "*"), message);
  // What reveal.js says while the frame is still loading is not lost.
  const first = await told("ready");
  assert.equal(first.stage, "PRODUCTION_TRAFFIC_SHIFT");
  assert.ok((await told("size")).height < 1000);
  await post("slide:start");
  assert.equal((await told("play")).playing, true);
  await post("slide:stop");
  assert.equal((await told("pause")).playing, false);
  await post({ cutover: "tell", order: { seek: "end" } });
  assert.equal((await told("seek")).status, "SUCCESSFUL");
  const frame = page.frameLocator("iframe");
  await frame.getByRole("group", { name: "Why" }).waitFor();
});

pageTest("the examples' plain page is free of faults a reader would meet", { opens: false }, async ({ page, address }) => {
  await page.goto(`${address}examples/plain/`);
  await page.evaluate(() => Promise.all([...document.querySelectorAll("cutover-figure")].map((figure) => figure.ready())));
  await page.getByRole("group", { name: "Stage" }).first().waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

pageTest("Embed gives the snippet of what is on screen, and shows the figure on the page's own module", { opens: false }, async ({ page, context, open }) => {
  const downloads = await count(page);
  await open();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Embed", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Embed" });
  const preview = dialog.locator("cutover-figure");
  await preview.getByRole("group", { name: "Stage" }).waitFor();
  assert.equal(downloads.length, 1, downloads.join());
  const snippet = dialog.getByRole("textbox", { name: "Snippet" });
  assert.match(await snippet.inputValue(), /<cutover-figure scenario="opening">/);
  await dialog.getByRole("checkbox", { name: "timeline" }).check();
  await preview.getByRole("slider", { name: "Time" }).first().waitFor();
  await dialog.getByRole("combobox", { name: "Controls" }).selectOption("full");
  await preview.getByRole("button", { name: "Next stage" }).waitFor();
  assert.match(await snippet.inputValue(), /part="why stages stage timeline" controls="full"/);
  await dialog.getByRole("combobox", { name: "Form" }).selectOption("frame");
  await says(dialog, /It begins/);
  assert.match(await snippet.inputValue(), /\?embed=1&amp;scenario=opening&amp;part=why\+stages\+stage\+timeline&amp;controls=full"/);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: "Copy snippet" }).click();
  await dialog.getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await snippet.inputValue());
  assert.deepEqual(await accessibilityFaults(page), []);
});

pageTest("Embed's snippet of a changed recording shows exactly that, as element and as frame, and brings a poster", { opens: false }, async ({ page, address, open }) => {
  await open("?scenario=canary-success&start=PRODUCTION_TRAFFIC_SHIFT");
  await field(page, "desiredCount").fill("7");
  await page.getByText("desiredCount is 7.").waitFor();
  await button(page, "Embed").click();
  const dialog = page.getByRole("dialog", { name: "Embed" });
  const snippet = dialog.getByRole("textbox", { name: "Snippet" });
  const element = await snippet.inputValue();
  const [download] = await Promise.all([page.waitForEvent("download"), button(dialog, "Download poster").click()]);
  const poster = await readFile(await download.path(), "utf8");
  assert.ok(element.includes(`<img src="${download.suggestedFilename()}"`), element);
  assert.match(poster, /^<svg /);
  await dialog.getByRole("combobox", { name: "Form" }).selectOption("frame");
  await dialog.getByText("Without scripts stands").waitFor();
  const frame = await snippet.inputValue();
  assert.ok(frame.includes(`<img src="${download.suggestedFilename()}"`), frame);
  assert.match(frame, /\?embed=1#s=1\./);

  await page.route(`**/${download.suggestedFilename()}`, (route) => route.fulfill({ body: poster, contentType: "image/svg+xml" }));
  await show(page, address, element.replace(/<script.*<\/script>/, "").replace("<cutover-figure", '<cutover-figure id="one"') + frame);
  await ready(page, "one");
  const summary = await figure(page, "one").evaluate((it) => it.summary);
  const inside = page.frames().find((it) => it.url().includes("embed=1"));
  assert.deepEqual(await inside.evaluate(() => document.querySelector("cutover-figure").ready().then(() => document.querySelector("cutover-figure").summary)), summary);
  const there = await state(page, "one");
  assert.equal(there.stage, "PRODUCTION_TRAFFIC_SHIFT");
  assert.match(there.why, /7/);
});

pageTest("Open in full opens the page as the figure stands, with what was changed in it", { opens: false }, async ({ page, context, address }) => {
  await show(page, address, `<cutover-figure id="one" scenario="canary-success" strategy="LINEAR" start="BAKE_TIME"></cutover-figure>`);
  await ready(page, "one");
  await figure(page, "one").evaluate((it) => it.set({ desiredCount: 7 }));
  const there = await state(page, "one");
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open in full" }).click();
  const full = await opened;
  await mounted(full);
  assert.equal(await time(full).getAttribute("aria-valuenow"), String(Math.floor(there.time)));
  assert.ok(await full.getByRole("radio", { name: "Linear" }).isChecked());
  assert.equal(await field(full, "desiredCount").inputValue(), "7");
});
