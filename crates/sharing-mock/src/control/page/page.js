"use strict";
// Whatever came in a request is text: it goes into the page by textContent and by attributes alone.

const BASE = location.pathname.slice(0, location.pathname.lastIndexOf("/_mock")) + "/_mock";
/** So many requests and mails are shown; the journal holds more. */
const SHOWN = 300;

const $ = (id) => document.getElementById(id);

/** Makes an element: properties, then children; a child that is no element is text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Talking to the mock.

const problems = new Map();

/** Shows what is wrong, by what it is about; nothing takes it away again. */
function problem(about, text) {
  if (text) problems.set(about, text);
  else problems.delete(about);
  $("problem").textContent = [...problems.values()].join("\n");
  $("problem").hidden = problems.size === 0;
}

async function ask(method, path, body) {
  const request = { method, headers: {} };
  if (body !== undefined) {
    request.body = typeof body === "string" ? body : JSON.stringify(body);
    request.headers["content-type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(BASE + path, request);
  } catch {
    throw new Error("The mock does not answer. Is it still running?");
  }
  const text = await answer.text();
  if (!answer.ok) {
    let said = text || `status ${answer.status}`;
    try {
      said = JSON.parse(text).errors.map((one) => `${one.place}: ${one.wrong}; ${one.right}`).join("\n");
    } catch { /* Not the control API's shape: as it came. */ }
    throw new Error(said);
  }
  return text ? JSON.parse(text) : null;
}

/** Does something that a person asked for, and shows what went wrong. */
async function act(about, task) {
  try {
    await task();
    problem(about, null);
  } catch (error) {
    problem(about, `${about}: ${error.message}`);
  }
}

/** Runs a task soon, once for however many times it is asked for; again if it is asked for meanwhile. */
function soon(task, wait = 120) {
  let timer = null, running = false, again = false;
  const run = async () => {
    timer = null;
    if (running) { again = true; return; }
    running = true;
    try { await task(); } catch { /* The live line tells that the mock is gone. */ }
    running = false;
    if (again) { again = false; call(); }
  };
  const call = () => { timer ??= setTimeout(run, wait); };
  return call;
}

/**
 * Reads a part of the page anew and shows it. Answers that were overtaken are left: by a later reading, or by a change that
 * a person made meanwhile, which they do not know of. Nothing is read while a change is under way, but once it is done.
 */
function part(read, show) {
  let asked = 0, changing = 0;
  const load = async () => {
    if (changing > 0) return;
    const mine = asked += 1;
    const answer = await read();
    if (mine === asked) show(answer);
  };
  load.change = async (task) => {
    changing += 1;
    asked += 1;
    try {
      await task();
    } finally {
      changing -= 1;
      await load();
    }
  };
  return load;
}

const time = (text) => new Date(text).toISOString().slice(11, 19);
const moment = (text) => new Date(text).toISOString().replace("T", " ").slice(0, 19);

/** A term and its text, for the details of a row; nothing where there is no text. */
const term = (name, text) =>
  text === undefined || text === null || text === "" ? [] : [make("dt", {}, name), make("dd", {}, String(text))];

// The outbox.

/** How many mails there were, and the number of the newest that was told of since the outbox was last asked for. */
const outbox = { count: 0, heard: 0 };

function mailRow(mail, fresh) {
  const row = make("li", { class: fresh ? "mail fresh" : "mail" },
    make("details", {},
      make("summary", { class: "row" },
        make("span", { class: "cut who" }, mail.to),
        make("span", { class: "chip accent" }, (mail.roles ?? []).join(", ") || "no role"),
        make("span", { class: "cut dim" }, `${mail.from} shared “${mail.item}”`),
        make("span", { class: "time dim" }, time(mail.time))),
      make("dl", { class: "more" },
        ...term("Time", moment(mail.time)), ...term("To", mail.to), ...term("From", mail.from), ...term("Item", mail.item),
        ...term("Opens", mail.webUrl), ...term("Role", (mail.roles ?? []).join(", ")),
        ...term("Message", mail.message ?? "none"),
        make("dt", {}, ""), make("dd", {}, make("button", { type: "button", onclick: () => accept(mail.to) }, `Accept as ${mail.to}`)))));
  row.words = `${mail.to} ${mail.from} ${mail.item} ${mail.message ?? ""}`.toLowerCase();
  return row;
}

/** Accepts an invitation in the name of whom it was sent to. */
const accept = (mail) => act("Accepting", async () => {
  const { changed } = await ask("POST", "/redeem", { mail });
  $("news").textContent = changed ? `${mail} has accepted.` : `${mail} had nothing left to accept.`;
  await loadPermissions();
});

function addMail(mail, fresh) {
  outbox.count += 1;
  const row = mailRow(mail, fresh);
  row.hidden = !row.words.includes($("outbox-filter").value.toLowerCase());
  $("mails").prepend(row);
  while ($("mails").children.length > SHOWN) $("mails").lastChild.remove();
}

function showOutbox() {
  $("outbox-count").textContent = outbox.count;
  $("mails-empty").hidden = outbox.count > 0;
}

const readOutbox = () => {
  outbox.heard = 0;
  return ask("GET", "/outbox");
};
const loadOutbox = part(readOutbox, (mails) => {
  $("mails").replaceChildren();
  outbox.count = mails.dropped + Math.max(0, mails.value.length - SHOWN);
  mails.value.slice(-SHOWN).forEach((mail) => addMail(mail, false));
  showOutbox();
  if (outbox.heard > outbox.count) outboxChanged();
});
const outboxChanged = soon(() => loadOutbox());

/** Adds a mail that is told of; where it does not follow what is shown (some were cleared, or are shown already), all are read. */
function hearMail(mail, number) {
  outbox.heard = number;
  if (number === outbox.count + 1) {
    addMail(mail, true);
    showOutbox();
  } else {
    outboxChanged();
  }
  $("news").textContent = `Mail to ${mail.to}: ${mail.item}`;
}

// Requests.

let paused = false;
/** The number of the newest request that is shown, and of the newest that was told of since they were last asked for. */
const requests = { shown: 0, heard: 0 };

function statusChip(status) {
  if (status === 0) return make("span", { class: "chip bad" }, "cut");
  const kind = status < 300 ? "good" : status < 400 ? "accent" : status === 429 ? "warn" : "bad";
  return make("span", { class: `chip ${kind}` }, String(status));
}

function entryRow(entry, fresh) {
  const path = entry.path + (entry.query ? `?${entry.query}` : "");
  const row = make("li", { class: fresh ? "entry fresh" : "entry" },
    make("details", {},
      make("summary", { class: "row" },
        make("span", { class: "time dim" }, time(entry.time)),
        make("span", { class: "method" }, entry.method),
        make("span", { class: "cut" },
          entry.action ? make("b", {}, entry.action) : null, entry.action ? " " : null,
          make("span", { class: "mono dim" }, path)),
        statusChip(entry.status),
        entry.rule ? make("span", { class: "rule cut" }, entry.rule + (entry.reason ? `: ${entry.reason}` : "")) : null),
      make("dl", { class: "more" },
        ...term("Number", entry.number), ...term("Time", moment(entry.time)), ...term("Path", entry.path),
        ...term("Query", entry.query), ...term("Action", entry.action),
        ...term("Status", entry.status === 0 ? "0: the connection was cut" : entry.status),
        ...term("Rule", entry.rule), ...term("Why", entry.reason), ...term("Units", entry.units),
        ...term("Took", `${(entry.microseconds / 1000).toFixed(2)} ms`), ...term("Batch", entry.inBatch ? "a member of one" : null))));
  row.words = `${entry.method} ${path} ${entry.action ?? ""} ${entry.status || "cut"} ${entry.rule ?? ""}`.toLowerCase();
  return row;
}

function addEntry(entry, fresh) {
  const row = entryRow(entry, fresh);
  row.hidden = !row.words.includes($("requests-filter").value.toLowerCase());
  $("entries").prepend(row);
  while ($("entries").children.length > SHOWN) $("entries").lastChild.remove();
}

function showRequests() {
  const behind = paused ? requests.heard - requests.shown : 0;
  $("requests-count").textContent = behind > 0 ? `${requests.heard}, ${behind} held back` : requests.shown;
  $("entries-empty").hidden = $("entries").children.length > 0;
}

const readRequests = () => {
  requests.heard = 0;
  return ask("GET", `/requests?limit=${SHOWN}`);
};
const loadRequests = part(readRequests, (journal) => {
  $("entries").replaceChildren();
  journal.value.forEach((entry) => addEntry(entry, false));
  requests.shown = journal.value.at(-1)?.number ?? 0;
  $("requests-dropped").hidden = journal.dropped === 0;
  $("requests-dropped").textContent = `${journal.dropped} older ones made room and are gone.`;
  showRequests();
  if (requests.heard > requests.shown) requestsChanged();
});
const requestsChanged = soon(() => paused ? null : loadRequests());

/** Adds a request that is told of, as a mail is added; while the list is held still, it is only counted. */
function hearRequest(entry) {
  requests.heard = entry.number;
  if (!paused && entry.number === requests.shown + 1) {
    requests.shown = entry.number;
    addEntry(entry, true);
  } else {
    requestsChanged();
  }
  showRequests();
}

function filter(input, list) {
  $(input).addEventListener("input", () => {
    const words = $(input).value.toLowerCase();
    for (const row of $(list).children) row.hidden = !row.words.includes(words);
  });
}

// Permissions.

const readPermissions = () => ask("GET", `/permissions?limit=200&item=${encodeURIComponent($("permissions-filter").value)}`);
const loadPermissions = part(readPermissions, (shared) => {
  const open = new Set([...$("items").querySelectorAll("details[open]")].map((details) => details.dataset.key));
  const focused = document.activeElement?.closest("#items details")?.dataset.key;
  $("items").replaceChildren(...shared.value.map((item) => {
    const key = `${item.driveId} ${item.id}`;
    const drive = item.driveUrl.replace(/^https?:\/\//, "");
    const row = make("li", { class: "item" },
      make("details", { open: open.has(key) },
        make("summary", { class: "row" },
          make("span", { class: "cut" }, make("b", {}, item.path), item.isFolder && item.path !== "/" ? "/" : ""),
          make("span", { class: "dim" }, String(item.holders.length)),
          make("span", { class: "cut dim mono" }, drive)),
        make("ul", { class: "holders" }, ...item.holders.map((holder) => make("li", {},
          make("span", { class: `chip ${holder.kind === "link" ? "accent" : holder.kind === "invited" ? "warn" : ""}` }, holder.kind),
          make("span", { class: "cut", title: holder.address }, holder.name,
            holder.address && holder.address !== holder.name ? make("span", { class: "dim" }, ` ${holder.address}`) : null),
          make("span", { class: "right" }, holder.roles.join(", "), holder.expires ? make("span", { class: "dim" }, ` until ${moment(holder.expires)}`) : null))))));
    row.firstChild.dataset.key = key;
    return row;
  }));
  if (focused) [...$("items").querySelectorAll("details")].find((details) => details.dataset.key === focused)?.firstChild.focus();
  $("permissions-count").textContent = shared.value.length < shared.count ? `${shared.value.length} of ${shared.count}` : shared.count;
  $("items-empty").hidden = shared.count > 0;
});

// Faults.

/** The faults that people want most, each with the effect that it has. */
const SWITCHES = [
  ["throttle", "Throttled: 429, come again in 2 s", { preset: "throttled", retryAfter: 2 }],
  ["down", "Down: 503, come again in 30 s", { status: 503, retryAfter: 30 }],
  ["error", "Broken: 500", { status: 500 }],
  ["lost", "Done, but the answer is lost", { cut: "afterChange" }],
  ["unread", "Connection cut before the request is read", { cut: "beforeRead" }],
  ["broken-off", "Answer breaks off after 20 bytes", { truncateAfter: 20 }],
  ["html", "A gateway's HTML: 502", { status: 502, body: "html" }],
  ["empty", "An empty body", { body: "empty" }],
  ["late", "Two seconds late", { latencyMs: 2000 }],
  ["stale", "Reads see the state before the last change", { staleChanges: 1 }],
];
const OWN = "page-";

function ruleOf(then) {
  const rule = { then };
  if ($("fault-action").value) rule.match = { actions: [$("fault-action").value] };
  if ($("fault-times").value) rule.times = Number($("fault-times").value);
  return rule;
}

function describe(rule) {
  const { id, met, hits, ...rest } = rule;
  return JSON.stringify(rest);
}

const loadFaults = part(() => ask("GET", "/faults"), ({ faults }) => {
  const ids = new Set(faults.map((fault) => fault.id));
  for (const input of $("switches").querySelectorAll("input")) input.checked = ids.has(OWN + input.name);
  const focused = document.activeElement?.dataset?.fault;
  $("rules").replaceChildren(...faults.map((fault) => make("li", { class: "rule-row" },
    make("code", {}, describe(fault)),
    make("span", { class: "dim right" }, `struck ${fault.hits} of ${fault.met}`),
    make("button", { type: "button", "data-fault": fault.id, "aria-label": `Take the fault ${fault.id} away`,
      onclick: () => act("Faults", () => changeFaults("DELETE", `/faults/${encodeURIComponent(fault.id)}`)) }, "×"),
    make("span", { class: "dim" }, fault.id))));
  if (focused) ($("rules").querySelector(`[data-fault="${CSS.escape(focused)}"]`) ?? $("faults-clear")).focus();
  $("faults-count").textContent = faults.length;
  $("rules-empty").hidden = faults.length > 0;
});

const changeFaults = (method, path, body) => loadFaults.change(() => ask(method, path, body));

async function setUpFaults() {
  $("switches").replaceChildren(...SWITCHES.map(([name, label, then]) => {
    const input = make("input", { type: "checkbox", role: "switch", name,
      onchange: () => act("Faults", () => {
        const path = `/faults/${OWN}${name}`;
        return input.checked ? changeFaults("PUT", path, ruleOf(then)) : changeFaults("DELETE", path);
      }) });
    return make("li", {}, make("label", {}, input, make("span", {}, label)));
  }));
  $("rule").value = JSON.stringify({ match: { actions: ["invite"], path: "/v1.0/*" }, nth: 2, then: { preset: "noResolvedUsers" } }, null, 2);
  const presets = await ask("GET", "/fault-presets");
  $("preset").replaceChildren(...presets.value.map((preset) => make("option", { value: preset.name }, preset.about)));
  // The document names the actions that a rule can meet.
  const document_ = await ask("GET", "/openapi.json");
  const actions = document_.components.schemas.FaultMatch.properties.actions.items.enum;
  $("fault-action").append(...actions.map((action) => make("option", { value: action }, action)));
}

// Limits.

const duration = (seconds) => seconds >= 86400 ? `${seconds / 86400} d` : seconds >= 3600 ? `${seconds / 3600} h` : seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`;
const wait = (seconds) => seconds < 90 ? `${seconds} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
const words = (name) => name.replace(/([A-Z])/g, " $1").toLowerCase();
const number = new Intl.NumberFormat("en");

let limited = false;
const loadLimits = part(() => ask("GET", "/limits"), (state) => {
  $("window").value = state.limits.window;
  limited = state.gauges.length > 0;
  const numbers = Object.entries(state.limits).filter(([, value]) => typeof value === "number");
  const units = state.limits.unitsPerMinute;
  const tier = { 1250: "1k", 2500: "5k", 3750: "15k", 5000: "50k", 6250: "more" }[units];
  $("tier").value = numbers.length === 0 ? "" : numbers.length === 9 && tier ? tier : "own";
  $("gauges").replaceChildren(...state.gauges.map((gauge) => {
    const part = gauge.max === 0 ? 1 : Math.min(1, gauge.used / gauge.max);
    const kind = gauge.used > gauge.max ? "bad" : part >= 0.8 ? "warn" : "good";
    const label = words(gauge.limit) + (gauge.of ? ` of ${gauge.of}` : "");
    const meter = make("div", { class: `meter ${kind}`, role: "meter", "aria-label": label, "aria-valuemin": 0,
      "aria-valuemax": gauge.max, "aria-valuenow": Math.min(gauge.used, gauge.max),
      "aria-valuetext": `${gauge.used} of ${gauge.max} ${gauge.counts}` }, make("i"));
    meter.firstChild.style.width = `${part * 100}%`;
    return make("li", {},
      make("div", { class: "top" }, make("b", { class: "cut" }, words(gauge.limit)),
        make("span", { class: "right" }, `${number.format(gauge.used)} / ${number.format(gauge.max)}`)),
      meter,
      make("div", { class: "dim cut" }, [gauge.of ?? "everybody", `${gauge.counts} in ${duration(gauge.windowSeconds)}`,
        gauge.resetSeconds ? `free in ${wait(gauge.resetSeconds)}` : null, gauge.refused ? `${gauge.refused} refused` : null].filter(Boolean).join(" · ")));
  }));
  $("gauges-empty").hidden = limited;
});

const setLimits = () => act("Limits", async () => {
  if ($("tier").value === "own") return;
  const limits = { window: $("window").value };
  if ($("tier").value) limits.tier = $("tier").value;
  await loadLimits.change(() => ask("PUT", "/limits", limits));
});

// The clock.

const clock = { at: 0, seen: 0, frozen: false };
function showClock() {
  const now = clock.at + (clock.frozen ? 0 : performance.now() - clock.seen);
  $("now").textContent = clock.seen ? `${moment(now)} UTC` : "\u00a0";
}
function hearClock(state) {
  clock.at = Date.parse(state.now);
  clock.seen = performance.now();
  clock.frozen = state.mode === "frozen";
  $("clock-mode").textContent = { real: "real time", set: "set", frozen: "stopped" }[state.mode] ?? state.mode;
  $("freeze").setAttribute("aria-pressed", String(clock.frozen));
  $("freeze").textContent = clock.frozen ? "Run on" : "Stop";
  showClock();
}
const loadClock = part(() => ask("GET", "/clock"), hearClock);
const setClock = (change) => act("Clock", async () => {
  await loadClock.change(() => ask("PATCH", "/clock", change));
  await Promise.all([loadLimits(), loadPermissions(), loadDevices()]);
});

// Signing in on a device that has no browser.

const loadDevices = part(() => ask("GET", "/device-codes"), ({ value: devices }) => {
  $("devices").replaceChildren(...devices.map((device) => {
    const waits = device.state === "pending";
    const state = waits ? "waits" : device.state === "declined" ? "declined" : `approved by ${device.state.approved.userPrincipalName}`;
    const code = waits
      ? make("button", { type: "button", class: "mono", "aria-label": `Type the code ${device.userCode}`,
        onclick: () => { $("user-code").value = device.userCode; $("person").focus(); } }, device.userCode)
      : make("span", { class: "mono" }, device.userCode);
    return make("li", { class: "device" }, code, make("span", { class: "cut dim" }, device.scope),
      make("span", { class: waits ? "chip accent" : device.state === "declined" ? "chip bad" : "chip good" }, state));
  }));
  $("devices-count").textContent = devices.filter((device) => device.state === "pending").length;
  $("devices-empty").hidden = devices.length > 0;
});

/** Types the code that stands in the field: a person approves, or declines. */
async function decideDevice(approve) {
  const code = $("user-code").value.trim();
  if (!$("device-form").reportValidity()) return;
  const person = $("person").value.trim();
  try {
    const device = await ask("POST", `/device-codes/${encodeURIComponent(code)}`, person ? { approve, person } : { approve });
    $("device-wrong").hidden = true;
    $("news").textContent = `The device with the code ${device.userCode} is ${approve ? "approved" : "declined"}.`;
    $("user-code").value = "";
  } catch (error) {
    $("device-wrong").textContent = error.message;
    $("device-wrong").hidden = false;
  }
  await loadDevices();
}

// Spaces.

async function loadSpaces() {
  const spaces = await ask("GET", "/spaces");
  const own = decodeURIComponent(BASE.match(/\/_space\/([^/]+)\/_mock$/)?.[1] ?? "default");
  const names = new Set([...spaces.value.map((space) => space.name), own]);
  if (document.activeElement !== $("space")) {
    $("space").replaceChildren(...[...names].map((name) => make("option", { value: name, selected: name === own }, name)));
  }
}

// Live.

const changed = soon(() => Promise.all([loadPermissions(), loadFaults(), loadLimits(), loadDevices()]));
const loadAll = () => Promise.all([loadOutbox(), loadRequests(), loadPermissions(), loadFaults(), loadLimits(), loadClock(), loadDevices(), loadSpaces()]);

function live(on, text) {
  $("live").className = on ? "live on" : "live";
  if ($("live").textContent !== text) $("live").textContent = text;
}

function listen() {
  const events = new EventSource(`${BASE}/events`);
  // What came before it listened, or while it did not, is read anew.
  events.addEventListener("open", () => {
    live(true, "live");
    act("Mock", loadAll);
  });
  events.addEventListener("error", () => live(false, "not connected, trying again"));
  // The event's id counts the requests and the mails so far.
  events.addEventListener("mail", (event) => hearMail(JSON.parse(event.data), Number(event.lastEventId.split("-")[1])));
  events.addEventListener("request", (event) => {
    hearRequest(JSON.parse(event.data));
    changed();
  });
}

function wire() {
  filter("outbox-filter", "mails");
  filter("requests-filter", "entries");
  $("permissions-filter").addEventListener("input", soon(loadPermissions, 200));
  $("outbox-clear").addEventListener("click", () => act("Outbox", () => loadOutbox.change(() => ask("DELETE", "/outbox"))));
  $("requests-clear").addEventListener("click", () => act("Requests", () => loadRequests.change(() => ask("DELETE", "/requests"))));
  $("requests-pause").addEventListener("click", () => {
    paused = !paused;
    $("requests-pause").setAttribute("aria-pressed", String(paused));
    $("requests-pause").textContent = paused ? "Go on" : "Pause";
    if (paused) showRequests();
    else act("Requests", loadRequests);
  });
  $("faults-clear").addEventListener("click", () => act("Faults", () => changeFaults("DELETE", "/faults")));
  $("preset-form").addEventListener("submit", (event) => {
    event.preventDefault();
    act("Faults", () => changeFaults("POST", "/faults", ruleOf({ preset: $("preset").value })));
  });
  $("rule-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await changeFaults("POST", "/faults", $("rule").value);
      $("rule-wrong").hidden = true;
    } catch (error) {
      $("rule-wrong").textContent = error.message;
      $("rule-wrong").hidden = false;
    }
  });
  $("tier").addEventListener("change", setLimits);
  $("window").addEventListener("change", setLimits);
  $("limits-forget").addEventListener("click", () => act("Limits", () => loadLimits.change(() => ask("DELETE", "/limits/usage"))));
  for (const step of $("steps").querySelectorAll("[data-ms]")) {
    step.addEventListener("click", () => setClock({ advanceMs: Number(step.dataset.ms) }));
  }
  $("freeze").addEventListener("click", () => setClock({ mode: clock.frozen ? "set" : "frozen" }));
  $("real").addEventListener("click", () => setClock({ mode: "real" }));
  $("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    setClock({ set: new Date(`${$("moment").value}Z`).toISOString() });
  });
  $("device-form").addEventListener("submit", (event) => { event.preventDefault(); decideDevice(true); });
  $("decline").addEventListener("click", () => decideDevice(false));
  $("space").addEventListener("change", () => {
    const name = $("space").value;
    location.pathname = name === "default" ? "/_mock/" : `/_space/${encodeURIComponent(name)}/_mock/`;
  });
  $("reset").addEventListener("click", () => {
    if (!confirm("Make the space as it was before its first request?")) return;
    act("Space", async () => { await ask("POST", "/reset"); await loadAll(); });
  });
}

wire();
act("Faults", setUpFaults);
listen();
setInterval(showClock, 250);
// What changes without a request: the use of limits runs out, other spaces come.
setInterval(() => {
  if (document.visibilityState !== "visible") return;
  if (limited) loadLimits().catch(() => {});
  loadClock().catch(() => {});
  loadSpaces().catch(() => {});
}, 4000);
