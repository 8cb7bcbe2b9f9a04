"use strict";
let data;
const verdicts = ["same", "differs", "known", "stale", "skipped", "crashed", "hung"];
const red = new Set(["differs", "stale", "crashed", "hung"]);
const get = id => document.getElementById(id);

// An element with a class, text and children.
function make(tag, name, ...parts) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...parts.filter(part => part !== null && part !== undefined));
  return element;
}

// What a compressed element of the page holds.
async function unpacked(id) {
  const bytes = Uint8Array.from(atob(get(id).textContent), character => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

// The traces of a row: the statements, and for each column what was seen. The piece that has them is kept.
const pieces = new Map();
async function traces(row) {
  const number = Math.floor(row.number / data.piece);
  if (!pieces.has(number)) pieces.set(number, unpacked(`traces-${number}`));
  const { texts, cells } = (await pieces.get(number))[row.number % data.piece];
  const own = cells.map(cell => typeof cell === "number" ? cells[cell] : cell);
  return own.map(cell => cell && { ...cell, steps: cell.steps.map((step, index) => ({ text: texts[index], ...step })) });
}

const verdictOf = cell => cell ? cell.verdict : "absent";

function summary() {
  data.implementations.forEach((column, index) => {
    const counts = verdicts
      .map(verdict => [verdict, data.rows.filter(row => verdictOf(row.cells[index]) === verdict).length])
      .filter(([, count]) => count > 0)
      .flatMap(([verdict, count]) => [make("span", verdict, `${count} ${verdict}`), "  "]);
    get("summary").append(make("article", "", make("h3", "", column.name), make("p", "", column.os),
      make("p", "", `recorded ${column.date}`), make("p", "", `compared with ${column.with}`), make("div", "", ...counts)));
  });
  if (data.windows === "not recorded") {
    get("summary").append(make("article", "", make("h3", "", "windows"), make("p", "", "not recorded"),
      make("p", "", "Nothing stands here until a recording was made on real Windows.")));
  }
}

function controls() {
  const areas = [...new Set(data.rows.map(row => row.id.split("::")[0]))];
  areas.forEach(area => get("area").append(make("option", "", area)));
  verdicts.forEach(verdict => {
    const box = make("input");
    box.type = "checkbox";
    box.checked = true;
    box.value = verdict;
    get("verdicts").append(make("label", verdict, box, ` ${verdict}`));
  });
  get("controls").addEventListener("input", show);
  get("controls").addEventListener("submit", event => event.preventDefault());
}

// Every word of the search must stand somewhere in the row.
function textOf(row) {
  const cells = row.cells.map(cell => cell ? `${cell.verdict} ${cell.standing || ""} ${cell.detail || ""} ${cell.reason || ""}` : "");
  return [row.id, row.description, ...row.sources, ...row.undecided, ...cells].join(" ").toLowerCase();
}

function wanted(row) {
  const words = get("search").value.toLowerCase().split(/\s+/).filter(word => word);
  const ticked = new Set([...get("verdicts").querySelectorAll("input:checked")].map(box => box.value));
  const area = get("area").value, importance = get("importance").value;
  return (!area || row.id.startsWith(area + "::"))
    && (!importance || row.importance === importance)
    && words.every(word => row.text.includes(word))
    && row.cells.some(cell => ticked.has(verdictOf(cell)));
}

// What is seen at once is drawn at once, the rest when there is time.
const atOnce = 100, batch = 250;
let shown = [], later = 0;
function show() {
  clearTimeout(later);
  shown = data.rows.filter(wanted);
  get("rows").replaceChildren();
  draw(0, atOnce);
  get("count").value = `${shown.length} of ${data.rows.length}`;
}

const areaOf = row => row ? row.id.split("::")[0] : "";

function draw(from, count) {
  const part = document.createDocumentFragment();
  shown.slice(from, from + count).forEach((row, index) => {
    if (areaOf(row) !== areaOf(shown[from + index - 1])) {
      const head = make("td", "", areaOf(row));
      head.colSpan = 1 + columns().length;
      part.append(make("tr", "area", head));
    }
    part.append(line(row, from + index));
  });
  get("rows").append(part);
  if (from + count < shown.length) later = setTimeout(() => draw(from + count, batch));
}

function columns() {
  const names = data.implementations.map(column => column.name);
  return data.windows === "not recorded" ? [...names, "windows"] : names;
}

function line(row, position) {
  const cells = row.cells.map(cell => {
    const verdict = verdictOf(cell);
    const detail = cell && cell.detail ? make("small", "", cell.detail) : null;
    const standing = cell && cell.standing ? make("small", "standing", cell.standing) : null;
    return make("td", "", make("span", `verdict ${verdict}`, verdict), standing, detail);
  });
  if (data.windows === "not recorded") cells.push(make("td", "", make("span", "absent", "not recorded")));
  const element = make("tr", "", make("td", "", make("code", "", row.id), make("small", "", row.description)), ...cells);
  element.tabIndex = 0;
  element.dataset.id = row.id;
  element.addEventListener("click", () => open(position));
  element.addEventListener("keydown", event => {
    if (event.key !== "Enter") return;
    // The same key press would go on to the button that gets the focus.
    event.preventDefault();
    open(position);
  });
  return element;
}

let current = -1;
async function open(position) {
  const row = shown[position];
  if (!row) return;
  current = position;
  const recorded = await traces(row);
  // Another one was asked for in the meantime.
  if (current !== position || shown[position] !== row) return;
  get("details-id").textContent = row.id;
  const body = get("details-body");
  body.replaceChildren(make("p", "", row.description));
  row.sources.forEach(source => body.append(make("p", "note", `source: ${source}`)));
  row.undecided.forEach(question => body.append(make("p", "note", `open question: ${question}`)));
  row.cells.forEach((finding, index) => {
    if (finding && finding.verdict !== "same") {
      body.append(make("p", "", `${data.implementations[index].name}: `, make("span", `verdict ${finding.verdict}`, finding.verdict),
        finding.detail ? ` ${finding.detail}` : "", finding.reason ? ` — ${finding.reason}` : ""));
    }
  });
  body.append(steps(row, recorded));
  if (!get("details").open) get("details").showModal();
  get("details").scrollTop = 0;
}

function steps(row, recorded) {
  const head = make("tr", "", ...data.implementations.map(column => make("th", "", column.name)));
  const table = make("table", "", make("thead", "", head));
  const count = Math.max(0, ...recorded.map(cell => cell ? cell.steps.length : 0));
  for (let index = 0; index < count; index++) {
    const all = recorded.map(cell => cell ? cell.steps[index] : undefined);
    const text = make("td", "step", make("code", "", `${index + 1}. ${(all.find(step => step) || {}).text || ""}`));
    text.colSpan = row.cells.length;
    table.append(make("tr", "", text));
    table.append(make("tr", "", ...all.map((step, column) => answer(step, all[0], verdictOf(row.cells[column])))));
  }
  const ends = recorded.map(cell => {
    const outcome = cell ? cell.outcome : { end: "not asked" };
    const printed = cell && cell.printed ? ` printed: ${cell.printed}` : "";
    return make("td", "", `${outcome.end}${outcome.detail === undefined ? "" : `: ${outcome.detail}`}${printed}`);
  });
  table.append(make("tr", "", ...ends));
  return table;
}

function answer(step, first, verdict) {
  if (!step) return make("td", "", make("span", "absent", "not reached"));
  const lines = [];
  if (step.not_run) lines.push(make("div", "absent", `not done: ${step.not_run}`));
  if (step.status) lines.push(make("div", "", make("code", "", step.status)));
  if (step.expected && step.expected !== step.status) lines.push(make("div", "differs", `cited: ${step.expected}`));
  if (step.holds !== undefined) lines.push(make("div", step.holds ? "same" : "differs", step.holds ? "holds" : "does not hold"));
  (step.sides || []).forEach(side => lines.push(make("pre", "", side)));
  (step.outputs || []).forEach((output, index) => {
    const other = first && first.outputs ? first.outputs.find(one => one.name === output.name) : undefined;
    lines.push(shownOutput(output, other));
  });
  if (step.changed) lines.push(make("div", "differs", `changes its input: ${step.changed.join(", ")}`));
  if (step.list) lines.push(make("pre", "", step.list.join("\n")));
  const differs = JSON.stringify({ ...step, text: "" }) !== JSON.stringify({ ...(first || {}), text: "" });
  return make("td", differs ? (verdict === "known" ? "off known-off" : "off") : "", ...lines);
}

function shownOutput(output, other) {
  const name = `${output.name}${output.outside ? " (written outside)" : ""}: `;
  if (output.value === undefined) return make("div", "", make("code", "", `${name}untouched`));
  if (!output.bytes) return make("div", "", make("code", "", name + output.value));
  return make("div", "", make("code", "", `${name}${output.value.length / 2} bytes`), bytes(output.value, other ? other.value : undefined));
}

// Sixteen bytes a line; those that differ from the first implementation's are marked. Of many, the first lines and the
// first that differ.
const mostLines = 256;
function bytes(value, other) {
  const pre = make("pre", "bytes");
  let lines = 0, left = 0;
  for (let at = 0; at < value.length; at += 32) {
    const differs = other !== undefined && other.slice(at, at + 32) !== value.slice(at, at + 32);
    if (lines >= (differs ? 2 * mostLines : mostLines)) {
      left += Math.min(32, value.length - at) / 2;
      continue;
    }
    lines += 1;
    pre.append(make("span", "offset", (at / 2).toString(16).padStart(4, "0") + "  "));
    for (let index = at; index < Math.min(at + 32, value.length); index += 2) {
      const one = value.slice(index, index + 2);
      const differs = other !== undefined && other.slice(index, index + 2) !== one;
      pre.append(differs ? make("mark", "", one) : one, " ");
    }
    pre.append("\n");
  }
  if (left > 0) pre.append(make("span", "offset", `${left} bytes more`));
  return pre;
}

function move(by) {
  const lines = [...get("rows").querySelectorAll("tr[data-id]")];
  const at = lines.indexOf(document.activeElement);
  const next = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

function keys(event) {
  const typing = event.target.matches("input[type=search], select");
  if (get("details").open) {
    if (event.key === "n") open(current + 1);
    if (event.key === "p") open(current - 1);
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    get("search").focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("select")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && typing) {
    event.target.blur();
  }
}

function theme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  get("theme").textContent = dark ? "Light" : "Dark";
}

async function start() {
  theme(matchMedia("(prefers-color-scheme: dark)").matches);
  get("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme !== "dark"));
  if (typeof DecompressionStream === "undefined") {
    throw new Error("This browser can't unpack the page's data (DecompressionStream, in browsers since 2023). "
      + "`conformance report --markdown` and `--json` write what it has.");
  }
  data = await unpacked("index");
  data.rows.forEach((row, number) => {
    row.number = number;
    row.text = textOf(row);
  });
  get("close").addEventListener("click", () => get("details").close());
  get("details").addEventListener("click", event => { if (event.target === get("details")) get("details").close(); });
  get("details").addEventListener("close", () => {
    const line = get("rows").querySelector(`tr[data-id="${CSS.escape(get("details-id").textContent)}"]`);
    if (line) line.focus();
  });
  document.addEventListener("keydown", keys);
  get("columns").append(make("th", "", "Scenario"), ...columns().map(name => make("th", "", name)));
  summary();
  controls();
  show();
  performance.mark("shown");
}

start().catch(problem => {
  get("problem").textContent = problem.message;
  get("problem").hidden = false;
});
