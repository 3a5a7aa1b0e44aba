"use strict";
// What a reader takes away: CSV in two forms, XLSX with real number formats, a picture that stands alone.
var SpbeFiles = (function (S, W, T, L, D, C) {
  const STYLE = "@chart.css@"; // written in when the site is built: the style of charts, without variables
  const FORMATS = ["General", "#,##0", "0.00##", "0.00###", "+0.00##;-0.00##;0.00", "0.0"];
  const KINDS = { text: 0, source: 0, year: 0, count: 1, index: 2, exact: 3, change: 4, percent: 5 };

  function plain(value, mark) {
    if (typeof value === "string") { return value; }
    if (value.text !== undefined) { return value.text; }
    const text = S.digits(value.whole, value.decimals, Math.min(2, value.decimals), "en").replace(/,/g, "").replace("\u2212", "-");
    return text.replace(".", mark);
  }
  // International: comma and decimal point. Indonesian: semicolon and decimal comma, Indonesian words.
  function csv(state, indonesian) {
    const wanted = indonesian ? Object.assign({}, state, { lang: "id" }) : state;
    const table = T.table(wanted), apart = indonesian ? ";" : ",", mark = indonesian ? "," : ".";
    const quoted = (text) => (text.indexOf(apart) >= 0 || /["\r\n]/.test(text) ? `"${text.replace(/"/g, "\"\"")}"` : text);
    const rows = [table.columns.map((column) => column.label), ...table.rows.map((row) => row.cells.map((cell) => plain(cell, mark)))];
    return "\ufeff" + rows.map((row) => row.map(quoted).join(apart)).join("\r\n") + "\r\n";
  }

  // ---- XLSX: a zip of XML, stored, without a clock ----------------------------------------------
  function bytes(text) {
    const raw = unescape(encodeURIComponent(text)), found = new Uint8Array(raw.length);
    for (let n = 0; n < raw.length; n++) { found[n] = raw.charCodeAt(n); }
    return found;
  }
  const CRC = Array.from({ length: 256 }, (none, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) { c = c & 1 ? (c >>> 1) ^ 0xEDB88320 : c >>> 1; }
    return c >>> 0;
  });
  function crc(data) {
    let c = 0xFFFFFFFF;
    for (let n = 0; n < data.length; n++) { c = CRC[(c ^ data[n]) & 255] ^ (c >>> 8); }
    return (c ^ 0xFFFFFFFF) >>> 0;
  }
  function numbers(list) { // [value, bytes] little-endian
    const found = [];
    list.forEach(([value, size]) => { for (let n = 0; n < size; n++) { found.push((value >>> (8 * n)) & 255); } });
    return found;
  }
  function zip(files) {
    const DAY = 0x21; // 1 January of the first year a zip can tell
    const parts = [], directory = [];
    let at = 0;
    const add = (list, piece) => { list.push(piece); return piece.length; };
    files.forEach(([name, text]) => {
      const data = bytes(text), called = bytes(name), sum = crc(data);
      const shared = [[20, 2], [0x800, 2], [0, 2], [0, 2], [DAY, 2], [sum, 4], [data.length, 4], [data.length, 4], [called.length, 2], [0, 2]];
      directory.push([numbers([[0x02014b50, 4], [20, 2], ...shared, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), called]);
      at += add(parts, numbers([[0x04034b50, 4], ...shared])) + add(parts, called) + add(parts, data);
    });
    const start = at;
    directory.forEach(([head, called]) => { at += add(parts, head) + add(parts, called); });
    add(parts, numbers([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [at - start, 4], [start, 4], [0, 2]]));
    const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let n = 0;
    parts.forEach((part) => { whole.set(part, n); n += part.length; });
    return whole;
  }
  const HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
  const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
  const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  function cellXml(value, style) {
    const amount = T.amount(value);
    if (amount !== null) { return `<c s="${style}"><v>${plain(value, ".")}</v></c>`; }
    const text = plain(value, ".");
    return text ? `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${C.escape(text)}</t></is></c>` : "<c/>";
  }
  function sheetXml(columns, rows, header) {
    const bold = FORMATS.length;
    const widths = columns.map((column, n) => `<col min="${n + 1}" max="${n + 1}" width="${column.width}" customWidth="1"/>`).join("");
    const head = header ? `<row>${columns.map((column) => cellXml(column.label, bold)).join("")}</row>` : "";
    const view = header ? "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>" : "";
    return `${HEAD}<worksheet xmlns="${MAIN}">${view}<cols>${widths}</cols><sheetData>${head}`
      + rows.map((row) => `<row>${row.map((cell, n) => cellXml(cell, KINDS[columns[n].kind])).join("")}</row>`).join("") + "</sheetData></worksheet>";
  }
  function xlsx(state, address) {
    const table = T.table(state), lang = state.lang;
    const columns = table.columns.map((column) => Object.assign({ width: column.kind === "text" ? 26 : 12 }, column));
    const about = [[L.title(state)], [L.sentence(state)],
      [W.say(lang, "Dihimpun dan diperiksa oleh spbe_research; bukan terbitan resmi. Data: ", "Compiled and checked by spbe_research; not an official publication. Data: ") + W.say(lang, S.data.licence[1], S.data.licence[0])],
      [W.say(lang, "Predikat menurut nilai: tidak tercetak, mengikuti rentang peraturan. Nilai diulang: bukan hasil penilaian tahun itu.", "Predicate that follows from the index: not printed, by the bands of the regulation. Repeated value: not a result of that year.")],
      [address || ""]];
    const named = [W.say(lang, "Data", "Data"), W.say(lang, "Keterangan", "About")];
    const formats = FORMATS.map((code, n) => `<numFmt numFmtId="${164 + n}" formatCode="${C.escape(code)}"/>`).join("");
    const styles = FORMATS.map((code, n) => `<xf numFmtId="${n ? 164 + n : 0}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`).join("");
    return zip([
      ["[Content_Types].xml", `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${[1, 2].map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`).join("")}</Types>`],
      ["_rels/.rels", `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
      ["xl/workbook.xml", `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${LINKS}"><sheets>${named.map((name, n) => `<sheet name="${name}" sheetId="${n + 1}" r:id="r${n + 1}"/>`).join("")}</sheets></workbook>`],
      ["xl/_rels/workbook.xml.rels", `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${[1, 2].map((n) => `<Relationship Id="r${n}" Type="${LINKS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join("")}<Relationship Id="r3" Type="${LINKS}/styles" Target="styles.xml"/></Relationships>`],
      ["xl/styles.xml", `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length}">${formats}</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${FORMATS.length + 1}">${styles}<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`],
      ["xl/worksheets/sheet1.xml", sheetXml(columns, table.rows.map((row) => row.cells), true)],
      ["xl/worksheets/sheet2.xml", sheetXml([{ width: 120, kind: "text" }], about, false)]
    ]);
  }

  // ---- a picture that stands alone: title, chart, credit, its own colours ---------------------------
  function wrapped(text, most) {
    const lines = [""];
    text.split(" ").forEach((word) => {
      const last = lines.length - 1, longer = lines[last] ? `${lines[last]} ${word}` : word;
      if (longer.length > most && lines[last]) { lines.push(word); } else { lines[last] = longer; }
    });
    return lines;
  }
  function picture(state, width, letters) {
    const drawn = D.drawing(state, width);
    if (!drawn) { return ""; }
    const wide = +/ width="(\d+)"/.exec(drawn)[1], high = +/ height="(\d+)"/.exec(drawn)[1];
    const head = wrapped(L.title(state), Math.floor(wide / 10)), top = 18 + 24 * head.length;
    const foot = wrapped(W.credit(state.lang), Math.floor(wide / 6)), whole = wide + 24, height = top + high + 18 * foot.length + 16;
    const body = `<style>${letters || ""}${STYLE.replace(/</g, "\\3c ")}</style>`
      + C.tag("rect", { width: whole, height: height, fill: "#ffffff" })
      + head.map((line, n) => C.words(12, 26 + 24 * n, line, "heading")).join("")
      + `<g transform="translate(12 ${top})">${drawn.replace(/^<svg[^>]*>/, "").replace(/<\/svg>$/, "")}</g>`
      + foot.map((line, n) => C.words(12, top + high + 18 * (n + 1), line, "small")).join("");
    return drawn.slice(0, drawn.indexOf(">") + 1)
      .replace(/ width="\d+" height="\d+" viewBox="[^"]*"/, ` width="${whole}" height="${height}" viewBox="0 0 ${whole} ${height}"`)
      + body + "</svg>";
  }
  function name(state) {
    const said = S.write(Object.assign({}, state, { lang: "id", embed: "", urut: "" }));
    return `spbe-${(said.replace(/%7E|~/g, "-").replace(/[^a-z0-9.]+/gi, "-") || `${state.tampil}-${state.tahun}`).slice(0, 80)}`;
  }
  return { csv, xlsx, picture, name, zip };
})(Spbe, SpbeWords, SpbeTables, SpbeSentences, SpbeDrawings, SpbeChart);
