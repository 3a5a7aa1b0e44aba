"use strict";
// The sentence of each view, made from the state: number, how many bodies, rank, source row. Between two
// years of one era it states a change; across a break it says no, why, and what may be asked instead.
var SpbeSentences = (function (S, W, T) {
  const { say } = W;

  function nothing(lang) { return say(lang, "Tidak ada instansi pada pilihan ini.", "There is no body in this choice."); }

  // A chosen body in one year, with its place in a list and the row of its source.
  function ofBody(state, body, i, places, lang) {
    const year = S.YEARS[i];
    if (!S.has(body, i)) {
      return say(lang, `${body.name}: tidak ada dalam daftar ${year} yang kami pegang.`,
        `${body.name}: not in the list of ${year} that we hold.`);
    }
    const predicate = S.isPrinted(body, i)
      ? say(lang, `predikat ${W.predicate(body, i)}`, `predicate ${W.predicate(body, i)}`)
      : say(lang, `masuk rentang ${W.predicate(body, i)}`, `in the band ${W.predicate(body, i)}`);
    const rank = places.of[body.k] === undefined ? say(lang, ", di luar pilihan ini", ", outside this choice")
      : say(lang, `, peringkat ${places.of[body.k]} dari ${S.count(places.n, lang)}`,
        `, rank ${places.of[body.k]} of ${S.count(places.n, lang)}`);
    return `${body.name}: ${say(lang, "nilai", "index")} ${S.printed(body, i, lang)}, ${predicate}${rank} `
      + `(${W.where(body, i, lang)}).${warning(body, i, lang)}`;
  }
  // What a reader must know before quoting a value.
  function warning(body, i, lang) {
    let text = S.repeated(body, i) ? say(lang, ` Nilai ini ${W.status(body, i, "id")}.`,
      ` This value ${W.status(body, i, "en")}.`) : "";
    S.flagsOf(body, i).forEach((flag) => {
      text += say(lang, ` Bertanda (${flag.item}): ${flag.id}`, ` Flagged (${flag.item}): ${flag.en}`);
    });
    return text;
  }
  // The official number and the mean of all that are counted in it, beside the mean of a list.
  function bases(state, i, listed, lang) {
    const all = T.counted(state, i);
    let text = T.isNational(state)
      ? say(lang, ` Indeks SPBE nasional resmi: ${S.digits(S.data.national[i].official, 2, 2, lang)}.`,
        ` The official national SPBE index is ${S.digits(S.data.national[i].official, 2, 2, lang)}.`) : "";
    if (all && all.n !== listed.n) {
      const mean = S.ratio(all.sum, all.n * 10000, 2, lang), more = S.count(all.n - listed.n, lang);
      text += S.frameOf(state) === "semua"
        ? say(lang, ` Bersama ${more} instansi di luar daftar yang ikut dihitung dengan hasil terakhirnya, rata-rata ${S.count(all.n, lang)} instansi adalah ${mean}.`,
          ` With ${more} bodies outside the list that are counted with their last result, the mean of ${S.count(all.n, lang)} bodies is ${mean}.`)
        : say(lang, ` Bersama ${more} instansi yang ikut dihitung dengan hasil terakhirnya, rata-rata ${S.count(all.n, lang)} instansi adalah ${mean}.`,
          ` With ${more} bodies that are counted with their last result, the mean of ${S.count(all.n, lang)} bodies is ${mean}.`);
    }
    return text;
  }
  function ofYear(state, lang) {
    const i = S.YEARS.indexOf(state.tahun), list = S.select(state, i), n = list.length;
    if (!n) { return nothing(lang); }
    const good = list.filter((body) => S.predicate(body, i) >= S.BAIK).length;
    const mean = S.meanOf(list, i), places = S.placesIn(list, i), noun = W.noun(state, lang);
    const repeated = list.filter((body) => S.repeated(body, i)).length;
    const frame = S.frameOf(state) === "semua" ? say(lang, "dalam daftar", "in the list")
      : say(lang, "dengan hasil baru", "with a new result");
    let text = say(lang,
      `Pada ${state.tahun}, ${S.count(good, lang)} dari ${S.count(n, lang)} ${noun} ${frame} berpredikat Baik atau lebih tinggi (${W.percent(good, n, lang)}). Rata-rata nilainya ${S.meanText(mean, lang)}.`,
      `In ${state.tahun}, ${S.count(good, lang)} of ${S.count(n, lang)} ${noun} ${frame} had the predicate Baik or above (${W.percent(good, n, lang)}). The mean of their index is ${S.meanText(mean, lang)}.`);
    if (repeated) {
      text += say(lang, ` Dari nilai itu, ${S.count(repeated, lang)} mengulang hasil tahun sebelumnya.`,
        ` Of these values, ${S.count(repeated, lang)} repeat a result of the year before.`);
    }
    text += bases(state, i, mean, lang);
    S.chosen(state).forEach((body) => { text += ` ${ofBody(state, body, i, places, lang)}`; });
    return text;
  }
  function ofProvinces(state, lang) {
    const { i, state: wanted, rows } = T.provinceRows(state), known = rows.filter((row) => row.n);
    if (!known.length) { return nothing(lang); }
    const sorted = known.slice().sort((a, b) => b.mean.at - a.mean.at);
    const name = (row) => `${S.data.provinces[row.province]} (${S.meanText(row.mean, lang)}; n ${row.n})`;
    const noun = W.noun(wanted, lang), first = sorted[0], last = sorted[sorted.length - 1];
    let text = say(lang,
      `Rata-rata nilai ${noun} pada ${state.tahun} tertinggi di ${name(first)} dan terendah di ${name(last)}, di antara ${known.length} provinsi.`,
      `In ${state.tahun} the mean index of ${noun} is highest in ${name(first)} and lowest in ${name(last)}, among ${known.length} provinces.`);
    const here = known.filter((row) => S.provinces[row.province] === state.wilayah)[0];
    if (here) {
      const place = 1 + known.filter((row) => row.mean.at > here.mean.at).length;
      text += say(lang, ` ${name(here)}: peringkat ${place}, ${here.good} dari ${here.n} Baik atau lebih tinggi.`,
        ` ${name(here)}: rank ${place}, ${here.good} of ${here.n} Baik or above.`);
    }
    const places = S.placesIn(S.select(Object.assign({}, wanted, { wilayah: "" }), i), i);
    S.chosen(state).forEach((body) => { text += ` ${ofBody(state, body, i, places, lang)}`; });
    return text;
  }
  function ofPaths(state, lang) {
    const chosen = S.chosen(state);
    const breaks = S.data.years.filter((each) => each.break !== "none").map((each) => each.year);
    const rule = say(lang,
      `Garis putus-putus: aturan penilaian berganti pada ${W.list(breaks, lang)}. Nilai di kiri dan kanannya tidak bisa dibandingkan.`,
      `Dashed line: the rules of assessment changed in ${W.list(breaks, lang)}. Values left and right of it cannot be compared.`);
    if (!chosen.length) {
      const n = S.bodies.filter((body) => S.fits(state, body)).length;
      return say(lang, `Garis tipis: ${S.count(n, lang)} ${W.noun(state, lang)}. Pilih sampai ${S.MOST} instansi untuk melihat nilainya. ${rule}`,
        `Thin lines: ${S.count(n, lang)} ${W.noun(state, lang)}. Choose up to ${S.MOST} bodies to see their values. ${rule}`);
    }
    return chosen.map((body) => {
      const known = S.YEARS.map((year, i) => i).filter((i) => S.has(body, i));
      const values = known.map((i) => `${S.YEARS[i]}: ${S.printed(body, i, lang)}${S.repeated(body, i) ? "\u2020" : ""}${S.flagged(body, i) ? "!" : ""}`);
      const ranked = known.filter((i) => S.assessed(body, i)), i = ranked[ranked.length - 1];
      const at = i === undefined ? null : S.placeInType(body, i);
      const rank = at ? say(lang, ` Pada ${S.YEARS[i]} peringkat ${at.place} dari ${at.n} ${W.typeName(at.type, lang)} (${W.where(body, i, lang)}).`,
        ` In ${S.YEARS[i]} rank ${at.place} of ${at.n} ${W.typeName(at.type, lang)} (${W.where(body, i, lang)}).`) : "";
      return `${body.name} \u2013 ${values.join("; ")}.${rank}`;
    }).join(" ") + ` ${rule}`;
  }
  function ofYears(state, lang) {
    const rows = T.yearRows(state).filter((row) => row.list.length);
    if (!rows.length) { return nothing(lang); }
    const each = rows.map((row) => say(lang,
      `${row.year}: ${W.percent(row.good, row.list.length, lang)} dari ${S.count(row.list.length, lang)}`,
      `${row.year}: ${W.percent(row.good, row.list.length, lang)} of ${S.count(row.list.length, lang)}`));
    const breaks = S.data.years.filter((one) => one.break !== "none").map((one) => one.year);
    return say(lang,
      `Bagian ${W.noun(state, lang)} yang berpredikat Baik atau lebih tinggi, tiap tahun menurut aturannya sendiri: ${each.join("; ")}. Aturan berganti pada ${W.list(breaks, lang)}; nilai sebelum dan sesudahnya tidak bisa dibandingkan.`,
      `Share of ${W.noun(state, lang)} with the predicate Baik or above, each year by its own rules: ${each.join("; ")}. The rules changed in ${W.list(breaks, lang)}; values before and after cannot be compared.`);
  }

  // ---- two years ---------------------------------------------------------------------------------
  function sizeOf(thousandths, lang) { return S.digits(Math.abs(thousandths), 3, 3, lang); }
  function ofChange(state, lang) {
    const found = S.changes(state, state.dari, state.tahun);
    if (!found) { return refusal(state, lang).text; }
    const { i, j, means, moved } = found, noun = W.noun(state, lang);
    if (!moved.length) { return nothing(lang); }
    const said = (name) => `${W.signed(S.meanChange(means[name]), 3, lang)} (n ${S.count(means[name][0].n, lang)} ${say(lang, "dan", "and")} ${S.count(means[name][1].n, lang)})`;
    const same = means.sama, by = same[0] ? S.meanChange(same) : 0;
    let text = same[0] ? say(lang,
      `Dari ${state.dari} ke ${state.tahun}, rata-rata ${S.count(same[0].n, lang)} ${noun} yang sama dengan hasil baru pada kedua tahun ${by < 0 ? "turun" : "naik"} ${sizeOf(by, lang)} poin, dari ${S.meanText(same[0], lang)} menjadi ${S.meanText(same[1], lang)}.`,
      `From ${state.dari} to ${state.tahun} the mean of the same ${S.count(same[0].n, lang)} ${noun} with a new result in both years ${by < 0 ? "fell" : "rose"} by ${sizeOf(by, lang)} points, from ${S.meanText(same[0], lang)} to ${S.meanText(same[1], lang)}.`) : "";
    if (means.semua[0] && means.semua[1] && means.dinilai[0] && means.dinilai[1]) {
      text += say(lang,
        ` Rata-rata seluruh daftar tiap tahun: ${said("semua")}; rata-rata yang dinilai pada tiap tahun: ${said("dinilai")}.`,
        ` Mean of the whole list of each year: ${said("semua")}; mean of those assessed in each year: ${said("dinilai")}.`);
    }
    const down = moved.filter((body) => S.cents(body, j) < S.cents(body, i)).length;
    const equal = moved.filter((body) => S.cents(body, j) === S.cents(body, i)).length;
    text += say(lang,
      ` Dari ${S.count(moved.length, lang)} instansi pada grafik, dengan dua desimal: ${S.count(moved.length - down - equal, lang)} naik, ${S.count(equal, lang)} tetap, ${S.count(down, lang)} turun.`,
      ` Of the ${S.count(moved.length, lang)} bodies in the chart, at two decimals: ${S.count(moved.length - down - equal, lang)} rose, ${S.count(equal, lang)} stayed, ${S.count(down, lang)} fell.`);
    return text + movers(found, lang) + S.chosen(state).map((body) => chosenChange(body, found, lang)).join("");
  }
  // The largest rise and fall; a flagged value is no mover.
  function movers({ i, j, moved }, lang) {
    const clear = moved.filter((body) => !S.flagged(body, i) && !S.flagged(body, j));
    const sorted = clear.slice().sort((a, b) => S.change(b, i, j) - S.change(a, i, j) || (a.name < b.name ? -1 : 1));
    const name = (body) => `${body.name} (${S.printed(body, i, lang)} ${say(lang, "menjadi", "to")} ${S.printed(body, j, lang)})`;
    const first = sorted[0], last = sorted[sorted.length - 1];
    let text = "";
    if (first && S.change(first, i, j) > 0) { text += say(lang, ` Kenaikan terbesar: ${name(first)}.`, ` Largest rise: ${name(first)}.`); }
    if (last && S.change(last, i, j) < 0) { text += say(lang, ` Penurunan terbesar: ${name(last)}.`, ` Largest fall: ${name(last)}.`); }
    const out = moved.filter((body) => clear.indexOf(body) < 0).map((body) => body.name);
    return text + (out.length ? say(lang, ` Tidak dihitung di sini karena nilainya bertanda: ${W.list(out, lang)}.`,
      ` Left out here because the value is flagged: ${W.list(out, lang)}.`) : "");
  }
  function chosenChange(body, { i, j, moved }, lang) {
    if (!S.has(body, i) || !S.has(body, j)) {
      return say(lang, ` ${body.name}: tidak ada dalam kedua daftar.`, ` ${body.name}: not in both lists.`);
    }
    const change = S.change(body, i, j), more = moved.filter((each) => S.change(each, i, j) > change).length;
    const rank = moved.indexOf(body) < 0 ? "" : say(lang, `, perubahan terbesar ke-${more + 1} dari ${moved.length}`,
      `, change number ${more + 1} of ${moved.length} from the top`);
    return ` ${body.name}: ${S.printed(body, i, lang)} ${say(lang, "menjadi", "to")} ${S.printed(body, j, lang)}, ${W.moved(change, lang)}${rank} (${W.where(body, i, lang)}; ${W.where(body, j, lang)}).`
      + warning(body, i, lang) + warning(body, j, lang);
  }
  // No, why, and the legal questions that come closest: each with a state, or with a page of records.
  function refusal(state, lang) {
    const { dari, tahun } = state;
    if (S.may(dari, tahun, "difference")) { return null; }
    if (dari === tahun) {
      return { text: say(lang, "Pilih dua tahun yang berbeda.", "Choose two different years."), why: "", asks: [] };
    }
    const asks = S.closest(dari, tahun).map(([first, last]) => ({
      set: { tampil: "perubahan", dari: first, tahun: last },
      text: say(lang, `perubahan nilai ${first}\u2013${last}`, `change of the index, ${first}\u2013${last}`)
    }));
    if (S.may(dari, tahun, "printed_direction")) {
      asks.push({ page: "figure/fig-printed-changes.html",
        text: say(lang, `berapa angka yang tercetak lebih rendah, ${dari}\u2013${tahun}`, `how many printed numbers were lower, ${dari}\u2013${tahun}`) });
    }
    if (S.may(dari, tahun, "linked_composite")) {
      asks.push({ page: "figure/tab-linked-changes.html",
        text: say(lang, "perubahan gabungan dengan asumsi yang dinyatakan dan rentangnya", "the linked composite, with its assumption and its interval") });
    }
    const no = say(lang, `Selisih nilai antara ${dari} dan ${tahun} tidak dihitung.`,
      `The difference of the index between ${dari} and ${tahun} is not computed.`);
    const reason = W.reason(dari, tahun, lang);
    const why = reason[0].toUpperCase() + reason.slice(1) + say(lang, ". Nilai sebelum dan sesudahnya tidak bisa dibandingkan.",
      ". Values before and after cannot be compared.");
    const may = say(lang, ` Yang dapat ditanyakan: ${W.list(asks.map((ask) => ask.text), lang)}; dan peringkat di antara instansi sejenis, tiap tahun tersendiri, seperti dalam tabel.`,
      ` What may be asked: ${W.list(asks.map((ask) => ask.text), lang)}; and the rank among bodies of the same type, each year for itself, as in the table.`);
    const i = S.YEARS.indexOf(dari), j = S.YEARS.indexOf(tahun);
    const ranks = S.chosen(state).map((body) => {
      const each = [i, j].map((year) => {
        const at = S.placeInType(body, year);
        return at ? say(lang, `${S.YEARS[year]} peringkat ${at.place} dari ${at.n} ${W.typeName(at.type, lang)} (${W.where(body, year, lang)})`,
          `${S.YEARS[year]} rank ${at.place} of ${at.n} ${W.typeName(at.type, lang)} (${W.where(body, year, lang)})`)
          : say(lang, `${S.YEARS[year]} tanpa hasil baru`, `${S.YEARS[year]} without a new result`);
      });
      return ` ${body.name}: ${each.join("; ")}.`;
    }).join("");
    return { no: no, why: why, asks: asks, text: `${no} ${why}${may}${ranks}` };
  }

  function ofIndicators(state, lang) {
    const found = T.levelRows(state), years = W.list(S.data.levelYears, lang), domains = W.list(S.data.domainYears, lang);
    if (!found) {
      const no = say(lang, `Tingkat 47 indikator kami pegang untuk ${years}; untuk ${domains} laporan mencetak empat domain.`,
        `We hold the levels of the 47 indicators for ${years}; for ${domains} the reports print four domains.`)
        .replace("47", S.data.items.length);
      return S.data.domainYears.indexOf(state.tahun) >= 0 ? `${no} ${ofYear(state, lang)}` : no;
    }
    const { list, rows } = found;
    if (!list.length) { return nothing(lang); }
    const sorted = rows.slice().sort((a, b) => b.sum - a.sum || a.n - b.n);
    const name = (row) => `${row.code} ${row.name} (${S.ratio(row.sum, list.length, 2, lang)})`;
    const best = sorted[0], least = sorted[sorted.length - 1];
    return say(lang,
      `Pada ${state.tahun}, di antara ${S.count(list.length, lang)} ${W.noun(state, lang)}, tingkat rata-rata tertinggi ada pada ${name(best)} dan terendah pada ${name(least)}.`,
      `In ${state.tahun}, among ${S.count(list.length, lang)} ${W.noun(state, lang)}, the mean level is highest on ${name(best)} and lowest on ${name(least)}.`)
      + S.chosen(state).map((body) => ` ${ofBody(state, body, found.i, S.placesIn(list, found.i), lang)}`).join("");
  }
  const MAKERS = { sebaran: ofYear, peringkat: ofYear, perjalanan: ofPaths, peta: ofProvinces, tahunan: ofYears,
    perubahan: ofChange, indikator: ofIndicators };
  function sentence(state) { return `${MAKERS[state.tampil](state, state.lang)} ${W.credit(state.lang)}`; }
  function title(state) {
    const lang = state.lang, noun = W.noun(state, lang), years = `${S.YEARS[0]}\u2013${S.YEARS[S.LAST]}`;
    return {
      sebaran: say(lang, `Nilai SPBE ${noun}, ${state.tahun}`, `SPBE index of ${noun}, ${state.tahun}`),
      peringkat: say(lang, `Peringkat SPBE ${noun}, ${state.tahun}`, `SPBE ranking of ${noun}, ${state.tahun}`),
      perjalanan: say(lang, `Nilai SPBE per tahun, ${years}`, `SPBE index by year, ${years}`),
      peta: say(lang, `Rata-rata nilai SPBE per provinsi, ${state.tahun}`, `Mean SPBE index by province, ${state.tahun}`),
      tahunan: say(lang, `Sebaran nilai SPBE ${noun}, ${years}`, `Distribution of the SPBE index, ${noun}, ${years}`),
      perubahan: S.may(state.dari, state.tahun, "difference")
        ? say(lang, `Perubahan nilai SPBE ${noun}, ${state.dari}\u2013${state.tahun}`, `Change of the SPBE index, ${noun}, ${state.dari}\u2013${state.tahun}`)
        : say(lang, `Peringkat sejenis ${noun}, ${state.dari} dan ${state.tahun}`, `Rank in type of ${noun}, ${state.dari} and ${state.tahun}`),
      indikator: S.data.levelYears.indexOf(state.tahun) < 0
        ? say(lang, `Empat domain SPBE, ${noun}, ${state.tahun}`, `Four SPBE domains, ${noun}, ${state.tahun}`)
        : say(lang, `Tingkat tiap indikator, ${noun}, ${state.tahun}`, `Levels of each indicator, ${noun}, ${state.tahun}`)
    }[state.tampil];
  }
  return { sentence, title, refusal };
})(Spbe, SpbeWords, SpbeTables);
