"use strict";

const $ = (id) => document.getElementById(id);
let source = null;
let models = new Map();

function problem(message) {
  $("problem").textContent = message;
  $("problem").hidden = !message;
}

function link(href, name, text, className) {
  const a = document.createElement("a");
  a.href = href;
  a.download = name;
  a.textContent = text;
  a.className = className;
  return a;
}

async function loadStyles() {
  try {
    const answer = await (await fetch("/api/styles")).json();
    if (answer.styles.length === 0) {
      $("model").textContent = "No model is published yet; texts wait until one is.";
      return;
    }
    const chosen = new URLSearchParams(location.search).get("style") || $("style").value;
    $("style").replaceChildren(...answer.styles.map((style) => new Option(style.name, style.name)));
    $("style").value = answer.styles.some((style) => style.name === chosen) ? chosen : answer.styles[0].name;
    models = new Map(answer.styles.map((style) => [style.name, style.model]));
    const descriptions = new Map(answer.styles.map((style) => [style.name, style.description]));
    const hint = () => { $("hint").textContent = descriptions.get($("style").value) || ""; };
    $("style").onchange = hint;
    hint();
    $("model").textContent = "Drawn by " + answer.model + ".";
  } catch {
    problem("The server does not answer.");
  }
}

function finish(message) {
  source.close();
  $("write").disabled = $("other").disabled = false;
  $("state").textContent = message;
}

function follow(id) {
  const started = performance.now();
  const base = "/api/documents/" + encodeURIComponent(id) + "/";
  const substituted = new Map();
  let arrived = 0;
  source = new EventSource(base + "events");
  source.addEventListener("line", (event) => {
    const line = JSON.parse(event.data);
    const item = document.createElement("li");
    const image = new Image(line.width, line.height);
    image.src = base + line.file;
    image.alt = line.text;
    item.append(image, link(base + line.file, line.file, "PNG", "save"));
    $("lines").append(item);
    arrived++;
    line.substitutions.forEach((s) => substituted.set(s.original, s.replacement));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    $("state").textContent = `${arrived} of ${line.count} lines, ${seconds} s, seed ${line.seed}`;
  });
  source.addEventListener("page", (event) => {
    const page = JSON.parse(event.data);
    if (page.problem) {
      problem("Page " + (page.index + 1) + " has no image: " + page.problem);
      return;
    }
    $("downloads").append(link(base + page.file, page.file, page.count > 1 ? "Page " + (page.index + 1) : "Page as PNG", "button"));
  });
  source.addEventListener("refused", (event) => {
    const refused = JSON.parse(event.data);
    problem(refused.message + " (" + refused.reason + ")");
  });
  source.addEventListener("end", (event) => {
    if (JSON.parse(event.data).cut) problem("The text is longer than this page shows; its topic has the rest.");
    finish(arrived ? $("state").textContent + "." : "Refused.");
    if (substituted.size > 0) {
      $("note").textContent = "Drawn with what the model has: "
        + [...substituted].map(([from, to]) => `${from} → ${to || "nothing"}`).join(", ");
    }
  });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) {
      finish("The connection was lost.");
    }
  };
}

async function write(event) {
  if (event) event.preventDefault();
  if (source) source.close();
  problem("");
  $("note").textContent = "";
  $("lines").replaceChildren();
  $("downloads").replaceChildren();
  $("state").textContent = "Sent; waiting for the first line …";
  $("write").disabled = $("other").disabled = true;
  const seed = $("seed").value.trim();
  const height = Number($("height").value);
  try {
    const response = await fetch("/api/documents", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        text: $("text").value,
        style: $("style").value,
        model: models.get($("style").value) || null,
        seed: seed === "" ? null : Number(seed),
        lineHeight: height,
        lineWidth: 16 * height,
      }),
    });
    if (!response.ok) throw new Error(await response.text());
    follow((await response.json()).document);
  } catch (error) {
    problem(error.message || "The server does not answer.");
    $("state").textContent = "Not sent.";
    $("write").disabled = $("other").disabled = false;
  }
}

$("form").addEventListener("submit", write);
$("other").addEventListener("click", () => {
  $("seed").value = Math.floor(Math.random() * 1000000);
  write();
});
loadStyles();
