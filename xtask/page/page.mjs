// Uses the mock's page as a person does, in headless Chromium: node page.mjs URL FOLDER
// FOLDER gets the screenshots.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

const [url, folder] = process.argv.slice(2);
const REPORT = "/v1.0/drive/root:/Projects/Quarterly%20report.docx:";

/** Chromium asks nobody but the page: its own business in the background would only be refused. */
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const service = (method, path, body, headers = {}) => fetch(url + path, {
  method,
  headers: { authorization: "Bearer any", "content-type": "application/json", ...headers },
  body: body && JSON.stringify(body),
});
const invite = (email, message) => service("POST", `${REPORT}/invite`, {
  recipients: [{ email }], roles: ["read"], message, requireSignIn: true, sendInvitation: true,
});

const profile = await mkdtemp(join(tmpdir(), "sharing-mock-page-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium", headless: true, args: FLAGS, viewport: { width: 1600, height: 1000 },
});
const page = await browser.newPage();
page.setDefaultTimeout(5_000);

/** What must never happen on the page. */
const wrong = [];
let loads = 0;
page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
page.on("console", (message) => {
  // The browser itself logs each status that the page is told on purpose.
  if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) wrong.push(message.text());
});
page.on("request", (request) => { if (!request.url().startsWith(url) && !request.url().startsWith("data:")) wrong.push(`asks ${request.url()}`); });
page.on("load", () => { loads += 1; });
page.on("dialog", (dialog) => { if (!dialog.message().startsWith("Make the space")) wrong.push(`dialog: ${dialog.message()}`); dialog.accept(); });

async function test(name, run) {
  try {
    await run();
  } catch (error) {
    await page.screenshot({ path: join(folder, "failed.png"), fullPage: true });
    throw new Error(`${name}: ${error.message} (see ${folder}/failed.png)`, { cause: error });
  }
  console.error(`page: ${name}`);
}

