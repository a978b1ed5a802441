import { $, ago, askJson, debounced, el, figure, poll, Refusal, words } from "./shared.js";

/** What is worth a look first; all the others are behind a click. */
const FIGURES = ["cas_ratio", "frechet_excess", "deviation_ratio", "accuracy_generated", "held_out_bits_per_character"];
const GOOD = new Set(["READY"]);
const BAD = new Set(["REJECTED", "FAILED"]);

let shown = "";
let opened = new Set();

const badge = (text, kind = "") => el("span", { className: "badge " + kind }, text);

function duration(seconds) {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** A policy as people say it. */
function inWords(policy) {
  if (!policy) return "No policy is written: the newest version that every server has ready serves.";
  const parts = [policy.stable ? `${policy.stable} serves by default` : "The newest version that every server has ready serves"];
  if (policy.candidate && policy.steps.length > 0) {
    parts.push(`${policy.candidate} gets ` + policy.steps.map((step) => `${step.percent} % for ${duration(step.seconds)}`).join(", then ")
      + " and is promoted then");
  } else if (policy.candidate) {
    parts.push(`${policy.candidate} gets ${policy.candidatePercent} %`);
  }
  if (policy.shadow) parts.push(`${policy.shadow} draws ${policy.shadowPercent} % in the shadow`);
  if (policy.pins > 0) parts.push(`${policy.pins} documents or styles are pinned`);
  if (policy.bakeSeconds > 0) parts.push(`it is watched for ${duration(policy.bakeSeconds)}`);
  if (policy.frozen) parts.push("new versions do not take over by themselves");
  return parts.join("; ") + ".";
}

function candidateOf(model) {
  const live = model.instances.filter((one) => one.live && one.candidate);
  return live.length > 0 ? { id: live[0].candidate, percent: live[0].candidatePercent } : null;
}

function share(model) {
  const candidate = candidateOf(model);
  if (!candidate || candidate.percent === 0) return null;
  const bar = el("div", { className: "share", role: "img", "aria-label": `${model.serving} ${100 - candidate.percent} %, ${candidate.id} ${candidate.percent} %` },
    el("span"), el("span"));
  bar.children[0].style.width = `${100 - candidate.percent}%`;
  bar.children[1].style.width = `${candidate.percent}%`;
  return bar;
}

function fold(key, summary, ...content) {
  const details = el("details", { open: opened.has(key) }, el("summary", {}, summary), ...content);
  details.addEventListener("toggle", () => (details.open ? opened.add(key) : opened.delete(key)));
  return details;
}

function table(figures) {
  return el("table", {}, el("tbody", {}, ...figures.map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, words(name)), el("td", {}, /^-?\d/.test(value) ? figure(Number(value)) || value : value)))));
}

/** A button that asks before it changes something; all but the promotion, which is what is wanted, are quiet. */
function change(model, action, label, more = {}) {
  return el("button", {
    type: "button",
    className: action === "promote" ? "small" : "small quiet",
    id: `${action} ${more.version || model.name}`,
    onclick: () => confirm({ name: model.name, action, ...more }),
  }, label);
}

