"use strict";
// The table of each view: one model, from which the page, CSV and XLSX are made.
// A column: key, label, kind (text, count, index, exact, change, percent), wide (left out on a phone),
// file (in downloads only). A cell: a text, or a whole number with its decimals {whole, decimals}.
var SpbeTables = (function (S, W) {
  const { say, of } = W;
  function cell(whole, decimals) { return { whole: whole, decimals: decimals }; }
  function index(body, i) { return cell(body.values[i], S.data.years[i].decimals); }
  function column(key, label, kind, more) { return Object.assign({ key: key, label: label, kind: kind || "text" }, more); }
  const WIDE = { wide: true }, FILE = { file: true };

  // ---- cells of a body in a year ----------------------------------------------------------------
  function who(lang) {
    return [column("nama", say(lang, "Instansi", "Body")), column("jenis", say(lang, "Jenis", "Type"), "text", WIDE),
      column("wilayah", say(lang, "Provinsi", "Province"), "text", WIDE)];
  }
  function whoCells(body, i, lang) {
    const province = S.provinceOf(body, i);
    return [body.name, W.typeName(S.typeOf(body, i), lang, true), province < 0 ? "" : S.data.provinces[province]];
  }
  function result(lang, year) {
    return [column("nilai", say(lang, "Nilai", "Index") + (year ? ` ${year}` : ""), "index"),
      column("predikat", say(lang, "Predikat", "Predicate"), "text", WIDE),
      column("asal", say(lang, "Asal predikat", "Basis of the predicate"), "text", FILE),
      column("status", "Status", "text", FILE),
      column("eksak", say(lang, "Nilai sebelum pembulatan (hitung ulang)", "Index before rounding (recomputed)"), "exact", FILE),
      ...S.data.domains.map(([code, name]) => column(code.toLowerCase(), `${code} ${name}`, "index", FILE)),
      column("sumber", say(lang, "Sumber", "Source"), "source", WIDE),
      column("dokumen", say(lang, "Dokumen", "Document"), "text", FILE),
      column("catatan", say(lang, "Catatan", "Note"), "text", FILE)];
  }
  function resultCells(body, i, lang) {
    const at = S.locator(body, i), k = S.data.domainYears.indexOf(S.YEARS[i]);
    const exact = k < 0 ? 0 : body.exact[k], domains = k < 0 ? 0 : body.domains[k];
    return [index(body, i), W.predicate(body, i), W.basis(body, i, lang), W.status(body, i, lang),
      exact ? cell(exact, 5) : "", ...S.data.domains.map((each, n) => (domains ? cell(domains[n], 2) : "")),
      { text: at[lang], source: at.source }, at.title[lang === "en" ? 0 : 1], W.note(body, i, lang)];
  }
  const ID = column("id", "id", "text", FILE), YEAR = (lang) => column("tahun", say(lang, "Tahun", "Year"), "year", FILE);

  // ---- tables -----------------------------------------------------------------------------------
  function bodiesOfYear(state, lang) {
    const i = S.YEARS.indexOf(state.tahun), places = S.placesIn(S.select(state, i), i);
    return {
      columns: [column("peringkat", "#", "count"), ...who(lang), YEAR(lang), ...result(lang, state.tahun), ID],
      rows: places.sorted.map((body) => ({
        k: body.k, i: i,
        cells: [cell(places.of[body.k], 0), ...whoCells(body, i, lang), cell(state.tahun, 0),
          ...resultCells(body, i, lang), body.id]
      }))
    };
  }
  // Chosen bodies year by year; without any, all of the choice with a column a year.
  function paths(state, lang) {
    const chosen = S.chosen(state);
    if (!chosen.length) {
      const list = S.bodies.filter((body) => S.fits(state, body));
      return {
        columns: [...who(lang), ...S.YEARS.map((year) => column(`t${year}`, String(year), "index")), ID],
        rows: list.map((body) => ({
          k: body.k, i: S.LAST,
          cells: [...whoCells(body, S.LAST, lang),
            ...S.YEARS.map((year, i) => (S.has(body, i) ? index(body, i) : "")), body.id]
        }))
      };
    }
    const rows = [];
    chosen.forEach((body) => S.YEARS.forEach((year, i) => {
      if (!S.has(body, i)) { return; }
      const place = S.placeInType(body, i);
      rows.push({
        k: body.k, i: i, cut: S.data.years[i].break !== "none",
        cells: [...whoCells(body, i, lang), cell(year, 0), ...resultCells(body, i, lang),
          place ? cell(place.place, 0) : "", place ? cell(place.n, 0) : "", body.id]
      });
    }));
    return {
      columns: [...who(lang), column("tahun", say(lang, "Tahun", "Year"), "year"), ...result(lang),
        column("peringkat", say(lang, "Peringkat sejenis", "Rank in type"), "count"),
        column("n", say(lang, "dari", "of"), "count"), ID],
      rows: rows
    };
  }
  function provinceRows(state) {
    const i = S.YEARS.indexOf(state.tahun), local = ["kabupaten", "kota"];
    const jenis = state.jenis.filter((type) => S.data.local.indexOf(S.data.types.indexOf(type)) >= 0);
    const wanted = Object.assign({}, state, { wilayah: "", jenis: jenis.length ? jenis : local });
    const list = S.select(wanted, i);
    const rows = S.data.tiles.map(([province, code, row, column]) => {
      const here = list.filter((body) => S.provinceOf(body, i) === province);
      return { province, code, row, column, n: here.length, mean: S.meanOf(here, i),
        good: here.filter((body) => S.predicate(body, i) >= S.BAIK).length };
    });
    return { i: i, state: wanted, rows: rows };
  }
  function provincesOfYear(state, lang) {
    const { i, rows } = provinceRows(state);
    const known = rows.filter((row) => row.n).sort((a, b) => b.mean.at - a.mean.at);
    return {
      columns: [column("peringkat", "#", "count"), column("wilayah", say(lang, "Provinsi", "Province")),
        column("kode", say(lang, "Kode", "Code"), "text", WIDE), YEAR(lang), column("n", "n", "count"),
        column("rata", say(lang, "Rata-rata", "Mean"), "index"),
        column("baik", say(lang, "Baik atau lebih tinggi", "Baik or above"), "count")],
      rows: known.map((row) => ({
        key: S.provinces[row.province], i: i,
        cells: [cell(1 + known.filter((other) => other.mean.at > row.mean.at).length, 0),
          S.data.provinces[row.province], row.code, cell(state.tahun, 0), cell(row.n, 0),
          cell(S.divide(row.mean.sum, row.mean.n * 10000, 2), 2), cell(row.good, 0)]
      }))
    };
  }
  function isNational(state) { return !state.wilayah && !state.jenis.length; }
  function yearRows(state) {
    return S.YEARS.map((year, i) => {
      const list = S.select(state, i);
      return { year: year, i: i, list: list, mean: S.meanOf(list, i),
        median: S.median(list.map((body) => S.units(body, i))),
        good: list.filter((body) => S.predicate(body, i) >= S.BAIK).length,
        repeated: list.filter((body) => S.repeated(body, i)).length };
    });
  }
  // Beside the mean of a list stand the official index and the mean of all that are counted in it.
  function counted(state, i) {
    const of = S.data.national[i].population;
    if (isNational(state)) { return { n: of[0], sum: of[1] }; }
    if (state.jenis.length !== 1 || state.wilayah) { return null; }
    const [n, sum] = S.data.national[i].byType.population[S.data.types.indexOf(state.jenis[0])];
    return n ? { n: n, sum: sum } : null;
  }
  function everyYear(state, lang) {
    const columns = [column("tahun", say(lang, "Tahun", "Year"), "year"), column("n", "n", "count"),
      column("rata", say(lang, "Rata-rata", "Mean"), "index"), column("median", "Median", "index", WIDE),
      column("baik", say(lang, "Baik atau lebih tinggi", "Baik or above"), "count"),
      column("persen", say(lang, "Persen", "Percent"), "percent"),
      column("diulang", say(lang, "Nilai diulang", "Repeated values"), "count", WIDE),
      column("resmi", say(lang, "Indeks nasional resmi", "Official national index"), "index", WIDE),
      column("nhitung", say(lang, "n yang dihitung", "n counted"), "count", WIDE),
      column("hitung", say(lang, "Rata-rata semua yang dihitung", "Mean of all counted"), "index", WIDE)];
    const rows = yearRows(state).filter((row) => row.list.length).map((row) => {
      const all = counted(state, row.i);
      return {
        i: row.i, cut: S.data.years[row.i].break !== "none",
        cells: [cell(row.year, 0), cell(row.list.length, 0),
          cell(S.divide(row.mean.sum, row.mean.n * 10000, 2), 2), cell(S.divide(row.median, 10000, 2), 2),
          cell(row.good, 0), cell(S.divide(100 * row.good, row.list.length, 1), 1), cell(row.repeated, 0),
          isNational(state) ? cell(S.data.national[row.i].official, 2) : "",
          all ? cell(all.n, 0) : "", all ? cell(S.divide(all.sum, all.n * 10000, 2), 2) : ""]
      };
    });
    return { columns: columns, rows: rows };
  }
  function changesOfPair(state, lang) {
    const found = S.changes(state, state.dari, state.tahun);
    if (!found) { return positions(state, lang); }
    const { i, j } = found;
    const sorted = found.moved.slice().sort((a, b) => S.change(b, i, j) - S.change(a, i, j) || (a.name < b.name ? -1 : 1));
    return {
      columns: [...who(lang), column("awal", String(state.dari), "index"), column("akhir", String(state.tahun), "index"),
        column("ubah", say(lang, "Perubahan", "Change"), "change"),
        column("predikatawal", say(lang, `Predikat ${state.dari}`, `Predicate ${state.dari}`), "text", FILE),
        column("predikat", say(lang, `Predikat ${state.tahun}`, `Predicate ${state.tahun}`), "text", WIDE),
        column("statusawal", `Status ${state.dari}`, "text", FILE), column("status", `Status ${state.tahun}`, "text", FILE),
        column("catatan", say(lang, "Catatan", "Note"), "text", FILE), ID],
      rows: sorted.map((body) => ({
        k: body.k, i: j, other: i,
        cells: [...whoCells(body, j, lang), index(body, i), index(body, j), cell(S.change(body, i, j), S.UNITS),
          W.predicate(body, i), W.predicate(body, j), W.status(body, i, lang), W.status(body, j, lang),
          [W.note(body, i, lang), W.note(body, j, lang)].filter(Boolean).join(" "), body.id]
      }))
    };
  }
  // What may be said of any two years: the place among bodies of one type, each year for itself.
  function positions(state, lang) {
    const i = S.YEARS.indexOf(state.dari), j = S.YEARS.indexOf(state.tahun);
    const list = S.bodies.filter((body) => S.assessed(body, i) && S.assessed(body, j) && S.fits(state, body, j));
    const place = (year, end) => [
      column(`p${end}`, say(lang, `Peringkat sejenis ${year}`, `Rank in type ${year}`), "count"),
      column(`n${end}`, say(lang, `dari (${year})`, `of (${year})`), "count")];
    const sorted = list.slice().sort((a, b) => S.typeOf(a, j) - S.typeOf(b, j)
      || S.placeInType(a, j).place - S.placeInType(b, j).place || (a.name < b.name ? -1 : 1));
    return {
      columns: [...who(lang), ...place(state.dari, "awal"), ...place(state.tahun, "akhir"), ID],
      rows: i === j ? [] : sorted.map((body) => {
        const a = S.placeInType(body, i), b = S.placeInType(body, j);
        return { k: body.k, i: j, other: i,
          cells: [...whoCells(body, j, lang), cell(a.place, 0), cell(a.n, 0), cell(b.place, 0), cell(b.n, 0), body.id] };
      })
    };
  }
  function levelRows(state) {
    const k = S.data.levelYears.indexOf(state.tahun), i = S.YEARS.indexOf(state.tahun);
    if (k < 0) { return null; }
    const list = S.select(state, i).filter((body) => body.levels[k]);
    const rows = S.data.items.map(([code, domain, weight, name], n) => {
      const counts = [0, 0, 0, 0, 0];
      list.forEach((body) => { counts[+body.levels[k][n] - 1] += 1; });
      return { code, domain, weight, name, n, counts, sum: counts.reduce((s, c, level) => s + c * (level + 1), 0) };
    });
    return { k: k, i: i, list: list, rows: rows };
  }
  function indicators(state, lang) {
    const found = levelRows(state);
    if (!found) {
      const made = bodiesOfYear(state, lang), shown = S.data.domainYears.indexOf(state.tahun) >= 0;
      made.columns.forEach((each) => { if (shown && /^d\d$/.test(each.key)) { each.file = false; } });
      return made;
    }
    const { k, i, list, rows } = found;
    const chosen = S.chosen(state).filter((body) => body.levels[k]);
    return {
      columns: [column("kode", say(lang, "Kode", "Code")), column("indikator", say(lang, "Indikator", "Indicator")),
        column("bobot", say(lang, "Bobot (persen)", "Weight (percent)"), "index", WIDE),
        ...[1, 2, 3, 4, 5].map((level) => column(`l${level}`, say(lang, `Tingkat ${level}`, `Level ${level}`), "count", WIDE)),
        column("n", "n", "count", WIDE), column("rata", say(lang, "Rata-rata", "Mean"), "index"),
        ...chosen.map((body) => column(body.id, body.name, "count"))],
      rows: list.length ? rows.map((row) => ({
        i: i,
        cells: [row.code, row.name, cell(Math.round(row.weight * 100), 2), ...row.counts.map((n) => cell(n, 0)),
          cell(list.length, 0), cell(S.divide(row.sum, list.length, 2), 2),
          ...chosen.map((body) => cell(+body.levels[k][row.n], 0))]
      })) : []
    };
  }
  const MAKERS = { sebaran: bodiesOfYear, peringkat: bodiesOfYear, perjalanan: paths, peta: provincesOfYear,
    tahunan: everyYear, perubahan: changesOfPair, indikator: indicators };

  // ---- sorting and text -----------------------------------------------------------------------
  function amount(value) { return value && value.decimals !== undefined ? value.whole / Math.pow(10, value.decimals) : null; }
  function order(value) {
    if (typeof value === "string") { return value.replace(/^(Kabupaten|Kota|Provinsi) /, "").toLowerCase(); }
    return value.text || amount(value);
  }
  function table(state) {
    const made = MAKERS[state.tampil](state, state.lang), key = state.urut.replace(/^-/, "");
    const at = made.columns.map((each) => each.key).indexOf(key);
    if (at < 0) { return made; }
    const down = state.urut[0] === "-" ? -1 : 1;
    const sorted = made.rows.map((row, n) => [order(row.cells[at]), n, row]).sort((a, b) => {
      if (a[0] === b[0]) { return a[1] - b[1]; }
      if (a[0] === "" || b[0] === "") { return a[0] === "" ? 1 : -1; } // what is missing stays below
      return (a[0] < b[0] ? -1 : 1) * down;
    });
    return { columns: made.columns, rows: sorted.map((each) => each[2]) };
  }
  function text(value, kind, lang) {
    if (typeof value === "string") { return value; }
    if (value.text !== undefined) { return value.text; }
    if (kind === "year") { return String(value.whole); }
    if (kind === "change") { return W.signed(value.whole, value.decimals, lang); }
    return S.digits(value.whole, value.decimals, kind === "count" ? 0 : kind === "percent" ? 1 : Math.min(2, value.decimals), lang);
  }
  return { table, text, amount, provinceRows, yearRows, levelRows, counted, isNational, positions };
})(Spbe, SpbeWords);
