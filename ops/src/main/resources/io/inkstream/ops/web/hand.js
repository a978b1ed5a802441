import { $ } from "./shared.js";

function problem(message) {
  $("problem").textContent = message;
  $("problem").hidden = !message;
  if (!message) $("seen").hidden = true;
}

async function review() {
  const answer = await fetch("/api/hand/review");
  const some = answer.status === 200;
  $("legend").hidden = $("review").hidden = !some;
  $("make").disabled = !some;
  if (!some) {
    $("summary").textContent = answer.status === 204 ? "No pictures yet." : await answer.text();
    return;
  }
  const r = await answer.json();
  const words = r.rhythm
    ? `; word space ${r.rhythm.wordSpace.toFixed(1)} heights of a small letter, ${Math.round(100 * r.rhythm.joining)} % of letters joined`
    : "";
  $("summary").textContent = `Pages ${r.pages.join(", ")}: ${r.taken + r.rim} characters taken, ${r.doubtful} doubtful, `
    + `${r.empty} empty, ${r.lines} of ${r.allLines} lines${words}.`
    + (r.again ? ` Worth another try: ${r.again}` : "");
  $("review").src = "/api/hand/review.png?" + Date.now();
}

async function add(files) {
  problem("");
  const problems = [];
  let done = 0;
  for (const file of files) {
    $("progress").textContent = `Reading ${file.name} (${++done} of ${files.length}) …`;
    try {
      const answer = await fetch("/api/hand/photos", { method: "POST", headers: { "Content-Type": file.type }, body: file });
      if (!answer.ok && answer.status !== 422) throw new Error(await answer.text());
      const read = await answer.json();
      if (answer.ok) continue;
      problems.push(`${file.name}: ${read.message}`);
      if (read.seen) {
        $("seen").src = read.seen + "?" + Date.now();
        $("seen").hidden = false;
      }
    } catch (error) {
      problems.push(`${file.name}: ${error.message || "the server does not answer."}`);
    }
  }
  if (problems.length > 0) problem(problems.join(" "));
  $("progress").textContent = "";
  $("files").value = "";
  await review();
}

async function watch() {
  let job;
  try {
    job = await (await fetch("/api/hand/make")).json();
  } catch {
    problem("The server does not answer.");
    setTimeout(watch, 5000);
    return;
  }
  const running = job.state === "running";
  $("make").disabled = running || $("review").hidden;
  if (running) {
    $("job").textContent = `Making ${job.model}: ${job.message}`;
    setTimeout(watch, 1000);
  } else if (job.state === "done") {
    const link = document.createElement("a");
    link.href = `/?style=${encodeURIComponent(job.style)}`;
    link.textContent = `Write with ${job.style}`;
    $("job").replaceChildren(`${job.model} is published. `, link);
  } else if (job.state === "failed") {
    $("job").textContent = "";
    problem(`${job.model} was not made: ${job.message}`);
  }
}

$("files").addEventListener("change", () => add([...$("files").files]));
$("drop").addEventListener("dragover", (event) => event.preventDefault());
$("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
$("clear").addEventListener("click", async () => {
  await fetch("/api/hand", { method: "DELETE" });
  problem("");
  await review();
});
$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  problem("");
  const strength = document.querySelector("input[name=strength]:checked").value;
  try {
    const answer = await fetch("/api/hand/make", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: $("name").value, strength }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await watch();
  } catch (error) {
    problem(error.message || "The server does not answer.");
  }
});
review().then(watch).catch(() => problem("The server does not answer."));
