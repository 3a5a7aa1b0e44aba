"use strict";
// The chart of each view as a picture: from the state to what chart.js draws.
var SpbeDrawings = (function (S, W, T, L, C) {
  const { say } = W;
  const MOST_BARS = 40;
  function scale(lang, i) {
    const lower = S.data.years[i].lower;
    return {
      edges: lower, names: S.data.predicates, low: lower[0], high: lower[lower.length - 1],
      ticks: lower.map((at) => ({ at: at, text: S.digits(Math.round(at * 100), 2, at % 1 ? 2 : 0, lang) }))
    };
  }
  function point(state, body, i, at) {
    return { k: body.k, i: i, at: at, slot: S.slot(state, body), hollow: S.repeated(body, i), flag: S.flagged(body, i),
      text: `${short(body)} ${S.printed(body, i, state.lang)}` };
  }
  function short(body) { return body.name.replace(/^Kabupaten /, "Kab. ").replace(/^Kementerian /, "Kem. "); }
  function legend(lang) {
    return say(lang, "Satu titik satu instansi. Lingkaran kosong: nilai mengulang tahun sebelumnya. Tanda seru: nilai bertanda.",
      "One dot is one body. Hollow: the value repeats the year before. Exclamation mark: the value is flagged.");
  }
  function groupsOf(state, list, i, at) {
    return S.data.types.map((name, type) => {
      const here = list.filter((body) => S.typeOf(body, i) === type);
      return { type: type, list: here, points: here.map((body) => point(state, body, i, at(body))) };
    }).filter((group) => group.list.length);
  }
  function distribution(state, width, lang) {
    const i = S.YEARS.indexOf(state.tahun), list = S.select(state, i);
    const groups = groupsOf(state, list, i, (body) => S.value(body, i)).map((group) => ({
      name: W.typeName(group.type, lang), note: S.count(group.list.length, lang), points: group.points,
      middle: S.median(group.list.map((body) => S.value(body, i))),
      right: S.ratio(100 * group.list.filter((body) => S.predicate(body, i) >= S.BAIK).length, group.list.length, 0, lang) + say(lang, "\u00a0%", "%")
    }));
    return C.distribution(Object.assign(scale(lang, i), {
      title: L.title(state), desc: legend(lang) + say(lang, " Garis tegak: median.", " Upright mark: the median."),
      groups: groups, head: say(lang, "Baik ke atas", "Baik or above")
    }), width);
  }
  function ranking(state, width, lang) {
    const i = S.YEARS.indexOf(state.tahun), places = S.placesIn(S.select(state, i), i);
    const shown = places.sorted.filter((body, n) => n < MOST_BARS || S.slot(state, body) >= 0);
    const rest = places.n - shown.length;
    return C.ranking(Object.assign(scale(lang, i), {
      title: L.title(state), desc: legend(lang),
      bars: shown.map((body) => Object.assign(point(state, body, i, S.value(body, i)), {
        place: places.of[body.k], name: short(body), band: S.predicate(body, i), text: S.printed(body, i, lang) + (S.repeated(body, i) ? "\u2020" : "")
      })),
      rest: rest > 0 ? say(lang, `${S.count(rest, lang)} instansi lain ada dalam tabel.`, `${S.count(rest, lang)} more bodies are in the table.`) : ""
    }), width);
  }
  // Runs of neighbouring years with a value between which a difference may be taken.
  function runs(body) {
    const found = [];
    let run = [];
    S.YEARS.forEach((year, i) => {
      const joined = run.length && S.may(S.YEARS[i - 1], year, "difference");
      if (S.has(body, i) && joined) { run.push([i, S.value(body, i)]); return; }
      if (run.length) { found.push(run); }
      run = S.has(body, i) ? [[i, S.value(body, i)]] : [];
    });
    return run.length ? found.concat([run]) : found;
  }
  function paths(state, width, lang) {
    const chosen = S.chosen(state);
    return C.paths(Object.assign(scale(lang, S.LAST), {
      title: L.title(state), desc: legend(lang) + say(lang, " Garis berhenti saat aturan penilaian berganti.", " Lines stop where the rules of assessment changed."),
      years: S.YEARS.map((year) => (width < 420 ? `\u2019${String(year).slice(2)}` : String(year))),
      breaks: S.data.years.map((each, i) => ({ at: i - 0.5, kind: each.break })).filter((each) => each.kind !== "none")
        .map((each) => ({ at: each.at, text: W.breakName(each.kind, lang) })),
      back: S.bodies.filter((body) => S.fits(state, body)).flatMap(runs),
      chosen: chosen.map((body) => {
        const known = S.YEARS.map((year, i) => i).filter((i) => S.has(body, i)), last = known[known.length - 1];
        return { slot: S.slot(state, body), runs: runs(body), points: known.map((i) => point(state, body, i, S.value(body, i))),
          text: `${short(body)} ${S.printed(body, last, lang)}${last === S.LAST ? "" : ` (${S.YEARS[last]})`}` };
      })
    }), width);
  }
  function map(state, width, lang) {
    const { i, rows } = T.provinceRows(state);
    return C.tiles({
      title: L.title(state), desc: say(lang, "Satu kotak satu provinsi; warna menurut rentang rata-rata.", "One square is one province; the colour is the band of the mean."),
      tiles: rows.map((row) => {
        const name = S.data.provinces[row.province], key = S.provinces[row.province];
        const text = row.n ? S.meanText(row.mean, lang) : "\u2013";
        return { code: row.code, row: row.row, column: row.column, name: name, key: key, on: state.wilayah === key,
          band: row.n ? S.band(i, row.mean.at) : -1, text: text,
          said: row.n ? `${text}, n ${row.n}` : say(lang, "tidak ada nilai", "no value") };
      })
    }, width);
  }
  function histograms(state, width, lang) {
    const lower = S.data.years[S.LAST].lower, low = lower[0], high = lower[lower.length - 1];
    const panels = T.yearRows(state).map((row) => {
      const bars = [];
      for (let n = 0; n < (high - low) * 10; n++) { bars.push({ from: low + n / 10, to: low + (n + 1) / 10, n: 0, repeated: 0, band: S.band(row.i, low + n / 10 + 1e-9) }); }
      row.list.forEach((body) => {
        const bin = Math.min(bars.length - 1, Math.max(0, Math.floor((S.units(body, row.i) - low * 10000) / 1000)));
        bars[bin][S.repeated(body, row.i) ? "repeated" : "n"] += 1;
      });
      const share = row.list.length ? S.ratio(100 * row.good, row.list.length, 0, lang) + say(lang, "\u00a0%", "%") : "\u2013";
      return { title: String(row.year), bars: bars, note: `n ${S.count(row.list.length, lang)} \u00b7 ${share} ${say(lang, "Baik ke atas", "Baik or above")}` };
    });
    return C.histograms({
      title: L.title(state), panels: panels, low: low, high: high,
      desc: say(lang, "Banyaknya instansi per sepersepuluh poin. Batang kosong: nilai mengulang tahun sebelumnya.", "Bodies per tenth of a point. Hollow bars: the value repeats the year before."),
      ticks: lower.filter((at, n) => n !== 1 && n !== 4).map((at) => ({ at: at, text: S.digits(Math.round(at * 100), 2, at % 1 ? 1 : 0, lang) }))
    }, width);
  }
  function change(state, width, lang) {
    const found = S.changes(state, state.dari, state.tahun);
    if (!found || !found.moved.length) { return ""; }
    const { i, j, moved } = found, sizes = moved.map((body) => S.change(body, i, j) / 10000);
    const low = Math.floor(Math.min(0, ...sizes) * 2) / 2, high = Math.ceil(Math.max(0.5, ...sizes) * 2) / 2;
    const groups = groupsOf(state, moved, j, (body) => S.change(body, i, j) / 10000).map((group) => {
      const middle = S.median(group.list.map((body) => S.change(body, i, j)));
      group.points.forEach((p) => {
        const body = S.bodies[p.k];
        p.text = `${short(body)} ${W.signed(S.change(body, i, j), S.UNITS, lang)}`;
        p.flag = S.flagged(body, i) || S.flagged(body, j);
      });
      return { name: W.typeName(group.type, lang), note: S.count(group.list.length, lang), points: group.points, middle: middle / 10000,
        right: W.signed(S.divide(middle, 10000, 2), 2, lang) };
    });
    const ticks = [];
    for (let at = low; at <= high; at += high - low > 3 ? 1 : 0.5) { ticks.push({ at: at, text: W.signed(Math.round(at * 100), 2, lang) }); }
    return C.distribution({ title: L.title(state), desc: legend(lang), low: low, high: high, ticks: ticks, groups: groups, zero: true,
      head: say(lang, "median", "median") }, width);
  }
  function indicators(state, width, lang) {
    const found = T.levelRows(state);
    if (!found) { return domains(state, width, lang); }
    const { k, i, list, rows } = found, chosen = S.chosen(state).filter((body) => body.levels[k]);
    if (!list.length) { return ""; }
    return C.levels({
      title: L.title(state), levels: [1, 2, 3, 4, 5].map((level) => say(lang, `tingkat ${level}`, `level ${level}`)),
      desc: say(lang, "Persen instansi pada tiap tingkat; titik berwarna: instansi terpilih.", "Percent of bodies at each level; coloured dots: the chosen bodies."),
      items: rows.map((row) => ({ code: row.code, name: row.name,
        cells: row.counts.map((n) => ({ share: n / list.length, text: n ? S.ratio(100 * n, list.length, 0, lang) : "" })),
        marks: chosen.map((body) => ({ level: +body.levels[k][row.n], slot: S.slot(state, body), k: body.k, i: i })) }))
    }, width);
  }
  function domains(state, width, lang) {
    const k = S.data.domainYears.indexOf(state.tahun), i = S.YEARS.indexOf(state.tahun);
    if (k < 0) { return ""; }
    const list = S.select(state, i).filter((body) => body.domains[k]), { low, high } = scale(lang, i);
    // Predicates are of the index; a domain has none, so no bands. Its values are few, so dots are small.
    return list.length ? C.distribution({
      low: low, high: high, r: 1.6, ticks: [1, 2, 3, 4, 5].map((at) => ({ at: at, text: String(at) })),
      title: L.title(state), desc: legend(lang), head: "median",
      groups: S.data.domains.map(([code, name], n) => {
        const middle = S.median(list.map((body) => body.domains[k][n]));
        return { name: name.replace(/ (Internal )?SPBE$/, ""), note: code, middle: middle / 100, right: S.ratio(middle, 100, 2, lang),
          points: list.map((body) => Object.assign(point(state, body, i, Math.max(low, body.domains[k][n] / 100)), {
            flag: S.flagsOf(body, i).some((flag) => flag.item === code && flag.action === "flag"),
            text: `${short(body)} ${S.digits(body.domains[k][n], 2, 2, lang)}` })) };
      })
    }, width) : "";
  }
  const MAKERS = { sebaran: distribution, peringkat: ranking, perjalanan: paths, peta: map, tahunan: histograms, perubahan: change, indikator: indicators };
  function drawing(state, width) { return MAKERS[state.tampil](state, width, state.lang); }
  return { drawing, runs };
})(Spbe, SpbeWords, SpbeTables, SpbeSentences, SpbeChart);
