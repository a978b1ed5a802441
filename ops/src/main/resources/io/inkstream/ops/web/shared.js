/** The element of an id. */
export const $ = (id) => document.getElementById(id);

/** Makes an element; properties that no element has become attributes. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element && key !== "list") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** What a server refused; `field` names what it is about, if it is about one. */
export class Refusal extends Error {
  constructor(status, message, field = "") {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/** Whether it is worth trying again: nobody answered, or somebody who cannot just now. */
export const isAway = (error) => !(error instanceof Refusal) || error.status === 503;

/** Asks the page's server; a refusal is thrown. */
export async function ask(address, { body, signal } = {}) {
  const answer = await fetch(address, body === undefined ? { signal } : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  if (answer.ok) return answer;
  const said = await answer.text();
  let refused = {};
  try {
    refused = JSON.parse(said);
  } catch {
    // said in plain words
  }
  throw new Refusal(answer.status, refused.message || refused.title || said || "The server refused.", refused.field || "");
}

export const askJson = async (address, options) => (await ask(address, options)).json();

/** Waits; rejects when the signal is given. */
export function sleep(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** A function that is called once things have been quiet for so long. */
export function debounced(millis, call) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...args), millis);
  };
}

/** What this browser keeps for the page; where it may keep nothing, nothing is kept. */
export const kept = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem("inkstream." + key));
    } catch {
      return null;
    }
  },
  put(key, value) {
    try {
      localStorage.setItem("inkstream." + key, JSON.stringify(value));
    } catch {
      // full, or forbidden
    }
  },
};

/** Calls again and again while the page is seen, and says whether the server answers. */
export function poll(millis, call, away) {
  const next = async () => {
    if (document.visibilityState === "visible") {
      try {
        await call();
        away("");
      } catch (error) {
        away(error instanceof Refusal ? error.message : "The page's server does not answer; trying again.");
      }
    }
    setTimeout(next, millis);
  };
  next();
}

/** A number for people: three digits that count. */
export function figure(number) {
  if (!Number.isFinite(number)) return "";
  if (Number.isInteger(number)) return number.toLocaleString("en");
  const digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 0.001 || number === 0 ? 3 : -1;
  return digits < 0 ? number.toExponential(1) : String(Number(number.toPrecision(digits || 4)));
}

const SPELLING = { cas: "CAS", emnist: "EMNIST", unipen: "UNIPEN", frechet: "Fréchet", lstm: "LSTM", rnn: "RNN" };

/** The name of a figure or option, as people write it. */
export function words(name) {
  const spaced = name.replace(/Px$/, "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()
    .split(/[_ ]/).map((word) => SPELLING[word] || word).join(" ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago a moment was. */
export function ago(millis) {
  const seconds = Math.round((millis - Date.now()) / 1000);
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) return AGO.format(Math.round(seconds / length), unit);
  }
  return "just now";
}
