import { $, ago, askJson, el, figure, poll, words } from "./shared.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 420;
const HEIGHT = 210;
const LEFT = 56;
const BOTTOM = 26;
const TOP = 10;
const RIGHT = 14;
const FRAME_MILLIS = 350;
const MOST_TEXTS = 5;
/** Endings of figures that share a chart, and what they are called there. */
const SHARED = [["_generated", "generated"], ["_real", "real handwriting"], ["_lstm", "LSTM"], ["_rnn", "plain RNN"]];
const FIRST = ["loss", "critic", "generator"];

let chosen = null;
let shown = "";
let frames = [];
let playing = 0;

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function ticks(least, most, about) {
  const rough = (most - least) / about || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((one) => one >= rough);
  const found = [];
  for (let tick = Math.ceil(least / step) * step; tick <= most + step / 1e6; tick += step) found.push(Math.abs(tick) < step / 1e6 ? 0 : tick);
  return found;
}

/** A chart of some series, each a name and its points; the sentence below it says the same. */
function chart(title, series) {
  const points = series.flatMap(([, curve]) => curve);
  const steps = points.map(([step]) => step);
  const values = points.map(([, value]) => value);
  const [from, to] = [Math.min(...steps), Math.max(...steps)];
  let [least, most] = [Math.min(...values), Math.max(...values)];
  if (least === most) [least, most] = [least - Math.abs(least) / 10 - 0.1, most + Math.abs(most) / 10 + 0.1];
  const x = (step) => LEFT + ((step - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - least) / (most - least)) * (HEIGHT - BOTTOM - TOP);
  const drawing = svg("svg", {
    class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": series.map(([name, curve]) => `${title}${series.length > 1 ? ", " + name : ""}: ${figure(curve[0][1])} at step ${curve[0][0]}, `
      + `${figure(curve.at(-1)[1])} at step ${curve.at(-1)[0]}`).join("; "),
  });
  for (const tick of ticks(least, most, 4)) {
    drawing.append(svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }),
      svg("text", { x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, figure(Number(tick.toPrecision(6)))));
  }
  for (const tick of ticks(from, to, 4)) {
    drawing.append(svg("text", { x: x(tick), y: HEIGHT - 8, "text-anchor": "middle" }, tick >= 10000 ? `${figure(tick / 1000)}k` : figure(tick)));
  }
  series.forEach(([, curve], index) => {
    drawing.append(svg("g", { class: "s" + index }, curve.length > 1
      ? svg("polyline", { points: curve.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })
      : svg("circle", { cx: x(curve[0][0]), cy: y(curve[0][1]), r: 3 })));
  });
  return el("figure", {}, el("figcaption", {}, title), drawing,
    series.length > 1 ? el("div", { className: "legend" }, ...series.map(([name], index) => el("span", { className: "s" + index }, name))) : null);
}

function charts(curves) {
  const grouped = new Map();
  for (const [name, curve] of Object.entries(curves)) {
    const [ending, label] = SHARED.find(([end]) => name.endsWith(end)) || ["", "generated"];
    const title = name.slice(0, name.length - ending.length);
    grouped.set(title, [...(grouped.get(title) || []), [label, curve]]);
  }
  const rank = (title) => {
    const place = FIRST.findIndex((word) => title.includes(word));
    return place < 0 ? FIRST.length : place;
  };
  return [...grouped].filter(([, series]) => series.some(([, curve]) => curve.length > 1))
    .sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other))
    .map(([title, series]) => chart(words(title), series));
}

const frameAddress = (step) => `/api/training/${encodeURIComponent(chosen)}/${step}.png`;

function showFrame() {
  const step = frames[$("frames").valueAsNumber];
  if (step === undefined) return;
  $("frame-step").textContent = step.toLocaleString("en");
  $("frame").src = frameAddress(step);
  $("frame").alt = `Samples at step ${step}`;
}

function film(steps) {
  $("film").hidden = steps.length === 0;
  const wasLast = $("frames").valueAsNumber >= frames.length - 1;
  if (JSON.stringify(steps) === JSON.stringify(frames)) return;
  frames = steps;
  $("frames").max = Math.max(0, frames.length - 1);
  if (wasLast) $("frames").value = frames.length - 1;
  showFrame();
}

function stopFilm() {
  clearInterval(playing);
  playing = 0;
  $("play").textContent = "Play";
}

async function showRun() {
  const run = await askJson("/api/training/" + encodeURIComponent(chosen));
  const said = JSON.stringify(run);
  $("when").textContent = `last heard ${ago(run.at)}`;
  if (said === shown) return;
  shown = said;
  $("run").hidden = false;
  $("name").textContent = run.run;
  $("stage").textContent = `${words(run.stage)}: step ${run.step.toLocaleString("en")}`
    + (run.planned > 0 ? ` of ${run.planned.toLocaleString("en")}` : "") + `, begun ${ago(run.begun)}.`;
  $("progress").hidden = run.planned === 0;
  $("progress").max = Math.max(1, run.planned);
  $("progress").value = Math.min(run.step, Math.max(1, run.planned));
  film(run.grids);
  $("texts").hidden = run.texts.length === 0;
  $("text-list").replaceChildren(...run.texts.slice(-MOST_TEXTS).reverse().map(([step, text]) =>
    el("div", {}, el("h3", {}, `Step ${step.toLocaleString("en")}`), el("pre", {}, text))));
  const card = Object.entries(run.card);
  $("card").hidden = card.length === 0;
  $("card-table").replaceChildren(el("table", {}, el("tbody", {}, ...card.map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, words(name)), el("td", {}, figure(value)))))));
  $("charts").replaceChildren(...charts(run.curves));
}

let list = "";

async function load() {
  const { runs } = await askJson("/api/training");
  $("none").hidden = runs.length > 0;
  $("status").textContent = runs.length === 0 ? "Nothing on the topic yet." : `${runs.length} ${runs.length === 1 ? "run" : "runs"}.`;
  if (runs.length === 0) return;
  if (!runs.some((run) => run.run === chosen)) chosen = runs[0].run;
  const names = JSON.stringify([chosen, runs.map((run) => run.run)]);
  if (names !== list) {
    list = names;
    const focused = document.activeElement?.dataset?.run;
    $("runs").replaceChildren(...runs.map(({ run }) => {
      const button = el("button", { type: "button", className: "small quiet", "aria-pressed": String(run === chosen) }, run);
      button.dataset.run = run;
      return button;
    }));
    if (focused) [...$("runs").children].find((button) => button.dataset.run === focused)?.focus();
  }
  await showRun();
}

$("runs").addEventListener("click", (event) => {
  const { run } = event.target.dataset;
  if (!run || run === chosen) return;
  chosen = run;
  shown = "";
  frames = [];
  stopFilm();
  load().catch(() => {});
});
$("frames").addEventListener("input", () => {
  stopFilm();
  showFrame();
});
$("play").addEventListener("click", () => {
  if (playing) {
    stopFilm();
    return;
  }
  $("play").textContent = "Stop";
  if ($("frames").valueAsNumber >= frames.length - 1) $("frames").value = 0;
  showFrame();
  playing = setInterval(() => {
    if ($("frames").valueAsNumber >= frames.length - 1) {
      stopFilm();
      return;
    }
    $("frames").value = $("frames").valueAsNumber + 1;
    showFrame();
  }, FRAME_MILLIS);
});

poll(3000, load, (message) => {
  $("problem").textContent = message;
  $("problem").hidden = !message;
});
