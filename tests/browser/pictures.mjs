// Takes pictures of the built page, for looking at; nothing here passes or fails a test.
//
//     node tests/browser/pictures.mjs OUTDIR [QUERY-OR-HASH] [OPTIONS]
//
// Without options: 360, 1440 and 2560 pixels wide, light and dark, as
// OUTDIR/page-1440-light.png and so on. It prints each file, and with it whatever is wrong at
// that size: console errors, and a page wider than its window. Build first: ./dev build --fast
//
//     --widths 360,1440       widths in pixels (the height follows: 800, 900, 1440, or 5/8 of the width)
//     --height 900            the same height for all
//     --schemes light         light, dark or light,dark
//     --contrast more         prefers-contrast: more
//     --forced-colors         as in Windows' high contrast themes
//     --motion reduce         prefers-reduced-motion
//     --media print           the print style sheet
//     --scale 2               device pixels per CSS pixel
//     --full                  the whole page instead of the first window of it
//     --name opening          the files' first part, "page" by default
//     --address http://…      a page that is already served, instead of dist/
//     --step STEP             something to do before the picture; may be repeated, done in order
//
// Steps name a control by its role and accessible name:
//
//     click:button:Play                   hover:button:Play              focus:slider:Time
//     check:radio:Canary                  fill:textbox:JSON=some text    select:combobox:Lesson=Two
//     press:Shift+ArrowRight              type:some text                 (both go to what has the focus)
//     seek:0.5                            clicks the slider "Time" at half its width
//     see:status:Deployment status        waits until it is there
//     scroll:600                          scrolls down by pixels
//     wait:2000                           milliseconds
//     shot:after-play                     one more picture, named …-after-play.png
//
//     node tests/browser/pictures.mjs looked-at '#s=1.…' --widths 1440 --schemes dark \
//       --step check:radio:Canary --step seek:0.4 --step click:button:Play --step wait:1500
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { launch, mounted, watch } from "./browser.mjs";
import { builtPage, serve } from "./server.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: "string", default: "360,1440,2560" },
    height: { type: "string" },
    schemes: { type: "string", default: "light,dark" },
    contrast: { type: "string" },
    "forced-colors": { type: "boolean" },
    motion: { type: "string" },
    media: { type: "string" },
    scale: { type: "string", default: "1" },
    full: { type: "boolean", default: false },
    name: { type: "string", default: "page" },
    address: { type: "string" },
    step: { type: "string", multiple: true, default: [] },
  },
});

const [outdir, where = ""] = positionals;
if (!outdir) {
  console.error("node tests/browser/pictures.mjs OUTDIR [QUERY-OR-HASH] [OPTIONS]; the options are at the top of this file");
  process.exit(2);
}

const usualHeights = { 360: 800, 1440: 900, 2560: 1440 };
const heightFor = (width) => Number(options.height ?? usualHeights[width] ?? Math.round((width * 5) / 8));

// "button:Play" is a role and a name; a name may itself contain a colon.
function control(page, text) {
  const [, role, name] = text.match(/^([a-z]+):(.*)$/s) ?? [];
  if (!role) throw new Error(`"${text}" is not role:name`);
  return page.getByRole(role, { name }).first();
}

// "textbox:JSON=text" is a control and what to put there.
function assignment(text) {
  const at = text.indexOf("=");
  if (at < 0) throw new Error(`"${text}" lacks =value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function seek(page, fraction) {
  const slider = page.getByRole("slider", { name: "Time" }).first();
  const box = await slider.boundingBox();
  if (!box) throw new Error('the slider "Time" is not visible');
  await page.mouse.click(box.x + box.width * fraction, box.y + box.height / 2);
}

async function perform(page, step, picture) {
  const [, verb, rest] = step.match(/^([a-z]+):(.*)$/s) ?? [];
  switch (verb) {
    case "click":
    case "hover":
    case "focus":
    case "check":
      return control(page, rest)[verb]();
    case "see":
      return control(page, rest).waitFor();
    case "fill": {
      const [which, value] = assignment(rest);
      return control(page, which).fill(value);
    }
    case "select": {
      const [which, value] = assignment(rest);
      return control(page, which).selectOption(value);
    }
    case "press":
      return page.keyboard.press(rest);
    case "type":
      return page.keyboard.type(rest);
    case "seek":
      return seek(page, Number(rest));
    case "scroll":
      return page.mouse.wheel(0, Number(rest));
    case "wait":
      return page.waitForTimeout(Number(rest));
    case "shot":
      return picture(`-${rest}`);
    default:
      throw new Error(`unknown step: ${step}`);
  }
}

const server = options.address ? undefined : await serve(builtPage);
const address = options.address ?? server.address;
const browser = await launch();
try {
  await mkdir(outdir, { recursive: true });
  for (const width of options.widths.split(",").map(Number)) {
    for (const colorScheme of options.schemes.split(",")) {
      const context = await browser.newContext({
        viewport: { width, height: heightFor(width) },
        colorScheme,
        deviceScaleFactor: Number(options.scale),
        contrast: options.contrast,
        forcedColors: options["forced-colors"] ? "active" : undefined,
        reducedMotion: options.motion,
        locale: "en-GB",
        timezoneId: "UTC",
      });
      context.setDefaultTimeout(10_000);
      const page = await context.newPage();
      const faults = watch(page, new URL(address).origin);
      const picture = async (suffix) => {
        const path = join(outdir, `${options.name}-${width}-${colorScheme}${suffix}.png`);
        await page.screenshot({ path, fullPage: options.full });
        console.log(path);
      };
      try {
        if (options.media) await page.emulateMedia({ media: options.media });
        await page.goto(address + where);
        await mounted(page);
        for (const step of options.step) await perform(page, step, picture);
      } catch (error) {
        // The picture of what is there instead is what the reader needs.
        faults.push(stripVTControlCharacters(error.message).trim());
        process.exitCode = 1;
      }
      await picture("");
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (excess > 0) faults.push(`${excess} px wider than the window`);
      for (const fault of faults) console.log(`   ${fault}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server?.close();
}
