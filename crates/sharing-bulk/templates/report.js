"use strict";
const one = (selector, from = document) => from.querySelector(selector);
const subject = JSON.parse(one("#subject").textContent);
const at = (column) => subject.columns.indexOf(column);
const [ITEM, WHO, ROLE, STATE, RECIPIENT, EXTERNAL, LINK] =
  ["item", subject.who, "role", subject.state, "recipient", "external", "through"].map(at);
const rows = one("#rows").textContent.split("\n").filter(Boolean).map((line, index) => {
  const cells = JSON.parse(line);
  return { cells, index, text: cells.join("\n").toLowerCase() };
});
const plural = (count, word) => `${count.toLocaleString()} ${word}${count === 1 ? "" : "s"}`;
const make = (name, text, attributes = {}) => {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

/** What is wanted, and what is shown of it. */
const wish = { state: "", words: [], role: "", external: false, sort: -1, down: false };
let shown = rows;

/** Which column of the matrix a row is in: two people of one name are two. */
const grantee = (row) => row.cells[RECIPIENT] || row.cells[WHO] || row.cells[LINK] || "?";
const names = new Map(rows.map((row) => [grantee(row), row.cells[WHO] || grantee(row)]));
const full = (who) => (names.get(who) === who ? who : `${names.get(who)} <${who}>`);
const rank = (role) => (/owner|full/i.test(role) ? "owner" : /write|edit|member/i.test(role) ? "write" : /read|view/i.test(role) ? "read" : "other");
const BAD = new Set(["unread", "failed", "refused", "unresolved", "policy-blocked", "missing-after-200"]);
const SOFT = new Set(["inherited", "link", "invited", "pending-guest", "in-doubt", "not-tried"]);

/** A table of which only the rows in sight are in the document. `draw` makes one, `open` is for Enter and a click. */
function scrolled(panel, draw, open, columns) {
  const box = one(".scroll", panel), body = one("tbody", panel);
  const view = { count: 0, here: 0, at: 0, panel };
  const height = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row"));
  const space = (count) => {
    const line = make("tr", undefined, { class: "space", "aria-hidden": "true" });
    const cell = make("td", undefined, { colspan: "99" });
    cell.style.height = `${count * height()}px`;
    line.append(cell);
    return line;
  };
  view.draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / height()) - 10);
    const last = Math.min(view.count, first + Math.ceil(box.clientHeight / height()) + 30);
    const lines = [];
    if (first > 0) lines.push(space(first));
    for (let index = first; index < last; index += 1) {
      const line = draw(index, view);
      line.setAttribute("aria-rowindex", index + 2);
      line.dataset.index = index;
      line.classList.toggle("here", index === view.here);
      lines.push(line);
    }
    if (last < view.count) lines.push(space(view.count - last));
    body.replaceChildren(...lines);
  };
  view.show = (count) => {
    view.count = count;
    view.here = view.at = 0;
    one("table", panel).setAttribute("aria-rowcount", count + 1);
    box.scrollTop = 0;
    view.draw();
  };
  const into = () => {
    const head = one("thead", panel).offsetHeight, top = view.here * height();
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height() + head > box.scrollTop + box.clientHeight) box.scrollTop = top + height() + head - box.clientHeight;
    view.draw();
    one(".at", body)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  box.addEventListener("scroll", view.draw, { passive: true });
  new ResizeObserver(() => view.draw()).observe(box);
  box.addEventListener("keydown", (event) => {
    if (event.target !== box || !view.count) return;
    const page = Math.max(1, Math.floor(box.clientHeight / height()) - 2), wide = columns();
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], PageDown: [page, 0], PageUp: [-page, 0], Home: [-Infinity, 0], End: [Infinity, 0] };
    if (wide) Object.assign(moves, { ArrowRight: [0, 1], ArrowLeft: [0, -1] });
    const move = moves[event.key];
    if (event.key === "Enter") open(view.here, view.at);
    else if (move) {
      view.here = Math.min(view.count - 1, Math.max(0, view.here + move[0]));
      view.at = Math.min(Math.max(0, wide - 1), Math.max(0, view.at + move[1]));
      into();
    } else return;
    event.preventDefault();
  });
  body.addEventListener("click", (event) => {
    const line = event.target.closest("tr[data-index]");
    if (!line) return;
    view.here = Number(line.dataset.index);
    view.at = Number(event.target.closest("td")?.dataset.at ?? view.at);
    view.draw();
    open(view.here, view.at);
  });
  return view;
}

