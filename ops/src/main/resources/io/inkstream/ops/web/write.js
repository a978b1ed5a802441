import { $, ask, askJson, debounced, el, isAway, kept, Refusal, sleep } from "./shared.js";
import { makeKnobs } from "./knobs.js";

const LINK_CHARS = 8000;
const LIVE_CHARS = 1000;
const MOST_DRAWN_BEFORE = 20;
const MOST_PARTS = 40;
const CARDS_AT_FIRST = 12;
const SAMPLE_CHARS = 26;
const SAMPLES_AT_ONCE = 3;
const NOT_YET = 204;
const SAMPLES_WAIT_MILLIS = 3000;
const LONGEST_WAIT_S = 10;
/** Lines of the usual measure are too small to read on a sheet narrower than this. */
const NARROW_PX = 480;
const NARROW_MEASURE_PX = 512;
const AWAY = "The page's server does not answer. Your text is kept in this browser; trying again.";
const GREETING = `Dear reader,
nobody has ever written this line by hand. The quick brown fox jumps over the lazy dog, 12 times or 345 & more!`;

let knobs = makeKnobs($("knobs"), [], () => {});
let limits = { textBytes: 65536 };
let styles = [];
let serving = "";
let drawing = null;
let stop = new AbortController();
let firstLine = Promise.resolve();
const drawnBefore = [];

// What is asked for

const bytesOf = (text) => new TextEncoder().encode(text).length;
const styleNow = () => document.querySelector("input[name=style]:checked")?.value || "natural";

function requestNow() {
  const style = styleNow();
  const seed = $("seed").value.trim();
  if (seed === "") $("seed").value = newSeed();
  return {
    text: $("text").value,
    style,
    seed: $("seed").value.trim(),
    model: $("model").value || styles.find((one) => one.name === style)?.model || null,
    options: knobs.values(),
  };
}

const newSeed = () => String(Math.floor(Math.random() * 1000000));

function fill(request) {
  $("text").value = request.text;
  $("seed").value = request.seed;
  choose(request.style);
  if (request.model && ![...$("model").options].some((option) => option.value === request.model)) {
    $("model").append(new Option(request.model, request.model));
  }
  $("model").value = request.model || "";
  knobs.set(request.options || {});
}

function choose(style) {
  const radio = [...document.querySelectorAll("input[name=style]")].find((one) => one.value === style);
  if (radio) radio.checked = true;
  return Boolean(radio);
}

// Links

/** The address of a drawing: whoever opens it gets the same bytes. Empty where it would be too long. */
function linkTo(request) {
  const { text, style, seed, model, options } = request;
  const said = new URLSearchParams({ text, style, seed, ...(model ? { model } : {}), ...options });
  const link = "#" + said;
  return link.length > LINK_CHARS ? "" : link;
}

function requestOf(link) {
  if (link.length < 2 || link.length > LINK_CHARS) return null;
  const said = new URLSearchParams(link.slice(1));
  if (!said.has("text")) return null;
  const options = {};
  for (const name of knobs.names()) if (said.has(name)) options[name] = said.get(name);
  return {
    text: said.get("text"),
    style: said.get("style") || "natural",
    seed: said.get("seed") || "7",
    model: said.get("model"),
    options,
  };
}

// What is wrong

function problem(field, message) {
  const beside = $(field + "-problem") && !field.startsWith("knob-") ? $(field + "-problem") : null;
  if (beside) {
    beside.replaceChildren(message);
    beside.hidden = false;
    $(field)?.setAttribute("aria-invalid", "true");
    return beside;
  }
  if (knobs.problem(field, message)) return null;
  $("problem").textContent = message;
  $("problem").hidden = false;
  return $("problem");
}

