"use strict";
// The report card of a body: its indicators, policy beside practice, and the path to a predicate, drawn
// from the explorer's data. Words stand in both languages, of which the page shows one.
var SpbeRapor = (function (data, more) {
  const CAP = 5, UNIT = 10000; // levels end at 5; indices in 1/10,000 so that sums are whole numbers
  const place = {};
  data.columns.forEach((name, n) => { place[name] = n; });
  const rows = {};
  data.rows.forEach((row) => { rows[row[place.id]] = row; });
  const codes = data.items.map((item) => item[0]);
  function weight(n) { return Math.round(data.items[n][2] * 100); } // of one level, in 1/10,000 points

  function escape(text) { return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;"); }
  function both(indonesian, english) {
    return indonesian === english ? escape(indonesian) : `<i lang="id">${escape(indonesian)}</i><i lang="en">${escape(english)}</i>`;
  }
  function number(units, decimals) {
    const step = Math.pow(10, 4 - decimals), whole = Math.floor((2 * Math.abs(units) + step) / (2 * step));
    const digits = String(whole).padStart(decimals + 1, "0");
    const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
    return both(text.replace(".", ","), text);
  }
  // The levels of each year that prints them: [year, [level, ...]].
  function levels(id) {
    return rows[id][place.levels].map((text, k) => [data.levelYears[k], text.split("").map(Number)])
      .filter((each) => each[1].length);
  }
  function index(list) { return list.reduce((sum, level, n) => sum + level * weight(n), 0); }
  // Steps of one level, at most one an indicator, the heaviest first, then the lowest level, until the
  // index reaches the edge: the fewest steps there are under that cap. Null where all do not suffice.
  function path(list, edge) {
    const order = list.map((level, n) => n).filter((n) => list[n] < CAP)
      .sort((a, b) => weight(b) - weight(a) || list[a] - list[b] || a - b);
    const goal = Math.round(edge * UNIT), steps = [];
    let at = index(list);
    for (let k = 0; k < order.length && at < goal; k++) {
      at += weight(order[k]);
      steps.push(order[k]);
    }
    return { reached: at >= goal, at: at, steps: steps };
  }
  // Predicates above an index of a year, with their lower edges.
  function targets(list, year) {
    const lower = data.years.filter((each) => each.year === year)[0].lower;
    return data.predicates.map((name, n) => [name, lower[n]])
      .filter((each, n) => n && Math.round(each[1] * UNIT) > index(list));
  }

  function heat(id) {
    const known = levels(id);
    if (!known.length) { return ""; }
    const groups = data.domains.map(([code], n) => [both(...more.domains[n]), data.items.map((item, n) => n).filter((n) => data.items[n][1] === code)]);
    const cell = (list, year, n) => `<b class="lv l${list[n]}" title="${escape(`${codes[n]} ${data.items[n][3]}: ${list[n]} (${year})`)}">${list[n]}</b>`;
    return `<table class="heat"><thead><tr><td></td>${known.map(([year]) => `<th scope="col">${year}</th>`).join("")}</tr></thead><tbody>`
      + groups.map(([name, list]) => `<tr><th scope="row">${name} <small>${list.length}</small></th>`
        + known.map(([year, levels]) => `<td>${list.map((n) => cell(levels, year, n)).join("")}</td>`).join("") + "</tr>").join("")
      + "</tbody></table>";
  }
  function topics(id) {
    const known = levels(id);
    if (!known.length) { return ""; }
    const show = (list, codesOf) => codesOf.map((code) => { const level = list[codes.indexOf(code)]; return `<b class="lv l${level}">${level}</b>`; }).join("");
    return `<table class="twins"><thead><tr><th scope="col">${both("Topik", "Topic")}</th>${known.map(([year]) => `<th scope="col">${both(`Kebijakan ${year}`, `Policy ${year}`)}</th><th scope="col">${both(`Praktik ${year}`, `Practice ${year}`)}</th>`).join("")}</tr></thead><tbody>`
      + more.topics.map(([indonesian, english, policy, practice]) => `<tr><th scope="row">${both(indonesian, english)}</th>`
        + known.map(([, list]) => `<td>${show(list, [policy])}</td><td>${show(list, practice)}</td>`).join("") + "</tr>").join("") + "</tbody></table>";
  }
  function steps(id, predicate) {
    const [year, list] = levels(id).pop(), goal = targets(list, year).filter((each) => each[0] === predicate)[0];
    const found = path(list, goal[1]), n = found.steps.length;
    const said = found.reached
      ? both(`${n} kenaikan satu tingkat membawa nilai ${year} ke batas ${predicate}.`, `${n} steps of one level bring the index of ${year} to the edge of ${predicate}.`)
      : both(`Satu tingkat pada setiap indikator belum cukup untuk ${predicate}; seluruhnya:`, `One level on every indicator does not suffice for ${predicate}; all of them:`);
    return `<p><strong>${said}</strong> ${number(index(list), 4)} → ${number(found.at, 4)}</p>`
      + `<table class="steps"><thead><tr><th scope="col">${both("Indikator", "Indicator")}</th><th scope="col">${both("Tingkat", "Level")}</th><th scope="col">${both("Poin", "Points")}</th><th scope="col">${both("Yang diminta tingkat berikutnya", "What the next level asks for")}</th></tr></thead><tbody>`
      + found.steps.map((k) => {
        const asks = more.criteria[codes[k]], level = list[k];
        return `<tr><th scope="row">${codes[k]} ${escape(data.items[k][3])}</th><td>${level}&nbsp;→&nbsp;${level + 1}</td><td>+${number(weight(k), 3)}</td><td>${both(asks[0][level][0], asks[0][level][1])} <small>${both(`hlm. ${asks[1]}`, `p. ${asks[1]}`)}</small></td></tr>`;
      }).join("") + "</tbody></table>";
  }
  // ---- one result ------------------------------------------------------------------------------
  const years = data.years.map((each) => each.year), LAST = years.length - 1;
  function units(row, i) { return row[place.values][i] * Math.pow(10, 4 - data.years[i].decimals); }
  function has(row, i) { return row[place.statuses][i] !== "-"; }
  function plain(whole, least) { // 20070 is 2.007, 25600 is 2.56
    const digits = String(whole).padStart(5, "0"), tail = digits.slice(-4).replace(/0+$/, "");
    return `${digits.slice(0, -4)}.${tail.padEnd(least, "0")}`;
  }
  // The sentence on a result with its source, Indonesian and English.
  function quote(id, i) {
    const row = rows[id], sign = row[place.predicates][i], year = years[i];
    const kind = row[place.statuses][i] === "c" ? (data.years[i].inferred ? "inferred" : "carried_over") : sign < "a" ? "printed" : "follows";
    const number = plain(units(row, i), 2), [at, end] = row[place.places][i], [source, english, indonesian] = data.locators[at];
    const values = { year: year, before: year - 1, name: row[place.name], predicate: data.predicates[sign < "a" ? +sign : "abcde".indexOf(sign)], edition: more.editions[i] };
    return more.quotes[kind].map((words, k) => {
      const filled = words.replace(/\{(\w+)\}/g, (whole, key) => (key === "index" ? (k ? number : number.replace(".", ",")) : values[key]));
      const where = (k ? english : indonesian) + (end < 0 ? "" : end);
      return `${filled} (Kementerian PANRB, ${data.sources[source][k ? 0 : 1]}, ${where}; spbe_research, ${id}/${year}).`;
    });
  }
  // All but the newest, which the page holds already, newest first.
  function earlier(id) {
    const known = years.map((year, i) => i).filter((i) => has(rows[id], i)).reverse().slice(1);
    return known.length ? `<details><summary>${both("Kalimat untuk", "Sentences for")} ${known.map((i) => years[i]).join(", ")}</summary><ul class="quotes">${
      known.map((i) => `<li class="quote">${both(...quote(id, i))}</li>`).join("")}</ul></details>` : "";
  }
  // ---- the path over the years, over a ground that all pages share -------------------------------
  const ground = more.ground;
  function typeOf(row, i) { return row[place.types][i] === "-" ? row[place.type] : +row[place.types][i]; }
  // The median of the bodies of a type with a new result in a year.
  function median(type, i) {
    const sorted = data.rows.filter((row) => has(row, i) && row[place.statuses][i] !== "c" && typeOf(row, i) === type)
      .map((row) => units(row, i)).sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
  function across(i) { return +(ground.left + (i + 0.5) * ground.step).toFixed(1); }
  function down(value) {
    const share = (value / UNIT - ground.lowest) / (ground.highest - ground.lowest);
    return +(ground.bottom - share * (ground.bottom - ground.top)).toFixed(1);
  }
  // No line crosses a break; hollow: an earlier value printed again; grey: the median of the type.
  function journey(id) {
    const row = rows[id], known = years.map((year, i) => i).filter((i) => has(row, i));
    const line = (name, at) => data.years.map((each) => each.era).filter((era, n, all) => all.indexOf(era) === n)
      .map((era) => known.filter((i) => data.years[i].era === era)).filter((list) => list.length > 1)
      .map((list) => `<path class="${name}" d="M${list.map((i) => `${across(i)} ${down(at(i))}`).join("L")}"/>`).join("");
    return `<svg class="path" viewBox="0 0 ${ground.width} ${ground.height}" role="img" aria-labelledby="path">`
      + line("m", (i) => median(typeOf(row, i), i)) + line("a", (i) => units(row, i))
      + known.map((i) => {
        const x = across(i), y = down(units(row, i)), hollow = row[place.statuses][i] === "c" ? " class=\"o\"" : "";
        return `<circle cx="${x}" cy="${y}" r="5"${hollow}/><text class="n v" x="${x}" y="${+(y - 10).toFixed(1)}">${plain(units(row, i), 2).replace(".", ",")}</text>`;
      }).join("") + "</svg>";
  }
  function journeyFigure(id, beside) {
    const local = ["provinsi", "kabupaten", "kota"].indexOf(data.types[rows[id][place.type]]) >= 0;
    return `<figure class="path"><div class="scroll" tabindex="0" role="region" aria-labelledby="path">${journey(id)}</div><figcaption id="path">${both(
      "Lingkaran kosong: nilai tahun sebelumnya dicetak ulang. Abu-abu: median sejenis. Garis putus-putus: aturan penilaian berganti; nilai di kiri dan kanannya tidak bisa dibandingkan.",
      "Hollow: the value of the year before printed again. Grey: median of the type. Dashed: the rules changed; values on either side cannot be compared.")} <a href="../explore.html?tampil=perjalanan&amp;pilih=${
      [id, ...(beside ? beside.split(" ") : [])].join("~")}${local ? `&amp;jenis=${data.types[rows[id][place.type]]}` : ""}">${
      both("Bandingkan dengan yang lain", "Compare with others")}</a></figcaption></figure>`;
  }
  function order(id) { return data.rows.indexOf(rows[id]); }
  function link(id) { return `<a href="${id}.html">${escape(rows[id][place.name])}</a>`; }
  function peers(id, ids, measured) {
    const own = units(rows[id], LAST), rank = 1 + ids.filter((each) => units(rows[each], LAST) > own).length, n = ids.length + 1;
    return `<h2>${both("Di antara sepuluh yang serupa", "Among ten similar bodies")}, ${years[LAST]}</h2><p>${both(
      `Peringkat ${rank} dari ${n} bersama yang sejenis dan paling dekat jumlah penduduk serta PDRB per kapitanya (${measured}): `,
      `Rank ${rank} of ${n} with those of its type that are nearest in population and product per person (${measured}): `)}${
      ids.map((each) => `${link(each)} ${number(units(rows[each], LAST), 2)}`).join(", ")}.</p>`;
  }
  // As printed where they are, else from the levels: the weighted mean of the domain's indicators.
  function domains(id) {
    const row = rows[id], found = {};
    levels(id).forEach(([year, list]) => {
      found[year] = data.domains.map(([code]) => {
        const own = list.map((level, n) => n).filter((n) => data.items[n][1] === code);
        const sum = own.reduce((s, n) => s + weight(n), 0);
        return Math.round(UNIT * own.reduce((s, n) => s + list[n] * weight(n), 0) / sum);
      });
    });
    data.domainYears.forEach((year, k) => { if (row[place.domains][k]) { found[year] = row[place.domains][k].map((value) => value * 100); } });
    return found;
  }
  function domainTable(id) {
    const found = domains(id), known = Object.keys(found).sort();
    return known.length ? part("d", both("Empat domain", "Four domains"), `<table><thead><tr><td></td>${known.map((year) => `<th scope="col">${year}</th>`).join("")}</tr></thead><tbody>${
      more.domains.map((words, n) => `<tr><th scope="row">${both(...words)}</th>${known.map((year) => `<td>${number(found[year][n], 2)}</td>`).join("")}</tr>`).join("")}</tbody></table>`,
    both(`${data.domainYears.join(", ")}: sebagaimana tercetak. ${data.levelYears.join(", ")}: dihitung ulang dari tingkatnya.`,
      `${data.domainYears.join(", ")}: as printed. ${data.levelYears.join(", ")}: recomputed from the levels.`)) : "";
  }
  function sure(text) {
    const items = text.split(";").map((each) => each.split(" ")).map(([year, rank, n, low, high, percent]) => `<li>${both(
      `${year}: peringkat ${rank} dari ${n} menurut nilai resmi; penilaian berulang dengan aturan yang sama menempatkannya antara ${low} dan ${high} (95 persen). Predikatnya benar dengan peluang ${percent} persen.`,
      `${year}: rank ${rank} of ${n} by the printed index; repeated assessments by the same rules would put it between ${low} and ${high} (95 percent). Its predicate is right with a chance of ${percent} percent.`)}</li>`);
    return `<h2>${both("Seberapa pasti?", "How sure?")}</h2><ul>${items.join("")}</ul><p class="small">${both(
      "Menurut model atas 47 indikator; perbedaan antarasesor tidak termasuk.", "By a model of the 47 indicators; what assessors differ by is not in it.")} <a href="../figure/tab-agency-uncertainty.html">${both("Semua instansi", "All bodies")}</a></p>`;
  }
  function part(id, title, body, note) {
    return `<h2 id="${id}">${title}</h2><div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">${body}</div><p class="small">${note}</p>`;
  }
  function whole(id, given) {
    const known = levels(id), head = (given.peers ? peers(id, given.peers.split(" "), given.measured) : "") + domainTable(id);
    if (!known.length) { return head; }
    const [year, list] = known[known.length - 1], goals = targets(list, year);
    return head + (given.sure ? sure(given.sure) : "")
      + part("h", both("47 indikator", "47 indicators"), heat(id), both(
        "Tingkat 1 sampai 5; arahkan ke kotak untuk membaca indikatornya. Sejak 2023 hanya empat domain yang dicetak.",
        "Levels 1 to 5; point at a square to read the indicator. Since 2023 only four domains are printed."))
      + part("p", both("Kebijakan dan praktik", "Policy and practice"), topics(id), both(
        "Kebijakan: mulai tingkat 2 peraturan telah ditetapkan.", "Policy: from level 2 a regulation is enacted."))
      + (goals.length ? `<h2 id="s">${both("Jalan ke predikat berikutnya", "Path to the next predicate")}</h2><p>${both(
        `Indikator terberat lebih dulu, paling banyak satu tingkat tiap indikator, dihitung dari tingkat ${year}. Ini aritmetika ujian yang sudah ditutup, bukan ramalan: sejak 2026 berlaku indeks lain, dan tentang indeks itu tidak ada yang bisa dibaca dari sini.`,
        `The heaviest indicators first, at most one level each, counted from the levels of ${year}. This is the arithmetic of a closed examination, not a forecast: since 2026 another index is in force, of which nothing can be read here.`)}</p><p><label for="rapor-goal">${both("Menuju", "To")}</label><select id="rapor-goal">${
        goals.map((goal) => `<option>${goal[0]}</option>`).join("")}</select></p>`
        + `<div id="rapor-steps" class="scroll" tabindex="0" role="region" aria-labelledby="s">${steps(id, goals[0][0])}</div><p class="small">${both(
          `Isi tiap tingkat diringkas dari ${more.source[1]}; pedoman 2024 lebih ketat pada beberapa bagian.`,
          `What a level asks for is paraphrased from ${more.source[0]}; the guideline of 2024 is stricter in places.`)} <a href="../source/permen-59-2020.html">${both("Sumber", "Source")}</a></p>` : "");
  }
  return { levels, index, path, targets, steps, quote, earlier, journey, journeyFigure, domains, whole, order };
})(typeof window === "undefined" ? globalThis.SPBE_DATA : window.SPBE_DATA, typeof window === "undefined" ? globalThis.SPBE_RAPOR : window.SPBE_RAPOR);

if (typeof document !== "undefined") {
  const box = document.getElementById("rapor"), id = box.dataset.body;
  box.innerHTML = SpbeRapor.whole(id, box.dataset);
  document.getElementById("journey").innerHTML = SpbeRapor.journeyFigure(id, box.dataset.beside);
  document.getElementById("earlier").innerHTML = SpbeRapor.earlier(id);
  // The front page marks the body whose card was read last.
  try { localStorage.setItem("spbe-body", JSON.stringify([SpbeRapor.order(id), document.title.split(" \u00b7 ")[0]])); } catch (blocked) { /* private window */ }
  const choice = document.getElementById("rapor-goal");
  if (choice) {
    const show = () => { document.getElementById("rapor-steps").innerHTML = SpbeRapor.steps(id, choice.value); };
    const asked = /[?&]ke=([\w-]+)/.exec(location.search);
    if (asked) { Array.from(choice.options).forEach((option) => { option.selected = option.value.toLowerCase().replace(/ /g, "-") === asked[1]; }); show(); }
    choice.addEventListener("change", show);
  }
}
