"use strict";
// Parts of the page as markup: the table, the chosen bodies, the refusal. Made in the browser, and at
// build time for the page as it is read without scripts.
var SpbeMarkup = (function (S, W, T, L, C) {
  const { say } = W;
  const escape = C.escape;
  const NUMBERS = { count: 1, index: 1, exact: 1, change: 1, percent: 1 };

  function header(column, state, other, live) {
    const kind = [NUMBERS[column.kind] ? "num" : "", column.wide ? "wide" : ""].filter(Boolean).join(" ");
    const label = other && other.label !== column.label
      ? `<i lang="id">${escape(column.label)}</i><i lang="en">${escape(other.label)}</i>` : escape(column.label);
    const sortable = live && S.KEYS.indexOf(column.key) >= 0;
    const on = state.urut.replace(/^-/, "") === column.key, down = state.urut[0] === "-";
    const sorted = sortable ? ` aria-sort="${on ? (down ? "descending" : "ascending") : "none"}"` : "";
    const arrow = on ? (down ? " \u2193" : " \u2191") : "";
    const body = sortable ? `<button type="button" data-sort="${column.key}">${label}<span aria-hidden="true">${arrow}</span></button>` : label;
    return `<th scope="col"${kind ? ` class="${kind}"` : ""}${sorted}>${body}</th>`;
  }
  function marks(body, i) {
    return (S.repeated(body, i) ? "\u2020" : "") + (S.flagged(body, i) ? "!" : "");
  }
  // A body's name with what a narrow page leaves out below it.
  function nameCell(row, state, live) {
    const body = S.bodies[row.k], at = S.slot(state, body), i = row.i;
    const province = S.provinceOf(body, i), small = [W.typeName(S.typeOf(body, i), state.lang, true),
      province < 0 ? "" : S.data.provinces[province], S.has(body, i) && state.tampil !== "perjalanan" ? W.predicate(body, i) : ""];
    const box = live ? `<input type="checkbox" data-pick="${body.id}"${at >= 0 ? " checked" : ""} aria-label="${say(state.lang, "Sorot", "Highlight")} ${escape(body.name)}"> ` : "";
    return `<th scope="row">${box}<a href="agency/${body.id}.html">${escape(body.name)}</a><small class="slim">${escape(small.filter(Boolean).join(" \u00b7 "))}</small></th>`;
  }
  function cellOf(cell, column, row, state, live) {
    if (column.key === "nama") { return nameCell(row, state, live); }
    const body = row.k === undefined ? null : S.bodies[row.k];
    let text = escape(T.text(cell, column.kind, state.lang));
    if (column.kind === "source" && cell) { text = `<a href="source/${cell.source}.html">${text}</a>`; }
    if (body && (column.key === "nilai" || column.key === "akhir")) { text = `<b>${text}</b>${marks(body, row.i)}`; }
    if (body && column.key === "awal") { text += marks(body, row.other); }
    if (body && /^t\d+$/.test(column.key) && cell) { text += marks(body, S.YEARS.indexOf(+column.key.slice(1))); }
    if (body && column.key === "predikat" && !S.isPrinted(body, row.i)) { text += "*"; }
    if (row.key && column.key === "wilayah") {
      return live ? `<th scope="row"><button type="button" data-key="${row.key}" aria-pressed="${state.wilayah === row.key}">${text}</button></th>` : `<th scope="row">${text}</th>`;
    }
    const kind = [NUMBERS[column.kind] ? "num" : "", column.wide ? "wide" : ""].filter(Boolean).join(" ");
    return `<td${kind ? ` class="${kind}"` : ""}>${text}</td>`;
  }
  // live: with what a script answers to; else as it is read without one, with headings in both languages.
  function table(state, live) {
    const made = T.table(state), english = live ? null : T.table(Object.assign({}, state, { lang: "en" })).columns;
    const shown = made.columns.map((column, n) => [column, n]).filter(([column]) => !column.file);
    const heads = shown.map(([column, n]) => header(column, state, english && english[n], live)).join("");
    const rows = made.rows.map((row) => {
      const at = row.k === undefined ? (row.key && row.key === state.wilayah ? 0 : -1) : S.slot(state, S.bodies[row.k]);
      const kind = [at >= 0 ? `on s${at}` : "", row.cut ? "cut" : ""].filter(Boolean).join(" ");
      return `<tr${kind ? ` class="${kind}"` : ""}>${shown.map(([column, n]) => cellOf(row.cells[n], column, row, state, live)).join("")}</tr>`;
    }).join("\n");
    return `<table class="explored"><caption class="unseen">${escape(L.title(state))}</caption><thead><tr>${heads}</tr></thead>\n<tbody>${rows}</tbody></table>`;
  }
  function chosen(state) {
    return state.pilih.map((id, n) => (id ? `<li class="s${n}"><button type="button" data-drop="${id}"><span aria-hidden="true" class="swatch"></span>${escape(S.byId[id].name)} <span aria-hidden="true">\u00d7</span><span class="unseen">, ${say(state.lang, "lepas", "remove")}</span></button></li>` : "")).join("");
  }
  function refusal(state) {
    const found = state.tampil === "perubahan" ? L.refusal(state, state.lang) : null;
    if (!found) { return ""; }
    if (!found.asks.length) { return `<p>${escape(found.text)}</p>`; }
    const asks = found.asks.map((ask) => (ask.page ? `<li><a href="${ask.page}">${escape(ask.text)}</a></li>`
      : `<li><button type="button" data-goto="${escape(S.write(Object.assign({}, state, ask.set)))}">${escape(ask.text)}</button></li>`)).join("");
    return `<p><b>${escape(found.no)}</b> ${escape(found.why)}</p><p>${say(state.lang, "Yang dapat ditanyakan:", "What may be asked:")}</p><ul>${asks}<li>${say(state.lang, "peringkat di antara instansi sejenis, tiap tahun tersendiri (tabel di bawah)", "rank among bodies of the same type, each year for itself (table below)")}</li></ul>`;
  }
  // What a mark says when it is pointed at.
  function tip(state, k, i) {
    const body = S.bodies[k], lang = state.lang, lines = [];
    const other = state.tampil === "perubahan" ? S.YEARS.indexOf(state.dari) : -1;
    [other, i].filter((year) => year >= 0).forEach((year) => {
      lines.push(`${S.YEARS[year]}: <b>${S.printed(body, year, lang)}</b> ${W.predicate(body, year)}${S.isPrinted(body, year) ? "" : "*"}`);
      if (S.repeated(body, year)) { lines.push(escape(W.status(body, year, lang))); }
      lines.push(...S.flagsOf(body, year).map((flag) => `! ${escape(`${flag.item}: ${flag[lang]}`)}`));
    });
    if (other >= 0) { lines.push(W.moved(S.change(body, other, i), lang)); }
    return `<b>${escape(body.name)}</b><br>${lines.join("<br>")}<br><small>${escape(W.where(body, i, lang))}</small>`;
  }
  return { table, chosen, refusal, tip };
})(Spbe, SpbeWords, SpbeTables, SpbeSentences, SpbeChart);