/** Shows all of some rows. */
function more(some) {
  const lists = some.slice(0, 50).map((row) => {
    const list = make("dl");
    subject.columns.forEach((name, index) => {
      if (row.cells[index]) list.append(make("dt", name), make("dd", row.cells[index]));
    });
    return list;
  });
  if (some.length > 50) lists.push(make("p", `… and ${some.length - 50} more`));
  one("#more div").replaceChildren(...lists);
  one("#more").showModal();
}

const WIDTHS = { item: 34, name: 18, recipient: 22, role: 8, how: 9, expires: 14, outcome: 14, next: 26 };
const columns = subject.shown.map(at);
const table = scrolled(one("#table"), (index) => {
  const line = make("tr");
  for (const column of columns) {
    const text = shown[index].cells[column], cell = make("td", undefined, { title: text });
    if (column === ROLE && text) cell.append(make("span", text, { class: `chip role-${rank(text)}` }));
    else cell.textContent = text;
    line.append(cell);
  }
  return line;
}, (index) => more([shown[index]]), () => 0);

{
  const line = make("tr"), all = subject.shown.reduce((sum, name) => sum + (WIDTHS[name] ?? 12), 0);
  for (const name of subject.shown) {
    const cell = make("th", undefined, { scope: "col", "aria-sort": "none" });
    cell.style.width = `${(100 * (WIDTHS[name] ?? 12)) / all}%`;
    const button = make("button", name[0].toUpperCase() + name.slice(1), { type: "button" });
    button.addEventListener("click", () => {
      wish.down = wish.sort === at(name) && !wish.down;
      wish.sort = at(name);
      for (const other of line.children) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", wish.down ? "descending" : "ascending");
      apply();
    });
    cell.append(button);
    line.append(cell);
  }
  one("#table thead").append(line);
}

/** How many grantees the matrix shows at once. */
const AT_ONCE = 40;
const grid = { items: [], people: [], cells: new Map(), from: 0 };
const key = (item, who) => `${item}\n${who}`;
const seen = () => grid.people.slice(grid.from, grid.from + AT_ONCE);
const matrix = scrolled(one("#matrix"), (index, view) => {
  const line = make("tr"), item = grid.items[index];
  const name = make("th", undefined, { scope: "row", title: item });
  name.append(make("bdi", item.slice(grid.common).replace(/^[:/]+/, "") || "."));
  line.append(name);
  seen().forEach((who, position) => {
    const held = grid.cells.get(key(item, who)), cell = make("td", undefined, { "data-at": position });
    if (held) {
      const role = rank(held[0].cells[ROLE]), state = held[0].cells[STATE];
      cell.textContent = BAD.has(state) ? "!" : { read: "R", write: "W", owner: "O", other: "·" }[role];
      cell.className = `any role-${role}${BAD.has(state) ? " bad" : SOFT.has(state) ? " soft" : ""}`;
      cell.title = held.map((row) => `${full(who)}: ${row.cells[ROLE]} (${row.cells[STATE]})`).join("\n");
      cell.setAttribute("aria-label", cell.title);
    }
    if (index === view.here && position === view.at) cell.classList.add("at");
    line.append(cell);
  });
  return line;
}, (index, position) => {
  const held = grid.cells.get(key(grid.items[index], seen()[position]));
  if (held) more(held);
}, () => seen().length);

function count() {
  const items = new Set(), people = new Map();
  grid.cells = new Map();
  for (const row of shown) {
    const item = row.cells[ITEM], who = grantee(row);
    items.add(item);
    people.set(who, (people.get(who) ?? 0) + 1);
    const held = grid.cells.get(key(item, who));
    if (held) held.push(row);
    else grid.cells.set(key(item, who), [row]);
  }
  grid.items = [...items].sort();
  grid.people = [...people.keys()].sort((a, b) => people.get(b) - people.get(a) || names.get(a).localeCompare(names.get(b)));
  grid.from = 0;
  // What all items begin with is said once, above them.
  const [first = "", last = ""] = [grid.items[0], grid.items.at(-1)];
  let common = 0;
  while (common < first.length && first[common] === last[common]) common += 1;
  const isBase = common === first.length && (common === last.length || /[:/]/.test(last[common]));
  grid.common = isBase ? common : first.slice(0, common).lastIndexOf("/") + 1;
}

