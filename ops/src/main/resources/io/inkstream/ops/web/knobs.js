import { el, words } from "./shared.js";

/** Which group an option is shown in, by its name: an option that nobody here has heard of comes last. */
const GROUPS = [
  ["Hand", /slant|variation|irregular|joining|fatigue|pen|stroke|pressure|overlap|tremor/i],
  ["Paper and ink", /paper|ruling|rule|ink|colou?r|background|margin|texture/i],
  ["Size and setting", /size|spac|height|width|align|lines|indent|tab|leading|measure/i],
  ["Text", /white|markup|hyphen|markdown|direction/i],
];
const OTHERS = "More";
const MOST_STOPS = 500;

const groupOf = (name) => (GROUPS.find(([, pattern]) => pattern.test(name)) || [OTHERS])[0];

function stepOf(option) {
  if (option.type === "integer") return 1;
  return 10 ** Math.floor(Math.log10((option.max - option.min) / 20));
}

const rounded = (number) => String(Math.round(number * 1000) / 1000);
const isColour = (option) => option.type === "text" && /^#[0-9a-f]{6}$/i.test(option.default || "");
const sentence = (doc) => (doc.match(/^.*?[.:](?=\s|$)/) || [doc])[0].replace(/:$/, ".");

function numberControl(option, id, changed) {
  const step = stepOf(option);
  const bounds = { min: option.min, max: option.max, step: option.type === "integer" ? 1 : "any" };
  const exact = el("input", { id, type: "number", ...bounds });
  const parts = [exact];
  if ((option.max - option.min) / step <= MOST_STOPS) {
    const slider = el("input", {
      type: "range", min: option.min, max: option.max, step, "aria-label": words(option.name) + ", slider",
    });
    slider.addEventListener("input", () => {
      exact.value = rounded(slider.valueAsNumber);
      changed();
    });
    exact.addEventListener("input", () => { slider.value = exact.value; });
    parts.unshift(slider);
  }
  exact.addEventListener("input", changed);
  const show = (value) => {
    exact.value = rounded(value);
    if (parts.length > 1) parts[0].value = value;
  };
  // The default itself, where it is shown rounded.
  const get = () => (["", rounded(option.default)].includes(exact.value.trim()) ? option.default : exact.valueAsNumber);
  if (option.own === undefined) {
    return { parts: [el("div", { className: "dial" }, ...parts)], get, set: show };
  }
  const dial = el("div", { className: "dial" }, ...parts);
  const own = el("input", { type: "checkbox" });
  const middle = (option.min + option.max) / 2;
  const shown = () => { dial.hidden = own.checked; };
  own.addEventListener("change", () => {
    if (!own.checked && exact.value.trim() === "") show(middle);
    shown();
    changed();
  });
  return {
    parts: [el("label", { className: "check" }, own, "as the style has it"), dial],
    get: () => (own.checked ? option.own : get()),
    set: (value) => {
      own.checked = Number(value) === option.own;
      show(own.checked ? middle : value);
      shown();
    },
  };
}

function control(option, id, changed) {
  if (option.choices) {
    const select = el("select", { id }, ...option.choices.map((name) => new Option(words(name), name)));
    select.addEventListener("change", changed);
    return { parts: [select], get: () => select.value, set: (value) => { select.value = value; } };
  }
  if (option.type === "boolean") {
    const box = el("input", { id, type: "checkbox" });
    box.addEventListener("change", changed);
    return { parts: [box], get: () => box.checked, set: (value) => { box.checked = String(value) === "true"; } };
  }
  if (option.type !== "text" && option.min !== undefined) return numberControl(option, id, changed);
  const type = isColour(option) ? "color" : option.type === "text" ? "text" : "number";
  const input = el("input", { id, type, ...(type === "number" ? { step: option.type === "integer" ? 1 : "any" } : {}) });
  input.addEventListener("input", changed);
  return {
    parts: [input],
    get: () => (type === "number" ? (input.value === "" ? option.default : input.valueAsNumber) : input.value),
    set: (value) => { input.value = value ?? ""; },
  };
}

/** Makes a control of each option, in groups; calls back when one is moved. */
export function makeKnobs(container, options, changed) {
  const controls = new Map();
  const groups = new Map();
  for (const option of options) {
    const id = "knob-" + option.name;
    const made = control(option, id, changed);
    const problem = el("p", { className: "problem", id: id + "-problem", role: "alert", hidden: true });
    const unit = option.name.endsWith("Px") ? ", pixels" : "";
    const hint = el("p", { className: "hint", id: id + "-hint" }, sentence(option.doc || ""));
    const knob = el("div", { className: "knob", title: option.doc || "" },
      el("label", { htmlFor: id }, words(option.name) + unit), ...made.parts, hint, problem);
    knob.querySelector("#" + id).setAttribute("aria-describedby", id + "-hint " + id + "-problem");
    made.set(option.default);
    controls.set(option.name, { ...made, option, problem, knob });
    const group = groupOf(option.name);
    groups.set(group, [...(groups.get(group) || []), knob]);
  }
  container.replaceChildren(...[...GROUPS.map(([name]) => name), OTHERS].filter((name) => groups.has(name))
    .map((name) => el("details", { className: "group", open: name === "Hand" }, el("summary", {}, name), ...groups.get(name))));
  return {
    /** What differs from the defaults. */
    values() {
      const values = {};
      for (const [name, { get, option }] of controls) {
        const value = get();
        if (String(value) !== String(option.default ?? "")) values[name] = value;
      }
      return values;
    },
    set(values) {
      for (const [name, { set, option }] of controls) set(values[name] ?? option.default);
    },
    /** Says what is wrong beside the control; false if there is none of that name. */
    problem(name, message) {
      const known = controls.get(name);
      if (!known) return false;
      known.problem.textContent = message;
      known.problem.hidden = false;
      known.knob.closest("details").open = true;
      return true;
    },
    clear() {
      for (const { problem } of controls.values()) problem.hidden = true;
    },
    names: () => [...controls.keys()],
  };
}