function clearProblems() {
  for (const one of document.querySelectorAll(".problem")) one.hidden = true;
  for (const one of document.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

function explain(refused) {
  const beside = problem(refused.field || "", refused.message);
  if (refused.field === "model" && beside) {
    beside.append(" ", el("button", {
      type: "button", className: "small quiet", onclick: () => { $("model").value = ""; draw(); },
    }, "Draw with the version that serves"));
  }
  if (refused.reason === "TEXT_TOO_LARGE") offerParts();
}

const status = (message) => { if ($("status").textContent !== message) $("status").textContent = message; };

// Long texts

/** Splits at blank lines, else at line ends, else at spaces, so that each part is within the limit. */
function partsOf(text, most) {
  const parts = [];
  let rest = text;
  while (bytesOf(rest) > most && parts.length < MOST_PARTS) {
    let cut = Math.min(rest.length, most);
    while (bytesOf(rest.slice(0, cut)) > most) cut = Math.floor(cut * 0.9);
    const within = rest.slice(0, cut);
    const at = [within.lastIndexOf("\n\n"), within.lastIndexOf("\n"), within.lastIndexOf(" ")].find((place) => place > 0) ?? cut;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at).replace(/^\s+/, "");
  }
  if (rest.trim()) parts.push(rest);
  return parts;
}

function offerParts() {
  const text = $("text").value;
  const bytes = bytesOf(text);
  const parts = partsOf(text, limits.textBytes);
  const said = problem("text", `This text has ${bytes.toLocaleString("en")} bytes, and a document takes `
    + `${limits.textBytes.toLocaleString("en")}. `);
  if (parts.length <= MOST_PARTS) {
    said.append(el("button", { type: "button", className: "small quiet", onclick: () => draw({ parts }) },
      `Write it as ${parts.length} documents, split at paragraphs`));
  }
}

// Drawing

/** Follows a document to its end, and asks for it again where it was lost: the same request gives the same lines. */
async function follow(request, known, on, signal) {
  const seen = new Set();
  let id = known;
  let isSure = false;
  for (let wait = 1; ; wait = Math.min(2 * wait, LONGEST_WAIT_S)) {
    try {
      if (id && !isSure && !(await isKnown(id))) id = null;
      isSure = true;
      if (!id) {
        id = (await askJson("/api/documents", { body: request, signal })).document;
        on.sent(id);
      }
      const end = await listen(id, seen, on, signal);
      if (end) return { ...end, document: id };
      id = null;
    } catch (error) {
      if (signal.aborted || !isAway(error)) throw error;
      on.say(error instanceof Refusal
        ? `${error.message} Your text is kept here; trying again.`
        : AWAY);
    }
    await sleep(1000 * wait, signal);
  }
}

/** Hears a document to its end; nothing if the server does not know it any more. */
function listen(id, seen, on, signal) {
  const base = "/api/documents/" + encodeURIComponent(id);
  return new Promise((resolve, reject) => {
    const source = new EventSource(base + "/events");
    const finish = (settle, value) => {
      source.close();
      settle(value);
    };
    signal.addEventListener("abort", () => finish(reject, signal.reason), { once: true });
    source.addEventListener("line", (event) => {
      const line = JSON.parse(event.data);
      if (!seen.has(line.index)) {
        seen.add(line.index);
        on.line({ ...line, src: base + "/" + line.file });
      }
    });
    source.addEventListener("unknown", () => finish(resolve, null));
    source.addEventListener("waiting", (event) => on.waiting(JSON.parse(event.data).missing));
    source.addEventListener("refused", (event) => finish(resolve, { refused: JSON.parse(event.data) }));
    source.addEventListener("end", (event) => finish(resolve, { cut: JSON.parse(event.data).cut }));
    source.onerror = async () => {
      if (source.readyState !== EventSource.CLOSED) {
        on.say(AWAY);
        return;
      }
      try {
        if (await isKnown(id)) finish(reject, new Error("the connection was closed"));
        else finish(resolve, null);
      } catch (error) {
        finish(reject, error);
      }
    };
  });
}

/** Draws what the fields say. */
async function draw({ parts = null, known = null, request = requestNow(), remember = true } = {}) {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  clearProblems();
  if (!request.text.trim()) {
    problem("text", "There is no text to write.");
    return;
  }
  const texts = parts || [request.text];
  if (!parts && bytesOf(request.text) > limits.textBytes) {
    offerParts();
    return;
  }
  const previous = drawing;
  const withoutVersion = (one) => JSON.stringify({ ...one, model: null });
  if (remember && previous && withoutVersion(previous.request) !== withoutVersion(request)) {
    drawnBefore.push({ asked: previous.asked, request: previous.request });
    if (drawnBefore.length > MOST_DRAWN_BEFORE) drawnBefore.shift();
  }
  $("back").hidden = drawnBefore.length === 0;
  const begun = performance.now();
  drawing = { asked: request, request, parts, link: linkTo(request), documents: [], lines: [], substituted: new Map(), isWhole: false };
  const mine = drawing;
  Object.assign($("sheet").dataset, { ruling: request.options.ruling || "plain", align: request.options.align || "left" });
  keep(known);
  status(known ? "Coming back to what was being drawn ..." : "Sent; waiting for the first line ...");
  $("note").textContent = "";
  let first = 0;
  let firstSeen;
  firstLine = new Promise((resolve) => { firstSeen = resolve; });
  let ofEarlierParts = 0;
  try {
    for (const [index, text] of texts.entries()) {
      const part = texts.length > 1 ? `Document ${index + 1} of ${texts.length}: ` : "";
      let count = 0;
      const end = await follow({ ...request, text }, index === 0 ? known : null, {
        sent: (id) => { if (!parts) keep(id); },
        say: status,
        waiting: (missing) => status(missing
          ? `${missing} Your text is safe on its topic, and is drawn as soon as that is back.`
          : part + "waiting for the next line ..."),
        line: (line) => {
          if (first === 0) {
            first = performance.now() - begun;
            mine.model = line.model;
            firstSeen();
          }
          count = line.count;
          show(mine, ofEarlierParts + line.index, line);
          status(`${part}${line.index + 1} of ${line.count} ${line.count > 1 ? "lines" : "line"}`);
        },
      }, signal);
      if (end.refused) {
        refuse(end.refused, previous);
        return;
      }
      if (end.cut) problem("text", "The text is longer than this page shows; its topic has the rest.");
      mine.documents.push(end.document);
      ofEarlierParts += count;
    }
    finish(mine, ofEarlierParts, performance.now() - begun, first, Boolean(known) && mine.documents[0] === known);
  } catch (error) {
    if (signal.aborted) return;
    refuse(error, previous);
  }
}

/** What was drawn before stays, with its files and its link. */
function refuse(refused, previous) {
  drawing = previous;
  if (previous) keep(previous.documents[0]);
  explain(refused);
  status("Not written: what is wrong is said beside the field.");
}

function finish(mine, lines, took, first, wasThere) {
  mine.isWhole = true;
  trim(lines);
  mine.request = { ...mine.request, model: mine.model || mine.request.model };
  mine.link = mine.parts ? "" : linkTo(mine.request);
  keep(mine.parts ? null : mine.documents[0]);
  $("save").hidden = false;
  $("link").hidden = mine.link === "";
  const seconds = (millis) => (millis / 1000).toFixed(millis < 9950 ? 1 : 0) + " s";
  status(`${lines} ${lines > 1 ? "lines" : "line"}`
    + (wasThere ? ", as drawn before" : ` in ${seconds(took)}, the first after ${seconds(first)}`)
    + `; ${mine.model}, seed ${mine.request.seed}.`);
  document.body.dataset.firstMillis = Math.round(first);
  document.body.dataset.allMillis = Math.round(took);
  if (mine.substituted.size > 0) {
    $("note").textContent = "Drawn with what the model has: "
      + [...mine.substituted].map(([from, to]) => `${from} → ${to || "nothing"}`).join(", ");
  }
}

/** Keeps what is being drawn for a reload, and puts it into the address. */
function keep(id) {
  kept.put("drawing", { request: drawing.request, link: drawing.link, parts: drawing.parts ? drawing.parts.length : 0, document: id });
  history.replaceState(null, "", drawing.link || location.pathname);
}

// Lines and letters

function show(mine, place, line) {
  const measure = line.measure || 1024;
  const image = el("img", { src: line.src, width: line.width, height: line.height, alt: line.text, decoding: "async" });
  image.style.width = `${Math.min(100, (100 * line.width) / measure)}%`;
  const box = el("span", { className: "box", hidden: true });
  const shown = el("div", {
    className: "line", tabIndex: 0, role: "group", "aria-label": `Line ${place + 1}: ${line.text || "blank"}`,
  }, image, box);
  shown.inkline = { line, image, box, at: -1, request: mine.request };
  const item = el("li", {}, shown);
  const old = $("lines").children[place];
  // The line that was there stays until this one can be seen: nothing flickers.
  const swap = () => {
    const before = old?.firstElementChild;
    const isFocused = before && before === document.activeElement;
    if (old?.isConnected) old.replaceWith(item);
    else $("lines").append(item);
    if (!isFocused) return;
    shown.focus(); // whoever reads along with the keyboard stays where they were
    inspect(shown, Math.min(before.inkline.at, line.glyphs.length - 1));
  };
  if (old) image.decode().then(swap, swap);
  else swap();
  for (const { original, replacement } of line.substitutions) mine.substituted.set(original, replacement);
}

function trim(count) {
  while ($("lines").children.length > count) $("lines").lastElementChild.remove();
}

/** What the reader reads for each drawn letter, where it says: the cheapest alignment of the two. */
function readings(line) {
  const drawn = line.glyphs.map((glyph) => glyph.character);
  const read = [...line.reading.text].filter((character) => character.trim());
  const cost = [read.map((_, j) => j).concat(read.length)];
  for (let i = 1; i <= drawn.length; i++) {
    cost[i] = [i];
    for (let j = 1; j <= read.length; j++) {
      cost[i][j] = Math.min(cost[i - 1][j - 1] + (drawn[i - 1] === read[j - 1] ? 0 : 1), cost[i - 1][j] + 1, cost[i][j - 1] + 1);
    }
  }
  const result = new Array(drawn.length).fill("");
  for (let i = drawn.length, j = read.length; i > 0;) {
    if (j > 0 && cost[i][j] === cost[i - 1][j - 1] + (drawn[i - 1] === read[j - 1] ? 0 : 1)) {
      result[--i] = read[--j];
    } else if (cost[i][j] === cost[i - 1][j] + 1) {
      i--;
    } else {
      j--;
    }
  }
  return result;
}

const KNOWN = new Set(["character", "offset", "left", "top", "width", "height", "joined"]);

function inspect(shown, at) {
  const known = shown?.inkline;
  const letter = $("letter");
  if (!known || at < 0 || at >= known.line.glyphs.length) {
    for (const box of document.querySelectorAll(".box:not([hidden])")) box.hidden = true;
    letter.hidden = true;
    return;
  }
  if (known.at === at && !known.box.hidden) return;
  for (const box of document.querySelectorAll(".box:not([hidden])")) box.hidden = true;
  known.at = at;
  const { line, image, box, request } = known;
  const glyph = line.glyphs[at];
  const scale = image.clientWidth / line.width;
  Object.assign(box.style, {
    left: `${image.offsetLeft + glyph.left * scale - 2}px`,
    top: `${image.offsetTop + glyph.top * scale - 2}px`,
    width: `${glyph.width * scale + 4}px`,
    height: `${glyph.height * scale + 4}px`,
  });
  box.hidden = false;
  const instead = line.substitutions.find((one) => one.offset === glyph.offset);
  const code = "U+" + glyph.character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  const facts = [
    [instead ? `for ${instead.original}` : "class", `${glyph.character}  ${code}${glyph.joined ? ", joined to the next" : ""}`],
    ["box", `${glyph.width} × ${glyph.height} at ${glyph.left}, ${glyph.top}`],
    ["hand", `${line.style}, seed ${line.seed}`],
    ["version", line.model],
  ];
  if (line.reading && line.glyphs.length <= 400) {
    line.read ??= readings(line);
    facts.push(["read as", line.read[at] ? `${line.read[at]}${line.read[at] === glyph.character ? "" : " (not the same)"}` : "nothing"]);
  }
  for (const [name, value] of Object.entries(glyph)) if (!KNOWN.has(name)) facts.push([name, value]);
  letter.replaceChildren(el("dl", {}, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))])));
  letter.hidden = false;
  const sheet = $("sheet").getBoundingClientRect();
  const place = box.getBoundingClientRect();
  const left = Math.min(Math.max(place.left - sheet.left, 8), Math.max(8, sheet.width - letter.offsetWidth - 8));
  letter.style.left = `${left}px`;
  letter.style.top = `${place.bottom - sheet.top + 8}px`;
}

