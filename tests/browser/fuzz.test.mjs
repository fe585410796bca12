// The page tries itself for a minute with random input: no panic, no error on the console, no endless growth.
// FUZZ_SEED=N repeats a seed, FUZZ_SECONDS=N goes on for longer.
import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";

const seed = process.env.FUZZ_SEED ?? "7";
const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
/** Megabytes of JavaScript's heap that a minute of anything may add. */
const GROWTH = 60;

pageTest(
  `a minute of random input leaves the page well, seed ${seed}`,
  { opens: false, timeout: (seconds + 60) * 1000 },
  async ({ page, context, open, faults }) => {
    const session = await context.newCDPSession(page);
    const megabytes = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
    };
    await open();
    const before = await megabytes();
    await open(`?fuzz=${seed}`);
    const tries = () => page.evaluate(() => Number(document.documentElement.dataset.tries ?? 0));
    const end = Date.now() + seconds * 1000;
    let last = 0;
    while (Date.now() < end && faults.length === 0) {
      // The page keeps trying; one that hangs makes no progress and fails here.
      await page.waitForFunction((seen) => Number(document.documentElement.dataset.tries) > seen + 20, last, { timeout: 20_000 });
      last = await tries();
    }
    assert.ok(last > seconds * 2, `only ${last} tries in ${seconds} s`);
    assert.equal(await page.getByRole("heading", { level: 1, name: "Cutover" }).count(), 1);
    assert.equal(await page.getByRole("heading", { name: "Cutover stopped" }).count(), 0);
    const after = await megabytes();
    assert.ok(after < before + GROWTH, `the heap grew from ${before.toFixed(1)} MB to ${after.toFixed(1)} MB`);
  },
);