function drawMatrix() {
  const line = make("tr"), below = grid.items[0]?.slice(0, grid.common);
  line.append(make("th", below ? `Below ${below}` : "Item", { scope: "col", title: below ?? "" }));
  for (const who of seen()) {
    const cell = make("th", undefined, { scope: "col", title: full(who) });
    cell.append(make("span", names.get(who)));
    line.append(cell);
  }
  one("#matrix thead").replaceChildren(line);
  one("#pages").hidden = grid.people.length <= AT_ONCE;
  one("#part").textContent = `${grid.from + 1}–${Math.min(grid.people.length, grid.from + AT_ONCE)} of ${grid.people.length}`;
  one("#before").disabled = grid.from === 0;
  one("#after").disabled = grid.from + AT_ONCE >= grid.people.length;
  matrix.show(grid.items.length);
}

function apply() {
  shown = rows.filter((row) => (!wish.state || row.cells[STATE] === wish.state)
    && (!wish.role || row.cells[ROLE] === wish.role)
    && (!wish.external || row.cells[EXTERNAL] === "true")
    && wish.words.every((word) => row.text.includes(word)));
  if (wish.sort >= 0) {
    const turn = wish.down ? -1 : 1;
    shown.sort((a, b) => turn * a.cells[wish.sort].localeCompare(b.cells[wish.sort]) || a.index - b.index);
  }
  count();
  one("#counts").textContent = `${shown.length === rows.length ? "All" : plural(shown.length, "row")}${shown.length === rows.length ? "" : ` of ${rows.length.toLocaleString()}`}: ${plural(grid.items.length, "item")}, ${plural(grid.people.length, "grantee")}`;
  for (const button of document.querySelectorAll("#totals button")) button.setAttribute("aria-pressed", button.dataset.state === wish.state);
  const matrixWanted = one("#tab-matrix").getAttribute("aria-selected") === "true";
  one("#none").hidden = shown.length > 0;
  one("#table").hidden = matrixWanted || !shown.length;
  one("#matrix").hidden = !matrixWanted || !shown.length;
  if (matrixWanted) drawMatrix();
  else table.show(shown.length);
}

function clear() {
  Object.assign(wish, { state: "", words: [], role: "", external: false });
  one("#search").value = one("#role").value = "";
  one("#external").checked = false;
  apply();
}

for (const button of document.querySelectorAll("#totals button")) {
  button.addEventListener("click", () => { wish.state = wish.state === button.dataset.state ? "" : button.dataset.state; apply(); });
}
one("#search").addEventListener("input", (event) => { wish.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean); apply(); });
one("#role").append(...[...new Set(rows.map((row) => row.cells[ROLE]).filter(Boolean))].sort().map((role) => make("option", role, { value: role })));
one("#role").addEventListener("change", (event) => { wish.role = event.target.value; apply(); });
one("#outside").hidden = EXTERNAL < 0 || !rows.some((row) => row.cells[EXTERNAL]);
one("#external").addEventListener("change", (event) => { wish.external = event.target.checked; apply(); });
one("#clear").addEventListener("click", clear);
one("#none-clear").addEventListener("click", () => { clear(); one("#search").focus(); });
one("#before").addEventListener("click", () => { grid.from = Math.max(0, grid.from - AT_ONCE); drawMatrix(); });
one("#after").addEventListener("click", () => { grid.from += AT_ONCE; drawMatrix(); });
const tabs = [one("#tab-table"), one("#tab-matrix")];
tabs.forEach((tab, index) => {
  const choose = (chosen) => {
    for (const other of tabs) {
      other.setAttribute("aria-selected", other === chosen);
      other.tabIndex = other === chosen ? 0 : -1;
    }
    apply();
  };
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    choose(tabs[1 - index]);
    tabs[1 - index].focus();
    event.preventDefault();
  });
});
one("#legend").append(...[["read", "R", "read"], ["write", "W", "write"], ["owner", "O", "owner"]].flatMap(([role, letter, word]) => [make("span", letter, { class: `chip role-${role}` }), ` ${word} `]), "· in italics: not the item's own, or not certain");
apply();