function glyphAt(shown, event) {
  const { line, image } = shown.inkline;
  const area = image.getBoundingClientRect();
  const scale = line.width / area.width;
  const x = (event.clientX - area.left) * scale;
  const y = (event.clientY - area.top) * scale;
  let best = -1;
  let nearest = 12;
  line.glyphs.forEach((glyph, index) => {
    const dx = Math.max(glyph.left - x, 0, x - glyph.left - glyph.width);
    const dy = Math.max(glyph.top - y, 0, y - glyph.top - glyph.height);
    const distance = dx + dy / 2;
    if (distance < nearest) {
      nearest = distance;
      best = index;
    }
  });
  return best;
}

$("lines").addEventListener("pointermove", (event) => {
  const shown = event.target.closest(".line");
  if (shown) inspect(shown, glyphAt(shown, event));
});
$("lines").addEventListener("pointerdown", (event) => {
  const shown = event.target.closest(".line");
  if (shown) inspect(shown, glyphAt(shown, event));
});
$("sheet").addEventListener("pointerleave", () => inspect(null, -1));
$("lines").addEventListener("focusin", (event) => {
  const shown = event.target.closest(".line");
  if (shown?.matches(":focus-visible")) inspect(shown, 0);
});
$("lines").addEventListener("focusout", () => inspect(null, -1));
$("lines").addEventListener("keydown", (event) => {
  const shown = event.target.closest(".line");
  if (!shown) return;
  const last = shown.inkline.line.glyphs.length - 1;
  const at = shown.inkline.at;
  const to = { ArrowRight: Math.min(last, at + 1), ArrowLeft: Math.max(0, at - 1), Home: 0, End: last, Escape: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  inspect(shown, to);
});

// Files

async function save(download) {
  const mine = drawing;
  const { signal } = stop;
  if (!mine?.isWhole) {
    status("Not all lines have come yet.");
    return;
  }
  const texts = mine.parts || [mine.request.text];
  try {
    for (const [index, text] of texts.entries()) {
      let id = mine.documents[index];
      const isDrawn = !download.format || download.format === "png";
      if (!isDrawn || !(await isKnown(id))) {
        status(`Drawing the same again for ${download.label} ...`);
        const request = { ...mine.request, text, ...(download.format ? { format: download.format } : {}) };
        const quiet = { sent() {}, line() {}, waiting: (missing) => missing && status(missing), say: status };
        const end = await follow(request, null, quiet, signal);
        if (end.refused) {
          explain({ ...end.refused, field: "" });
          status("Not saved.");
          return;
        }
        id = end.document;
      }
      const link = el("a", { href: `/api/documents/${encodeURIComponent(id)}/files/${download.id}`, download: "" });
      document.body.append(link);
      link.click();
      link.remove();
    }
    status(`Saved as ${download.label}.`);
  } catch (error) {
    if (!signal.aborted) explain(error);
  }
}

const isKnown = async (id) => (await askJson("/api/documents/" + encodeURIComponent(id))).known;

// Style cards

let samplesStop = new AbortController();

function sampleText() {
  const line = $("text").value.split("\n").map((one) => one.trim()).filter((one) => one.length > 3)[0] || $("text").value.trim();
  if (line.length <= SAMPLE_CHARS) return line || "The quick brown fox";
  const cut = line.slice(0, SAMPLE_CHARS + 1);
  const space = cut.lastIndexOf(" ");
  return space > 8 ? cut.slice(0, space) : line.slice(0, SAMPLE_CHARS);
}

async function sample() {
  samplesStop.abort();
  samplesStop = new AbortController();
  const { signal } = samplesStop;
  // What was asked for comes first.
  await Promise.race([firstLine, sleep(SAMPLES_WAIT_MILLIS, signal)]).catch(() => {});
  if (signal.aborted) return;
  const { seed, options } = requestNow();
  const text = sampleText();
  const queue = [...document.querySelectorAll(".card")];
  const worker = async () => {
    for (let card = queue.shift(); card; card = queue.shift()) {
      const style = card.dataset.style;
      const asked = { text, style, seed, options, model: card.dataset.model || $("model").value || serving || null };
      const key = JSON.stringify(asked);
      if (card.dataset.sample === key) continue;
      try {
        const answer = await ask("/api/samples", { body: asked, signal });
        if (answer.status === NOT_YET) {
          queue.push(card);
          await sleep(1000, signal);
          continue;
        }
        const blob = await answer.blob();
        const picture = card.querySelector("img");
        const before = picture.src;
        picture.src = URL.createObjectURL(blob);
        picture.hidden = false;
        card.dataset.sample = key;
        if (before) URL.revokeObjectURL(before);
      } catch (error) {
        if (signal.aborted) return;
        if (isAway(error)) {
          await sleep(2000, signal).catch(() => {});
          if (!signal.aborted && card.isConnected) queue.push(card);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: SAMPLES_AT_ONCE }, worker));
}

const sampleSoon = debounced(500, sample);

function makeCards(all) {
  const chosen = styleNow();
  const shown = all ? styles : styles.slice(0, CARDS_AT_FIRST);
  $("cards").replaceChildren(...shown.map((style) => {
    const radio = el("input", { type: "radio", name: "style", value: style.name, checked: style.name === chosen });
    radio.addEventListener("change", () => {
      saveDraft();
      draw();
    });
    const card = el("label", { className: "card", title: style.description },
      radio,
      el("span", { className: "swatch" }, el("img", { alt: "", hidden: true })),
      el("span", { className: "name" }, style.name),
      el("span", { className: "hint" }, style.description));
    card.dataset.style = style.name;
    card.dataset.model = style.model || "";
    return card;
  }));
  $("more").hidden = shown.length === styles.length;
  $("more").textContent = `Show all ${styles.length} styles`;
}

$("more").addEventListener("click", () => {
  makeCards(true);
  sample();
});

// Beginning

async function loadStyles() {
  const answer = await askJson("/api/styles");
  styles = answer.styles;
  serving = answer.model || "";
  makeCards(false);
  if (styles.length === 0) status("No model is published yet; texts wait until one is.");
  const chosen = $("model").value;
  $("model").replaceChildren(new Option(serving ? `the one that serves, ${serving}` : "the one that serves", ""),
    ...answer.versions.map((id) => new Option(id, id)));
  $("model").value = chosen;
}

function loadKnobs(answer) {
  limits = answer.limits;
  knobs = makeKnobs($("knobs"), answer.options, debounced(250, () => {
    saveDraft();
    draw({ remember: false });
    sampleSoon();
  }));
  $("downloads").replaceChildren(...answer.downloads.map((download) => el("button", {
    type: "button", className: "quiet small", title: download.doc, onclick: () => save(download),
  }, download.label)));
}

const saveDraft = () => kept.put("draft", { ...requestNow(), model: $("model").value || null });

function begin() {
  const asked = new URLSearchParams(location.search).get("style");
  const before = kept.get("drawing");
  const linked = requestOf(location.hash);
  const draft = kept.get("draft");
  const isMine = before?.request && (before.link === location.hash || location.hash.length < 2) && !asked;
  const options = $("sheet").clientWidth < NARROW_PX ? { lineWidthPx: NARROW_MEASURE_PX } : {};
  fill(linked && !isMine ? linked : draft?.text ? draft : { text: GREETING, style: "natural", seed: "7", model: null, options });
  if (asked && choose(asked)) {
    history.replaceState(null, "", location.pathname);
    draw();
  } else if (isMine && !before.parts) {
    draw({ known: before.document, request: before.request });
  } else {
    draw({ request: linked || requestNow() });
  }
  sample();
}

async function load() {
  for (let wait = 1; ; wait = Math.min(2 * wait, LONGEST_WAIT_S)) {
    try {
      loadKnobs(await askJson("/api/options"));
      await loadStyles();
      begin();
      return;
    } catch (error) {
      status(error instanceof Refusal ? error.message : "The page's server does not answer; trying again.");
      await sleep(1000 * wait);
    }
  }
}

const drawSoon = debounced(700, () => draw({ remember: false }));

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  draw();
});
$("text").addEventListener("input", () => {
  saveDraft();
  sampleSoon();
  if ($("live").checked && $("text").value.trim() && $("text").value.length <= LIVE_CHARS) drawSoon();
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    draw();
  }
});
$("other").addEventListener("click", () => {
  $("seed").value = newSeed();
  saveDraft();
  draw();
  sample();
});
$("back").addEventListener("click", () => {
  const last = drawnBefore.pop();
  if (!last) return;
  const { asked, request } = last;
  fill(asked);
  saveDraft();
  draw({ request, remember: false });
  sample();
});
for (const id of ["seed", "model"]) {
  $(id).addEventListener("change", () => {
    saveDraft();
    draw();
    sample();
  });
}
$("reset").addEventListener("click", () => {
  knobs.set({});
  saveDraft();
  draw();
  sampleSoon();
});
$("link").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    status("The link is copied: it draws the same bytes.");
  } catch {
    status("The link is in the address bar: it draws the same bytes.");
  }
});
$("live").checked = kept.get("live") ?? true;
$("live").addEventListener("change", () => kept.put("live", $("live").checked));
window.addEventListener("hashchange", () => {
  const linked = requestOf(location.hash);
  if (linked && location.hash !== drawing?.link) {
    fill(linked);
    draw({ request: linked });
    sample();
  }
});
load();
