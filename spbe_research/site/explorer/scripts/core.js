"use strict";
// What the explorer knows: bodies, numbers, frames, the rule of pairs of years, the state and its
// address. No page and no word: views.js says it, app.js shows it.
var Spbe = (function (data) {
  const YEARS = data.years.map((each) => each.year);
  const LAST = YEARS.length - 1;
  const UNITS = 4; // decimals of the unit that sums are made in: the most that any year prints
  const BAIK = data.predicates.indexOf("Baik");
  const MOST = 8; // bodies that can be told apart by colour
  const VIEWS = ["sebaran", "peringkat", "perjalanan", "peta", "tahunan", "perubahan", "indikator"];
  const FRAMES = ["semua", "dinilai", "sama"];
  const KEYS = ["peringkat", "nama", "jenis", "wilayah", "nilai", "predikat", "awal", "akhir", "ubah", "tahun", "n",
    "rata", "kode", "bobot", "tingkat", "d1", "d2", "d3", "d4"];

  function slugOf(text) { return text.toLowerCase().replace(/[^a-z0-9]+/g, "-"); }
  const provinces = data.provinces.map(slugOf);
  const flags = {};
  data.flags.forEach(([id, year, item, action, en, indonesian]) => {
    const key = `${id}/${year}`;
    (flags[key] = flags[key] || []).push({ item: item, action: action, en: en, id: indonesian });
  });
  const place = {};
  data.columns.forEach((name, n) => { place[name] = n; });
  const bodies = data.rows.map((row, k) => {
    const body = { k: k };
    data.columns.forEach((name) => { body[name] = row[place[name]]; });
    return body;
  });
  const byId = {};
  bodies.forEach((body) => { byId[body.id] = body; });

  // ---- one value ----------------------------------------------------------------------------
  function has(body, i) { return body.statuses[i] !== "-"; }
  function repeated(body, i) { return body.statuses[i] === "c"; }
  function assessed(body, i) { return has(body, i) && !repeated(body, i); }
  function units(body, i) { return body.values[i] * Math.pow(10, UNITS - data.years[i].decimals); }
  function value(body, i) { return units(body, i) / Math.pow(10, UNITS); }
  // Rounded half up to two decimals, in hundredths: falls are counted in these.
  function cents(body, i) { return Math.floor((units(body, i) + 50) / 100); }
  function typeOf(body, i) { return body.types[i] === "-" ? body.type : +body.types[i]; }
  function provinceOf(body, i) { return data.years[i].then ? body.then : body.province; }
  function predicate(body, i) {
    const sign = body.predicates[i];
    return sign >= "a" ? "abcde".indexOf(sign) : +sign;
  }
  function isPrinted(body, i) { return body.predicates[i] < "a"; }
  function band(i, number) {
    const lower = data.years[i].lower;
    let found = 0;
    for (let b = 1; b < data.predicates.length; b++) { if (number >= lower[b]) { found = b; } }
    return found;
  }
  function flagsOf(body, i) { return flags[`${body.id}/${YEARS[i]}`] || []; }
  // A value whose index cannot be taken as it stands; a derived domain does not make it one.
  function flagged(body, i) { return flagsOf(body, i).some((flag) => flag.item === "index"); }
  function locator(body, i) {
    const [start, number] = body.places[i], [source, en, indonesian] = data.locators[start];
    const end = number < 0 ? "" : number;
    return { source: source, title: data.sources[source], en: en + end, id: indonesian + end };
  }

  // ---- numbers as text ----------------------------------------------------------------------
  // A whole number of 10^-decimals, with at least `least` decimals and no zeros behind them.
  function digits(whole, decimals, least, lang) {
    const size = String(Math.abs(whole)).padStart(decimals + 1, "0");
    const head = size.slice(0, size.length - decimals), tail = size.slice(size.length - decimals);
    const kept = tail.replace(/0+$/, "").padEnd(least, "0");
    return (whole < 0 ? "\u2212" : "") + head.replace(/\B(?=(\d{3})+$)/g, lang === "en" ? "," : ".")
      + (kept ? (lang === "en" ? "." : ",") + kept : "");
  }
  // numerator / denominator in 10^-decimals, half away from zero, rounded once.
  function divide(numerator, denominator, decimals) {
    const scale = Math.pow(10, decimals), size = Math.abs(numerator);
    const whole = Math.floor((2 * size * scale + denominator) / (2 * denominator));
    return numerator < 0 ? -whole : whole;
  }
  function ratio(numerator, denominator, decimals, lang) {
    return digits(divide(numerator, denominator, decimals), decimals, decimals, lang);
  }
  function printed(body, i, lang) { return digits(body.values[i], data.years[i].decimals, 2, lang); }
  function count(n, lang) { return digits(n, 0, 0, lang); }
  function mean(sum, n) { return n ? { sum: sum, n: n, at: sum / n / Math.pow(10, UNITS) } : null; }
  function meanOf(list, i) { return mean(list.reduce((s, body) => s + units(body, i), 0), list.length); }
  function meanText(m, lang) { return ratio(m.sum, m.n * Math.pow(10, UNITS), 2, lang); }
  function median(numbers) {
    const sorted = numbers.slice().sort((a, b) => a - b), n = sorted.length;
    return n ? (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2 : null;
  }

  // ---- which years may be compared ------------------------------------------------------------
  const pairs = {};
  data.pairs.forEach(([first, second, allowed, kind]) => {
    pairs[`${first}/${second}`] = { allowed: allowed, kind: kind };
  });
  function pair(first, second) { return pairs[`${first}/${second}`] || { allowed: [], kind: "same" }; }
  function may(first, second, what) { return pair(first, second).allowed.indexOf(what) >= 0; }
  // The years in between from which an index is made in another way.
  function breaksBetween(first, second) {
    return data.years.filter((each) => each.break !== "none" && each.year > first && each.year <= second);
  }
  // The legal differences that come closest to a pair that is not one: as much of it as lies in the era
  // of its first year, and as lies in the era of its last.
  function closest(first, second) {
    const within = (year) => YEARS.filter((other) => (
      may(Math.min(year, other), Math.max(year, other), "difference")));
    const start = within(first), end = within(second), found = [];
    const later = start.filter((year) => year > first), earlier = end.filter((year) => year < second);
    if (later.length) { found.push([first, later[later.length - 1]]); }
    else if (start.length) { found.push([start[0], first]); }
    if (earlier.length) { found.push([earlier[0], second]); }
    else if (end.length) { found.push([second, end[end.length - 1]]); }
    return found;
  }

  // ---- who is looked at -----------------------------------------------------------------------
  // By type and province of a year; of no year in particular, as they are now.
  function fits(state, body, i) {
    const type = i === undefined ? body.type : typeOf(body, i);
    const province = i === undefined ? body.province : provinceOf(body, i);
    return (!state.jenis.length || state.jenis.indexOf(data.types[type]) >= 0)
      && (!state.wilayah || provinces[province] === state.wilayah);
  }
  // Of one year: all in its list, or those with a new result.
  function frameOf(state) {
    if (state.tampil === "perubahan") { return state.bingkai || "sama"; }
    return state.bingkai && state.bingkai !== "semua" ? "dinilai" : "semua";
  }
  function select(state, i) {
    const inFrame = frameOf(state) === "semua" ? has : assessed;
    return bodies.filter((body) => inFrame(body, i) && fits(state, body, i));
  }
  // Place 1 is the highest printed value; ties share the better place.
  function placesIn(list, i) {
    const sorted = list.slice().sort((a, b) => units(b, i) - units(a, i) || (a.name < b.name ? -1 : 1));
    const found = {};
    sorted.forEach((body, n) => {
      const before = sorted[n - 1];
      found[body.k] = before && units(before, i) === units(body, i) ? found[before.k] : n + 1;
    });
    return { of: found, sorted: sorted, n: sorted.length };
  }
  // Among the bodies of one type with a new result in a year; null for a repeated value.
  const byType = {};
  function placeInType(body, i) {
    if (!assessed(body, i)) { return null; }
    const type = typeOf(body, i), key = `${type}/${i}`;
    byType[key] = byType[key]
      || placesIn(bodies.filter((each) => assessed(each, i) && typeOf(each, i) === type), i);
    return { place: byType[key].of[body.k], n: byType[key].n, type: type };
  }
  // The means of two years of one era in three frames, and the bodies that stand in both.
  function changes(state, first, second) {
    const i = YEARS.indexOf(first), j = YEARS.indexOf(second);
    if (!may(first, second, "difference")) { return null; }
    const of = (test, year) => bodies.filter((body) => test(body, year) && fits(state, body, year));
    const both = (test) => bodies.filter((body) => (
      test(body, i) && test(body, j) && fits(state, body, j)));
    const same = both(assessed);
    const frames = {
      semua: [of(has, i), of(has, j)], dinilai: [of(assessed, i), of(assessed, j)], sama: [same, same]
    };
    const means = {};
    FRAMES.forEach((name) => {
      means[name] = [meanOf(frames[name][0], i), meanOf(frames[name][1], j)];
    });
    const moved = frameOf(state) === "semua" ? both(has) : same;
    return { i: i, j: j, means: means, moved: moved };
  }
  function change(body, i, j) { return units(body, j) - units(body, i); }
  // The change of a mean in thousandths, from whole numbers and rounded once.
  function meanChange([before, after]) {
    return divide(after.sum * before.n - before.sum * after.n, before.n * after.n * Math.pow(10, UNITS), 3);
  }

  // ---- the state and its address ---------------------------------------------------------------
  const BASE = {
    tampil: "sebaran", tahun: YEARS[LAST], dari: 0, bingkai: "", jenis: [], wilayah: "", pilih: [], urut: "",
    lang: "id", embed: ""
  };
  // What an address that does not say it means: for the year to compare with, the one before.
  function usual(key, state) {
    return key === "dari" ? YEARS[Math.max(0, YEARS.indexOf(state.tahun) - 1)] : BASE[key];
  }
  function trimmed(chosen) {
    const seen = {}, slots = chosen.slice(0, MOST).map((id) => {
      const known = byId[id] && !seen[id];
      if (known) { seen[id] = true; }
      return known ? id : "";
    });
    while (slots.length && !slots[slots.length - 1]) { slots.pop(); }
    return slots;
  }
  // Any object to a state: what is unknown falls back to what a bare address shows.
  function clean(wanted) {
    const one = (key, allowed) => (allowed.indexOf(wanted[key]) >= 0 ? wanted[key] : BASE[key]);
    const state = {
      tampil: one("tampil", VIEWS), tahun: one("tahun", YEARS), dari: one("dari", YEARS),
      bingkai: one("bingkai", FRAMES), wilayah: one("wilayah", provinces),
      jenis: data.types.filter((type) => (wanted.jenis || []).indexOf(type) >= 0),
      pilih: trimmed(wanted.pilih || []), lang: one("lang", ["en"]), embed: one("embed", ["1"]),
      urut: KEYS.indexOf(String(wanted.urut || "").replace(/^-/, "")) >= 0 ? wanted.urut : ""
    };
    state.dari = state.dari || usual("dari", state);
    if (state.dari > state.tahun) { [state.dari, state.tahun] = [state.tahun, state.dari]; }
    return state;
  }
  function read(address) {
    const wanted = {};
    address.replace(/^[?#]/, "").split("&").forEach((part) => {
      const at = part.indexOf("="), key = part.slice(0, at);
      let text = part.slice(at + 1);
      try { text = decodeURIComponent(text); } catch (broken) { /* taken as it stands */ }
      if (at > 0 && key in BASE) {
        wanted[key] = Array.isArray(BASE[key]) ? text.split("~")
          : typeof BASE[key] === "number" ? +text : text;
      }
    });
    return clean(wanted);
  }
  function write(state) {
    return Object.keys(BASE).map((key) => {
      const written = (value) => (Array.isArray(value) ? value.join("~") : String(value));
      const text = written(state[key]);
      return text === written(usual(key, state)) ? "" : `${key}=${encodeURIComponent(text)}`;
    }).filter(Boolean).join("&");
  }
  function slot(state, body) { return state.pilih.indexOf(body.id); }
  // A body put in or taken out; the others keep their colour.
  function pick(state, id) {
    const slots = state.pilih.slice(), at = slots.indexOf(id), free = slots.indexOf("");
    if (at >= 0) { slots[at] = ""; }
    else if (free >= 0) { slots[free] = id; }
    else if (slots.length < MOST) { slots.push(id); }
    return clean(Object.assign({}, state, { pilih: slots }));
  }
  function chosen(state) { return state.pilih.filter(Boolean).map((id) => byId[id]); }

  return {
    data, YEARS, LAST, BAIK, MOST, VIEWS, FRAMES, KEYS, BASE, UNITS, provinces, bodies, byId, has, repeated,
    assessed, units, value, cents, typeOf, provinceOf, predicate, isPrinted, band, flagsOf, flagged, locator,
    digits, divide, ratio, printed, count, mean, meanOf, meanText, median, pair, may, breaksBetween, closest,
    frameOf, fits, select, placesIn, placeInType, changes, change, meanChange, clean, read, write, slot, pick, chosen
  };
})(typeof window === "undefined" ? globalThis.SPBE_DATA : window.SPBE_DATA);