function versionOf(model, version) {
  const candidate = candidateOf(model);
  const badges = [];
  if (version.id === model.serving) badges.push(badge("serves", "accent"));
  if (candidate?.id === version.id) badges.push(badge(`candidate, ${candidate.percent} %`, "accent"));
  if (model.policy?.shadow === version.id) badges.push(badge("shadow"));
  if (version.own) badges.push(badge("somebody's own hand"));
  if (version.kind !== "handwriting") badges.push(badge(version.kind));
  const facts = [
    `published ${ago(version.announcedAt)}`,
    version.classes > 0 ? `${version.classes} characters` : "",
    version.styles > 0 ? `${version.styles} styles` : "",
    version.parent ? `from ${version.parent}` : "",
    version.documents > 0 ? `${version.documents} of ${version.allDocuments} documents in the last minute` : "",
  ].filter(Boolean).join(", ");
  const card = Object.entries(version.card);
  const first = FIGURES.filter((name) => name in version.card).map((name) => [name, version.card[name]]);
  const about = el("div", {},
    el("div", { className: "title" }, el("h3", {}, version.id), ...badges),
    el("p", { className: "hint" }, facts + "."),
    first.length > 0 ? table(first) : null,
    card.length > first.length ? fold("card " + version.id, `All ${card.length} figures of its card`, table(card)) : null);
  const servers = el("ul", { className: "small-list" }, ...version.servers.map((server) => el("li", {},
    badge(server.state.toLowerCase(), GOOD.has(server.state) ? "good" : BAD.has(server.state) ? "bad" : ""),
    ` ${server.server}${server.live ? "" : " (silent)"}${server.reason ? ": " + server.reason : ""}`,
    server.hasPicture ? el("img", {
      className: "canary", loading: "lazy", alt: `Canary line that ${server.server} drew with ${version.id}`,
      src: "/api/models/canary?" + new URLSearchParams({ model: version.id, server: server.server }),
    }) : null)));
  const actions = el("div", { className: "do" });
  const offer = (action, label, more) => actions.append(change(model, action, label, { version: version.id, ...more }));
  const onTrial = [model.policy?.candidate, model.policy?.shadow].includes(version.id);
  if (version.ready && version.id !== model.serving) {
    offer("promote", "Promote");
    offer("rollout", "Roll out in steps");
    if (!onTrial) offer("shadow", "Draw in the shadow");
  }
  if (model.policy?.candidate === version.id) offer("candidate", "End the candidate", { percent: 0 });
  if (model.policy?.shadow === version.id) offer("shadow", "End the shadow", { percent: 0 });
  return el("div", { className: "version" }, about, servers, actions);
}

function instances(model) {
  if (model.instances.length === 0) return null;
  return fold("instances " + model.name, "Topology instances", el("ul", { className: "small-list" }, ...model.instances.map((one) => el("li", {},
    `${one.instance}${one.live ? "" : " (silent)"}: policy ${one.inForce || "none"} in force, ${one.stable || "nothing"} serves`
    + (one.candidate ? `, ${one.candidate} draws ${one.candidatePercent} %` : "")
    + (one.held ? `; held: ${one.held}` : "")
    + (one.haltedRevision ? `; candidate halted: ${one.haltReason}` : "")))));
}

function panel(model) {
  const halted = model.instances.find((one) => one.haltedRevision);
  const canGoBack = model.draws && (model.policy?.earlier.length > 0 || model.policy?.candidate || model.versions.length > 1);
  return el("section", { className: "panel", "aria-label": model.name },
    el("header", {}, el("h2", {}, model.name), el("div", { className: "do" },
      model.serving && model.draws && !model.policy?.frozen ? change(model, "freeze", "Freeze") : null,
      model.policy?.stable || model.policy?.frozen ? change(model, "newest", "Serve the newest") : null,
      canGoBack ? change(model, "rollback", "Roll back") : null)),
    model.draws ? el("p", {}, inWords(model.policy)) : null,
    model.policy?.comment ? el("p", { className: "hint" }, `${model.policy.revision}: ${model.policy.comment}`) : null,
    share(model),
    model.halted && halted ? el("p", { className: "problem" }, `The candidate is halted: ${halted.haltReason}`) : null,
    el("div", { className: "versions" }, ...model.versions.map((version) => versionOf(model, version))),
    model.draws ? instances(model) : null);
}

function shadowPanel(shadows) {
  const known = (value, inWords) => (value === null ? "-" : inWords(value)); // no pixels where both are vectors
  const percent = (value) => known(value, (share) => (100 * share).toFixed(1) + " %");
  const ms = (value) => known(value, (millis) => millis.toFixed(0) + " ms");
  const columns = ["Shadow", "Lines", "Failed", "Ink differs by", "Read right", "Shadow read right", "Time", "Shadow's time"];
  return el("section", { className: "panel", "aria-label": "Shadows" },
    el("h2", {}, "Shadows"),
    el("p", { className: "hint" }, "Versions that draw unseen what another was asked for, as their latest reports say."),
    el("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": "Table of shadows" }, el("table", {},
      el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...shadows.map((one) => el("tr", {},
        el("th", { scope: "row" }, `${one.shadow} behind ${one.model}`),
        ...[one.lines, one.failures, percent(one.difference), percent(one.readCorrectly), percent(one.shadowReadCorrectly),
          ms(one.latencyMs), ms(one.shadowLatencyMs)].map((value) => el("td", {}, String(value)))))))));
}