/** Goes on with Tab until the thing has the focus. */
async function tabTo(selector) {
  for (let step = 0; step < 200; step += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never comes to ${selector}`);
}

/**
 * Has the page itself note when each text first stands in such an element: neither a browser that is only just awake nor
 * the way from here to it is in what is measured. The times, in milliseconds since 1970, come once all are there.
 */
async function whenSeen(texts) {
  await page.evaluate((texts) => {
    const at = new Map();
    window.seen = new Promise((resolve, reject) => {
      const look = () => {
        for (const [selector, text] of texts) {
          const is = [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text));
          if (is && !at.has(selector)) at.set(selector, Date.now());
        }
        if (at.size === texts.length) resolve([...at.values()]);
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => reject(new Error(`only seen: ${[...at.keys()]}`)), 10_000);
    });
    window.seen.catch(() => {});
  }, texts);
  return () => page.evaluate(() => window.seen);
}

/**
 * Holds back the next `count` answers that such addresses give to the page. They are answered once the service has said
 * them, and arrive when told to.
 */
async function holdBack(page, address, count) {
  let told, arrive, waits = count;
  const arrived = [];
  const answered = new Promise((resolve) => { told = resolve; });
  const go = new Promise((resolve) => { arrive = resolve; });
  await page.route(address, (route) => {
    const done = (async () => {
      const response = await route.fetch();
      waits -= 1;
      if (waits === 0) told();
      await go;
      await route.fulfill({ response });
    })();
    arrived.push(done);
    return done;
  }, { times: count });
  // One more turn of the page, after which it has read what came.
  return { answered, arrive: async () => { arrive(); await Promise.all(arrived); await page.waitForTimeout(200); } };
}

/** What is wider than the page, or than the section that it is in; what is cut short with dots is not. */
const tooWide = () => page.evaluate(() => [...document.querySelectorAll("body *:not(.unseen, .skip, .cut *)")]
  .filter((element) => element.getBoundingClientRect().right > Math.min(innerWidth, element.closest("section")?.getBoundingClientRect().right ?? innerWidth) + 1)
  .map((element) => element.outerHTML.slice(0, 90)));

try {
  await page.goto(`${url}/_mock/`);
  await page.locator("#live.on").waitFor();

  await test("it is empty at first, and says so", async () => {
    await page.locator("#mails-empty").waitFor({ state: "visible" });
    await page.locator("#entries-empty").waitFor({ state: "visible" });
    await page.locator("#rules-empty").waitFor({ state: "visible" });
    await page.locator("#gauges-empty").waitFor({ state: "visible" });
    await page.screenshot({ path: join(folder, "empty.png") });
  });

  await test("an invitation appears in the outbox within a second, without a reload", async () => {
    const seen = await whenSeen([["#mails .who", "ryan@contoso.com"], ["#entries", "invite"]]);
    assert.equal((await invite("ryan@contoso.com", "As promised.")).status, 200);
    const answered = Date.now();
    for (const at of await seen()) assert.ok(at - answered <= 1_000, `seen ${at - answered} ms after the answer`);
    assert.equal(loads, 1);
    // Who has access now is shown, too.
    const item = page.locator("#items details", { hasText: "/Projects/Quarterly report.docx" });
    await item.locator("summary").click();
    await item.locator(".holders", { hasText: "ryan@contoso.com" }).waitFor();
  });

  await test("what a request says is shown as text", async () => {
    const nasty = `<img src="x" onerror="document.title='struck'"><script>document.title='struck'</script>`;
    assert.equal((await invite("kim@fabrikam.com", nasty)).status, 200);
    await service("GET", `/v1.0/${encodeURIComponent(nasty)}`);
    const mail = page.locator("#mails details", { hasText: "kim@fabrikam.com" });
    await mail.locator("summary").click();
    assert.equal(await mail.locator("dd", { hasText: "onerror" }).textContent(), nasty);
    assert.equal(await page.locator("main img, main script").count(), 0);
    assert.equal(await page.title(), "sharing-mock");
  });

  await test("an invitation is accepted in the recipient's name", async () => {
    const holder = page.locator("#items .holders li", { hasText: "kim@fabrikam.com" });
    await holder.getByText("invited").waitFor();
    await page.getByRole("button", { name: "Accept as kim@fabrikam.com" }).click();
    await holder.getByText("guest").waitFor();
  });

  await test("a fault switch works, by the keyboard alone", async () => {
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    await tabTo("input[role=switch][name=down]");
    await page.keyboard.press("Space");
    await page.locator("#rules", { hasText: "page-down" }).waitFor();
    const struck = await service("GET", "/v1.0/drive/root");
    assert.deepEqual([struck.status, struck.headers.get("retry-after")], [503, "30"]);
    await page.locator("#entries li").first().locator(".chip", { hasText: "503" }).waitFor();
    await page.locator("#rules", { hasText: "struck 1 of 1" }).waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.name === "down"), "the switch keeps the focus");
    await page.keyboard.press("Space");
    await page.locator("#rules-empty").waitFor({ state: "visible" });
    assert.equal((await service("GET", "/v1.0/drive/root")).status, 200);
  });

  await test("a switch stays as a person put it, whatever an older answer says", async () => {
    const old = await holdBack(page, "**/_mock/faults", 1);
    // A request makes the page read the faults anew; the answer is on its way when the switch is put.
    await service("GET", "/v1.0/drive/root");
    await old.answered;
    const lost = page.locator("input[role=switch][name=lost]");
    await lost.check();
    await page.locator("#rules", { hasText: "page-lost" }).waitFor();
    await old.arrive();
    assert.ok(await lost.isChecked());
    assert.equal(await page.locator("#rules", { hasText: "page-lost" }).count(), 1);
    await lost.uncheck();
    await page.locator("#rules-empty").waitFor({ state: "visible" });
  });

  await test("what comes while the page is being read is shown, once", async () => {
    const second = await browser.newPage();
    const old = await holdBack(second, /_mock\/(outbox|requests\?)/, 2);
    await second.goto(`${url}/_mock/`);
    await old.answered;
    assert.equal((await invite("noor@fabrikam.com")).status, 200);
    const mail = second.locator("#mails li", { hasText: "noor@fabrikam.com" });
    await mail.waitFor();
    await old.arrive();
    assert.equal(await mail.count(), 1);
    const { value } = await (await service("GET", "/_mock/requests?limit=300")).json();
    await second.waitForFunction((count) => document.querySelectorAll("#entries > li").length === count, value.length);
    await second.close();
  });

  await test("a list that is held still catches up", async () => {
    const rows = page.locator("#entries > li");
    const before = await rows.count();
    await page.getByRole("button", { name: "Pause" }).click();
    for (let count = 0; count < 3; count += 1) await service("GET", "/v1.0/drive/root");
    await page.locator("#requests-count", { hasText: "3 held back" }).waitFor();
    assert.equal(await rows.count(), before);
    await page.getByRole("button", { name: "Go on" }).click();
    await rows.nth(before + 2).waitFor();
    assert.equal(await rows.count(), before + 3);
    assert.equal(await page.locator("#requests-count").textContent(), String(before + 3));
  });

  await test("a rule of one's own is added by the keyboard, and a wrong one is explained", async () => {
    await tabTo(".own > summary");
    await page.keyboard.press("Enter");
    await tabTo("#rule");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(`{ "then": { "stauts": 500 } }`);
    await tabTo("#rule-form button");
    await page.keyboard.press("Enter");
    await page.locator("#rule-wrong", { hasText: "then.stauts: unknown field" }).waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(`{ "id": "mine", "times": 1, "match": { "actions": ["invite"] }, "then": { "preset": "noResolvedUsers" } }`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#rules", { hasText: "mine" }).waitFor();
    const refused = await invite("ryan@contoso.com");
    assert.equal((await refused.json()).error.code, "noResolvedUsers");
    await tabTo("[data-fault=mine]");
    await page.keyboard.press("Enter");
    await page.locator("#rules-empty").waitFor({ state: "visible" });
  });

  await test("limits are set and shown as gauges, and the clock frees them", async () => {
    await page.locator("#tier").selectOption("1k");
    const gauge = page.getByRole("meter", { name: /^sharing calls/ });
    await gauge.waitFor();
    await invite("priya@contoso.com", "Numbers.");
    await page.waitForFunction(() => document.querySelector('[role=meter][aria-label^="sharing calls"]').getAttribute("aria-valuenow") === "1");
    await page.getByRole("button", { name: "+5 min" }).click();
    await page.waitForFunction(() => document.querySelector('[role=meter][aria-label^="sharing calls"]').getAttribute("aria-valuenow") === "0");
    await page.locator("#clock-mode", { hasText: "set" }).waitFor();
  });

  await test("a device's code is typed, by the keyboard alone, and declined where it is not wanted", async () => {
    const login = (what, form) => fetch(`${url}/contoso.com/oauth2/v2.0/${what}`, { method: "POST", body: new URLSearchParams(form) });
    const client_id = "c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35";
    const begin = async () => (await login("devicecode", { client_id, scope: "Files.Read" })).json();
    const token = (device) => login("token", { client_id, device_code: device.device_code, grant_type: "urn:ietf:params:oauth:grant-type:device_code" });
    const device = await begin();
    // Where the device sends a person.
    assert.equal(device.verification_uri, `${url}/_mock/#sign-in`);
    await page.locator("#devices", { hasText: device.user_code }).waitFor();
    await tabTo("#user-code");
    await page.keyboard.type("WRONG");
    await page.keyboard.press("Enter");
    await page.locator("#device-wrong", { hasText: "no device waits under the code" }).waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(device.user_code.toLowerCase());
    await page.keyboard.press("Tab");
    await page.keyboard.type("ryan@contoso.com");
    await page.keyboard.press("Enter");
    await page.locator("#devices", { hasText: "approved by ryan@contoso.com" }).waitFor();
    assert.equal(await page.locator("#device-wrong").isVisible(), false);
    const answer = await (await token(device)).json();
    assert.equal(JSON.parse(Buffer.from(answer.access_token.split(".")[1], "base64url")).upn, "ryan@contoso.com");

    const other = await begin();
    await page.getByRole("button", { name: `Type the code ${other.user_code}` }).click();
    await page.getByRole("button", { name: "Decline" }).click();
    await page.locator("#devices", { hasText: "declined" }).waitFor();
    assert.equal((await (await token(other)).json()).error, "authorization_declined");
    await begin();
  });

  await test("everything that can be used has a name", async () => {
    const unnamed = await page.evaluate(() => [...document.querySelectorAll("button, input, select, textarea, summary, a, [role=meter]")]
      .filter((element) => !(element.getAttribute("aria-label") || element.labels?.length || element.textContent.trim()))
      .map((element) => element.outerHTML));
    assert.deepEqual(unnamed, []);
  });

  // A day's work to look at.
  for (const [index, who] of ["lee@fabrikam.com", "ola@fabrikam.com", "megan@fabrikam.com", "reviewers@contoso.com"].entries()) {
    await invite(who, index % 2 ? "Please have a look before Friday: the numbers of the third quarter moved again." : undefined);
  }
  await service("POST", `${REPORT}/createLink`, { type: "view", scope: "organization" });
  await service("POST", `${REPORT}/invite`, { recipients: [{ email: "nobody@contoso.com" }], roles: ["read"], requireSignIn: true, sendInvitation: true });
  await service("GET", "/v1.0/drive/items/01NQ/permissions");
  await service("GET", `${REPORT}/permissions?$select=id,roles`, undefined, { "x-mock-fault": "429; retry-after=2" });
  for (let count = 0; count < 40; count += 1) await service("GET", `${REPORT}/permissions`);
  await page.locator("input[role=switch][name=lost]").check();
  await service("GET", "/v1.0/drive/root/children").catch(() => {});
  await page.locator("#entries", { hasText: "cut" }).waitFor();
  await page.waitForTimeout(500);

  for (const scheme of ["light", "dark"]) {
    for (const width of [400, 1000, 1600]) {
      await test(`${scheme} at ${width} pixels`, async () => {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height: 1000 });
        await page.waitForTimeout(200);
        await page.screenshot({ path: join(folder, `${scheme}-${width}.png`), fullPage: true });
        assert.deepEqual(await tooWide(), []);
      });
    }
  }

  await test("a reset makes the space as it was", async () => {
    await page.locator("#reset").click();
    await page.locator("#mails-empty").waitFor({ state: "visible" });
  });
  assert.deepEqual(wrong, []);
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
