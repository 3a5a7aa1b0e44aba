"use strict";
// Words of the explorer that stand in more than one place, Indonesian and English beside each other.
var SpbeWords = (function (S) {
  function say(lang, indonesian, english) { return lang === "en" ? english : indonesian; }
  const VIEWS = {
    sebaran: ["Sebaran", "Distribution"], peringkat: ["Peringkat", "Ranking"],
    perjalanan: ["Perjalanan", "Path"], peta: ["Peta", "Map"], tahunan: ["Tiap tahun", "Year by year"],
    perubahan: ["Perubahan", "Change"], indikator: ["Indikator", "Indicators"]
  };
  const TYPES = {
    kementerian: ["kementerian", "ministries", "ministry"], lembaga: ["lembaga", "agencies", "agency"],
    polda: ["polda", "police regions", "police region"], provinsi: ["provinsi", "provinces", "province"],
    kabupaten: ["kabupaten", "regencies", "regency"], kota: ["kota", "cities", "city"]
  };
  const FRAMES = {
    semua: ["semua dalam daftar", "all in the list"],
    dinilai: ["yang dinilai pada tahun itu", "assessed in that year"],
    sama: ["instansi yang sama", "the same bodies"]
  };
  const STATUS = {
    e: ["dinilai", "evaluated"], m: ["dipantau", "monitored"],
    c: ["mengulang nilai tahun sebelumnya", "repeats the value of the year before"]
  };
  function of(pair, lang) { return pair[lang === "en" ? 1 : 0]; }
  function list(words, lang) {
    const last = words.length - 1;
    if (last < 1) { return words.join(""); }
    if (last === 1) { return words.join(say(lang, " dan ", " and ")); }
    return words.slice(0, last).join(", ") + say(lang, ", dan ", ", and ") + words[last];
  }
  function typeName(type, lang, one) {
    const words = TYPES[S.data.types[type]];
    return lang === "en" ? words[one ? 2 : 1] : words[0];
  }
  // The bodies of a choice as a noun: "kota di Banten", "615 instansi".
  function noun(state, lang) {
    const of = state.jenis.length
      ? list(state.jenis.map((type) => TYPES[type][lang === "en" ? 1 : 0]), lang)
      : state.wilayah ? say(lang, "pemerintah daerah", "local governments") : say(lang, "instansi", "bodies");
    return of + (state.wilayah
      ? say(lang, " di ", " in ") + S.data.provinces[S.provinces.indexOf(state.wilayah)] : "");
  }
  function status(body, i, lang) {
    const word = of(STATUS[body.statuses[i]], lang);
    return S.repeated(body, i) && S.data.years[i].inferred
      ? word + say(lang, " (disimpulkan dari kesamaan nilai)", " (inferred from equal values)") : word;
  }
  function predicate(body, i) { return S.data.predicates[S.predicate(body, i)]; }
  function basis(body, i, lang) {
    return S.isPrinted(body, i) ? say(lang, "tercetak", "printed")
      : say(lang, "menurut nilai", "follows from the index");
  }
  function note(body, i, lang) {
    return S.flagsOf(body, i).map((flag) => `${flag.item}: ${flag[lang]}`).join(" ");
  }
  // Why two years are not one era: the break that weighs most, with the year it starts in.
  function reason(first, second, lang) {
    const found = S.breaksBetween(first, second);
    const each = found.filter((one) => one.break === "instrument")[0] || found[0];
    if (!each) { return ""; }
    if (each.break === "instrument") {
      const before = S.data.years[S.YEARS.indexOf(each.year) - 1];
      return say(lang,
        `mulai ${each.year} instrumennya berganti, dari ${before.nItems} menjadi ${each.nItems} indikator`,
        `from ${each.year} the instrument is another one, with ${each.nItems} indicators instead of ${before.nItems}`);
    }
    return say(lang, `mulai ${each.year} penilaian memakai pedoman baru (${each.guideline})`,
      `from ${each.year} bodies are assessed by a new guideline (${each.guideline})`);
  }
  function breakName(kind, lang) {
    return kind === "instrument" ? say(lang, "instrumen baru", "new instrument")
      : say(lang, "pedoman baru", "new guideline");
  }
  function credit(lang) {
    return say(lang, "Sumber: Kementerian PANRB, diolah spbe_research.",
      "Source: Kementerian PANRB, compiled by spbe_research.");
  }
  function where(body, i, lang) {
    const at = S.locator(body, i);
    return `${at.title[lang === "en" ? 0 : 1]}, ${at[lang]}`;
  }
  function percent(part, whole, lang) {
    return S.ratio(100 * part, whole, 1, lang) + say(lang, " persen", " percent");
  }
  // An index change of whole units: "naik 0,26 poin".
  function moved(units, lang) {
    const size = S.digits(Math.abs(units), S.UNITS, 2, lang);
    if (!units) { return say(lang, "tetap", "unchanged"); }
    return units > 0 ? say(lang, `naik ${size} poin`, `${size} points higher`)
      : say(lang, `turun ${size} poin`, `${size} points lower`);
  }
  function signed(whole, decimals, lang) {
    return (whole > 0 ? "+" : "") + S.digits(whole, decimals, 2, lang);
  }

  return {
    say, of, list, noun, status, predicate, basis, note, reason, breakName, credit, where, percent, moved, signed,
    typeName, VIEWS, TYPES, FRAMES, STATUS
  };
})(Spbe);
