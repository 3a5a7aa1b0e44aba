"use strict";
// The page that checks a pasted text: marks in the text, a verdict each, chips for the years.
// Nothing leaves the page; what is read and judged is facts.js.
document.addEventListener("DOMContentLoaded", function () {
  const form = document.getElementById("facts-form"), field = document.getElementById("facts-text");
  const summary = document.getElementById("facts-summary"), result = document.getElementById("facts-result");
  const marked = document.getElementById("facts-marked"), list = document.getElementById("facts-list");
  const LOOKS = { "contradicted": ["no", "\u2717"], "carried over": ["old", "\u21ba"], "asked": ["open", "?"],
    "not understood": ["open", "?"], "not held here": ["none", "\u2013"], "not comparable": ["none", "\u2260"] };
  let engine = null, years = [], text = "", chosen = {};

  function make(tag, values, ...parts) {
    const element = document.createElement(tag);
    Object.keys(values).forEach((name) => element.setAttribute(name, values[name]));
    element.append(...parts);
    return element;
  }
  // Both languages, of which the page shows one.
  function both(indonesian, english) {
    const parts = document.createDocumentFragment();
    parts.append(make("i", { lang: "id" }, indonesian), make("i", { lang: "en" }, english));
    return parts;
  }
  function look(finding) { return LOOKS[finding.word] || ["yes", "\u2713"]; }
  function word(finding) { return both(engine.word(finding.word, "id"), engine.word(finding.word, "en")); }
  function start() {
    engine = SpbeFacts(SpbeResolver(SPBE), SPBE_FACTS);
    const reported = Object.keys(SPBE_FACTS.press).map((key) => Number(key.split("|")[1]));
    years = Array.from(new Set(engine.years.concat(reported))).sort();
  }

  function drawText(findings, marks) {
    let last = 0;
    marked.replaceChildren();
    findings.forEach((finding, place) => {
      const made = finding.statement, [kind, icon] = look(finding);
      if (made.start < last) { return; }
      marked.append(marks.slice(last, made.start).join(""), make("a", { href: "#fact-" + (place + 1), "class": "fact " + kind },
        marks.slice(made.start, made.end).join(""), make("sup", {}, String(place + 1), make("span", { "aria-hidden": "true" }, icon),
          make("span", { "class": "unseen" }, " ", word(finding)))));
      last = made.end;
    });
    marked.append(marks.slice(last).join(""));
  }
  function chips(finding, place) {
    const made = finding.statement, isGuess = made.inferred.has("year");
    if (!isGuess && made.problem !== "year" && !(place in chosen)) { return ""; }
    const box = make("div", { "class": "chips", role: "group", "aria-labelledby": "year-" + place });
    box.append(make("span", { id: "year-" + place }, isGuess
      ? both("Tahun ini dugaan. Yang dimaksud:", "This year is a guess. Meant is:") : both("Tahun yang dimaksud:", "Year meant:")));
    years.forEach((year) => {
      const isOn = year === made.year;
      const chip = make("button", { type: "button", "aria-pressed": String(isOn && !isGuess) }, String(year));
      if (isOn && isGuess) { chip.className = "guess"; chip.append("?"); }
      chip.addEventListener("click", () => {
        chosen[place] = year;
        draw();
        list.children[place].querySelector('[aria-pressed="true"]').focus();
      });
      box.append(chip);
    });
    return box;
  }
  function origin(finding) {
    const verdict = finding.verdict, parts = [];
    if (verdict && verdict.source) {
      parts.push(make("a", { href: "source/" + verdict.source + ".html" }, both("Sumber", "Source"), ": " + engine.titles[verdict.source]));
    }
    if (verdict && verdict.id) { parts.push(make("a", { href: "agency/" + verdict.id + ".html" }, verdict.agency)); }
    return parts.length ? make("p", { "class": "small" }, ...parts.flatMap((part, n) => n ? [" \u00b7 ", part] : [part])) : "";
  }
  function drawFinding(finding, place, marks) {
    const made = finding.statement, [kind, icon] = look(finding);
    const indonesian = engine.sentences(finding, "id"), english = engine.sentences(finding, "en");
    const quoted = make("q", {}, marks.slice(made.from, made.start).join(""),
      make("b", {}, marks.slice(made.start, made.end).join("")), marks.slice(made.end, made.to).join(""));
    const item = make("li", { id: "fact-" + (place + 1), "class": kind, tabindex: "-1" },
      make("h3", {}, make("span", { "aria-hidden": "true" }, icon + " "), word(finding)), make("p", { "class": "quoted" }, quoted),
      make("p", {}, both(indonesian[0], english[0])), chips(finding, place));
    if (indonesian.length > 1) {
      item.append(make("ul", {}, ...indonesian.slice(1).map((line, n) => make("li", {}, both(line, english[n + 1])))));
    }
    item.append(origin(finding));
    return item;
  }
  function draw() {
    const findings = engine.check(text, chosen), marks = Array.from(text);
    result.hidden = !findings.length;
    drawText(findings, marks);
    list.replaceChildren(...findings.map((finding, place) => drawFinding(finding, place, marks)));
    summary.replaceChildren(findings.length ? both(engine.summary(findings, "id"), engine.summary(findings, "en"))
      : text.trim() ? both("Tidak ditemukan pernyataan tentang nilai SPBE dalam teks itu.", "No statement on SPBE scores was found in that text.")
        : both("Tempel teks terlebih dahulu.", "Paste a text first."));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!engine) { start(); }
    text = field.value;
    chosen = {};
    draw();
  });
  document.getElementById("facts-example").addEventListener("click", (event) => {
    field.value = event.currentTarget.dataset.text;
    form.requestSubmit();
  });
});
