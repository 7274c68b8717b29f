// Uses the page of a report as a person does, in headless Chromium: node report.mjs PAGE ROWS FOLDER
// PAGE is a file, ROWS how many rows went into it; FOLDER gets the screenshots.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const [file, count, folder] = process.argv.slice(2);
const ROWS = Number(count), url = pathToFileURL(file).href;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const profile = await mkdtemp(join(tmpdir(), "sharing-report-page-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium", headless: true, args: FLAGS, viewport: { width: 1400, height: 900 },
});
const page = await browser.newPage();
page.setDefaultTimeout(5_000);

/** What must never happen on the page. */
const wrong = [];
page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
page.on("console", (message) => { if (message.type() === "error") wrong.push(message.text()); });
page.on("request", (request) => { if (request.url() !== url && !request.url().startsWith("data:")) wrong.push(`asks ${request.url()}`); });
page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.accept(); });

async function test(name, run) {
  try {
    await run();
  } catch (error) {
    await page.screenshot({ path: join(folder, "report-failed.png") });
    throw new Error(`${name}: ${error.message} (see ${folder}/report-failed.png)`, { cause: error });
  }
  console.error(`page: report: ${name}`);
}

const number = (text) => Number(text.replace(/\D/g, ""));
const lines = () => page.locator("#table tbody tr[data-index]");
const tooWide = () => page.evaluate(() => [...document.querySelectorAll("body *:not(.skip, .scroll *)")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => element.outerHTML.slice(0, 90)));

async function tabTo(selector) {
  for (let step = 0; step < 100; step += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never comes to ${selector}`);
}

try {
  const start = Date.now();
  await page.goto(url);
  await lines().first().waitFor();
  console.error(`page: report: ${ROWS} rows shown after ${Date.now() - start} ms`);

  await test("rows in are rows out, and the totals add up", async () => {
    const totals = await page.locator("#totals b").allTextContents();
    const [all, ...states] = totals.map(number);
    assert.equal(all, ROWS);
    assert.equal(states.reduce((sum, count) => sum + count, 0), ROWS);
    assert.equal(await page.evaluate(() => rows.length), ROWS);
  });

  await test("only what is in sight is in the document, from the first row to the last", async () => {
    assert.ok(await lines().count() < 120);
    await page.locator("#table .scroll").evaluate((box) => { box.scrollTop = box.scrollHeight; });
    await page.locator(`#table tr[data-index="${ROWS - 1}"]`).waitFor();
    assert.ok(await lines().count() < 120);
  });

  await test("what is in a row is shown as text", async () => {
    await page.locator("#search").fill("<img");
    await page.locator("#table td", { hasText: "<img src=x onerror=" }).first().waitFor();
    assert.equal(await page.locator("main img, main script").count(), 0);
    assert.equal(await page.evaluate(() => window.struck), undefined);
    await page.locator("#clear").click();
  });

  await test("a total, a word and a role narrow the rows, and no row is said to be none", async () => {
    const link = page.locator("#totals button[data-state=link]");
    const links = number(await link.locator("b").textContent());
    await link.click();
    assert.equal(await link.getAttribute("aria-pressed"), "true");
    await page.locator("#counts", { hasText: `${links.toLocaleString("en")} row` }).waitFor();
    await page.locator("#search").fill("no such words anywhere");
    await page.locator("#none").waitFor({ state: "visible" });
    await page.locator("#none-clear").click();
    await page.locator("#counts", { hasText: "All" }).waitFor();
    await page.locator("#role").selectOption("owner");
    assert.deepEqual([...new Set(await page.locator("#table .chip").allTextContents())], ["owner"]);
    await page.locator("#clear").click();
  });

  await test("a column sorts both ways", async () => {
    const header = page.locator("#table th", { hasText: "Name" });
    await header.getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), "ascending");
    const names = async () => page.locator("#table tbody tr[data-index] td:nth-child(2)").allTextContents();
    const up = await names();
    assert.deepEqual(up, [...up].sort((a, b) => a.localeCompare(b)));
    await header.getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    assert.notDeepEqual(await names(), up);
  });

  await test("the keyboard alone moves, opens and closes a row", async () => {
    await page.evaluate(() => { document.activeElement?.blur(); });
    await tabTo("#table .scroll");
    for (const key of ["End", "PageUp", "ArrowUp", "Home", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    await page.locator("#table tr.here[data-index='2']").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#more[open] dt", { hasText: "permission-id" }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#more").waitFor({ state: "hidden" });
  });

  await test("the matrix has each item and grantee, coloured and lettered by role", async () => {
    await page.evaluate(() => { document.activeElement?.blur(); });
    await tabTo("[role=tab][aria-selected=true]");
    await page.keyboard.press("ArrowRight");
    await page.locator("#matrix tbody td.any").first().waitFor();
    const [items, people] = await page.evaluate(() => [grid.items.length, grid.people.length]);
    assert.equal(Number(await page.locator("#matrix table").getAttribute("aria-rowcount")), items + 1);
    assert.ok(await page.locator("#matrix tbody tr[data-index]").count() < 120, "only rows in sight");
    assert.ok(await page.locator("#matrix thead th").count() <= 41, "not all grantees at once");
    const cell = page.locator("#matrix td.role-write").first();
    assert.match(await cell.textContent(), /^[W!]$/);
    await cell.click();
    await page.locator("#more[open] dd", { hasText: "write" }).first().waitFor();
    await page.keyboard.press("Escape");
    if (people > 40) {
      await page.locator("#after").click();
      await page.locator("#part", { hasText: "41–" }).waitFor();
    }
    await tabTo("#matrix .scroll");
    for (const key of ["ArrowDown", "ArrowRight", "End"]) await page.keyboard.press(key);
    await page.locator(`#matrix tr.here[data-index="${items - 1}"] td.at`).waitFor();
  });

  await test("everything that can be used has a name", async () => {
    const unnamed = await page.evaluate(() => [...document.querySelectorAll("button, input, select, a, [tabindex='0']")]
      .filter((element) => !(element.getAttribute("aria-label") || element.labels?.length || element.textContent.trim()))
      .map((element) => element.outerHTML));
    assert.deepEqual(unnamed, []);
  });

  await page.reload();
  await lines().first().waitFor();
  for (const scheme of ["light", "dark"]) {
    for (const width of [400, 1400]) {
      await test(`${scheme} at ${width} pixels`, async () => {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 900 });
        for (const view of ["table", "matrix"]) {
          await page.locator(`#tab-${view}`).click();
          await page.waitForTimeout(150);
          await page.screenshot({ path: join(folder, `report-${view}-${scheme}-${width}.png`) });
          assert.deepEqual(await tooWide(), []);
        }
      });
    }
  }
  assert.deepEqual(wrong, []);
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