async function load() {
  const [answer, { shadows }] = await Promise.all([askJson("/api/models"), askJson("/api/models/shadows")]);
  $("status").textContent = answer.missing || `${answer.servers.length} model ${answer.servers.length === 1 ? "server is" : "servers are"} alive: ${answer.servers.join(", ")}.`;
  const said = JSON.stringify([answer, shadows]);
  if (said === shown) return;
  shown = said;
  const focused = document.activeElement?.id;
  const drawing = answer.models.filter((model) => model.versions.length > 0 || model.policy);
  $("models").replaceChildren(...drawing.map(panel), ...(shadows.length > 0 ? [shadowPanel(shadows)] : []));
  if (focused) document.getElementById(focused)?.focus();
}

// Changes

let asked = null;

function steps() {
  const seconds = Math.round(60 * $("minutes").valueAsNumber);
  return $("shares").value.split(/[\s,;]+/).filter(Boolean).map((share) => ({ percent: Number(share), seconds }));
}

const needs = {
  steps: () => asked.action === "rollout",
  percent: () => asked.action === "shadow" && asked.percent !== 0,
};

const body = (dryRun) => ({
  ...asked,
  dryRun,
  ...(needs.steps() ? { steps: steps() } : {}),
  ...(needs.percent() ? { percent: $("share").valueAsNumber } : {}),
});

function refuse(error) {
  $("confirm-problem").textContent = error instanceof Refusal
    ? error.message
    : "The page's server does not answer; nothing was changed.";
  $("confirm-problem").hidden = false;
}

/** Says what the change would do, as the same rules find that make it. */
async function preview() {
  $("confirm-problem").hidden = true;
  $("yes").disabled = true;
  try {
    const would = await askJson("/api/models/change", { body: body(true) });
    $("confirm-words").textContent = "Then: " + inWords(would.policy);
    $("confirm-notes").replaceChildren(...would.notes.map((note) => el("li", {}, note)));
    $("yes").disabled = false;
  } catch (error) {
    $("confirm-words").textContent = "";
    $("confirm-notes").replaceChildren();
    refuse(error);
  }
}

const QUESTIONS = {
  promote: ({ version }) => `Let ${version} serve by default?`,
  rollout: ({ version }) => `Roll out ${version} in steps?`,
  candidate: ({ version }) => `End the candidate ${version}?`,
  shadow: ({ version, percent }) => (percent === 0 ? `End the shadow ${version}?` : `Let ${version} draw in the shadow?`),
  freeze: ({ name }) => `Freeze ${name}: let no new version take over by itself?`,
  newest: ({ name }) => `Let the newest version of ${name} serve, now and from now on?`,
  rollback: ({ name }) => `Roll back ${name}?`,
};

async function confirm(wanted) {
  asked = wanted;
  $("confirm-title").textContent = QUESTIONS[asked.action](asked);
  $("steps").hidden = !needs.steps();
  $("percent").hidden = !needs.percent();
  $("confirm-words").textContent = "";
  $("confirm-notes").replaceChildren();
  $("confirm").showModal();
  await preview();
}

const previewSoon = debounced(300, preview);
for (const id of ["shares", "minutes", "share"]) $(id).addEventListener("input", previewSoon);
$("yes").addEventListener("click", async () => {
  $("yes").disabled = true;
  $("confirm-problem").hidden = true;
  try {
    await askJson("/api/models/change", { body: body(false) });
    $("confirm").close();
    await load();
  } catch (error) {
    refuse(error);
    $("yes").disabled = false;
  }
});

poll(2000, load, (message) => {
  $("problem").textContent = message;
  $("problem").hidden = !message;
});
