"use strict";
// Charts as text: numbers and labels in, SVG out. Knows no data, no language and no page, so that
// the same code draws in a browser and, at build time, into the page that is read without scripts.
// Every mark of a body carries data-k (the body) and data-i (the year): a page can tell them apart.
var SpbeChart = (function () {
  const NARROW = 560; // px; below it labels stand above their row and not beside it
  const GLYPH = 7.6, SMALL = 6.1; // px, cautious widths of a bold letter at 12 px, of a plain one at 11

  function escape(text) {
    return String(text).replace(/[&<>"]/g, (sign) => (
      { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" }[sign]));
  }
  function fixed(number) {
    return typeof number === "number" ? String(Math.round(number * 10) / 10) : number;
  }
  function tag(name, attributes, body) {
    const written = Object.keys(attributes)
      .filter((key) => attributes[key] !== "" && attributes[key] !== undefined)
      .map((key) => ` ${key}="${escape(fixed(attributes[key]))}"`).join("");
    return `<${name}${written}` + (body === undefined ? "/>" : `>${body}</${name}>`);
  }
  function words(x, y, body, kind, anchor) {
    return tag("text", { class: kind, x: x, y: y, "text-anchor": anchor }, escape(body));
  }
  function line(x1, y1, x2, y2, kind) {
    return tag("line", { class: kind, x1: x1, y1: y1, x2: x2, y2: y2 });
  }
  function box(x, y, width, height, kind, more) {
    return tag("rect", Object.assign({ class: kind, x: x, y: y, width: width, height: height }, more));
  }
  // The title is what a screen reader says; the description follows it.
  function svg(width, height, spec, body, role) {
    const name = spec.name || "chart";
    return tag("svg", {
      xmlns: "http://www.w3.org/2000/svg", class: "chart", width: width, height: Math.ceil(height),
      viewBox: `0 0 ${width} ${Math.ceil(height)}`, role: role || "img",
      "aria-labelledby": `${name}-title ${name}-desc`
    }, tag("title", { id: `${name}-title` }, escape(spec.title))
      + tag("desc", { id: `${name}-desc` }, escape(spec.desc || "")) + body);
  }
  // A body's mark: filled, hollow where a value repeats an earlier one, ringed where it is flagged.
  function mark(point, x, y, r) {
    const chosen = point.slot >= 0;
    const kind = ["dot", chosen ? `s${point.slot}` : "", point.hollow ? "hollow" : "",
      point.flag ? "flag" : ""].filter(Boolean).join(" ");
    const size = chosen ? r + 2 : r;
    return tag("circle", { class: kind, cx: x, cy: y, r: size, "data-k": point.k, "data-i": point.i })
      + (point.flag ? words(x, y - size - 2, "!", "flag-sign", "middle") : "");
  }
  function shorten(text, room, glyph) {
    const most = Math.max(4, Math.floor(room / (glyph || GLYPH)));
    return text.length <= most ? text : `${text.slice(0, most - 1)}\u2026`;
  }

  // The height nearest to 0 that lies in none of the open intervals [low, high].
  function freeHeight(intervals) {
    let up = 0, down = 0;
    intervals.sort((a, b) => a[0] - b[0]).forEach(([low, high]) => { if (low < up && up < high) { up = high; } });
    intervals.sort((a, b) => b[1] - a[1]).forEach(([low, high]) => { if (low < down && down < high) { down = low; } });
    return up <= -down ? up : down;
  }
  // Points placed without a simulation: in the order of the axis, each at the nearest free height.
  function swarm(points, r) {
    const placed = [];
    points.slice().sort((p, q) => p.at - q.at).forEach((p) => {
      const taken = [];
      for (let n = placed.length - 1; n >= 0 && p.at - placed[n].at < 2 * r; n--) {
        const dx = p.at - placed[n].at, reach = Math.sqrt(4 * r * r - dx * dx);
        taken.push([placed[n].dy - reach, placed[n].dy + reach]);
      }
      placed.push(Object.assign({}, p, { dy: freeHeight(taken) }));
    });
    return placed;
  }
  // Labels pushed up, one step at a time, until none covers another; in reading order.
  function place(labels, width) {
    const boxes = [];
    const meets = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
    return labels.slice().sort((a, b) => a.y - b.y || a.x - b.x).map((label) => {
      const half = label.text.length * GLYPH / 2;
      const x = Math.min(Math.max(label.x, half), width - half);
      let y = label.y;
      const at = () => ({ x0: x - half, x1: x + half, y0: y - 11, y1: y + 3 });
      while (boxes.some((each) => meets(each, at())) && y > 12) { y -= 14; }
      while (boxes.some((each) => meets(each, at()))) { y += 14; }
      boxes.push(at());
      return words(x, y, label.text, `label s${label.slot}`, "middle");
    }).join("");
  }
  // Labels at the ends of lines, spread down a column so that each keeps a line of its own.
  function spread(items, gap, top, bottom) {
    const sorted = items.slice().sort((a, b) => a.y - b.y);
    for (let i = 0; i < sorted.length; i++) {
      const least = i ? sorted[i - 1].y + gap : top;
      sorted[i].y = Math.max(sorted[i].y, least);
    }
    for (let i = sorted.length - 1, most = bottom; i >= 0; i--) {
      sorted[i].y = Math.min(sorted[i].y, most);
      most = sorted[i].y - gap;
    }
    return sorted;
  }
  // Predicate bands across a horizontal axis, with their names above, on two lines where one is too long.
  function bands(edges, names, x, y0, y1) {
    return names.map((name, i) => {
      const left = x(edges[i]), right = x(edges[i + 1]);
      const fits = (text) => right - left > text.length * 5.6;
      const lines = fits(name) ? [name] : name.split(" ").filter((word, n, all) => all.every(fits));
      return box(left, y0, right - left, y1 - y0, `band b${i}`)
        + lines.map((line, n) => words((left + right) / 2, y0 - 6 - 12 * (lines.length - 1 - n), line, "small", "middle")).join("");
    }).join("");
  }
  function axis(ticks, x, y) {
    return ticks.map((tick) => words(x(tick.at), y, tick.text, "axis", "middle")).join("");
  }

  // One dot a body, one row a group. spec: edges, names, ticks, low, high, groups (name, note, right,
  // middle, points of at, k, i, slot, text, hollow, flag), head (of the right column), zero, r (of a dot).
  function distribution(spec, width) {
    const narrow = width < NARROW, left = narrow ? 10 : 128, right = narrow ? 10 : 92;
    const r = spec.r || (narrow ? 2 : 3), top = 34;
    const x = (v) => left + (v - spec.low) / (spec.high - spec.low) * (width - left - right);
    let y = top, body = "";
    const labels = [];
    spec.groups.forEach((group) => {
      const points = swarm(group.points.map((p) => Object.assign({}, p, { at: x(p.at) })), r);
      const most = Math.max(0, ...points.map((p) => Math.abs(p.dy)));
      const height = 2 * most + 2 * r + (narrow ? 34 : 22);
      const middle = y + height / 2 + (narrow ? 9 : 0);
      body += narrow
        ? words(left, y + 14, [group.name, group.note, group.right].filter(Boolean).join(" \u00b7 "), "row")
        : words(left - 12, middle + 1, shorten(group.name, left - 12), "row", "end")
          + words(left - 12, middle + 15, group.note, "small", "end")
          + words(width - right + 12, middle + 5, group.right, "row");
      const drawn = points.map((p) => [p, mark(p, p.at, middle + p.dy, r)]);
      body += tag("g", {}, drawn.filter(([p]) => !(p.slot >= 0)).map(([, text]) => text).join(""));
      if (group.middle !== null) {
        const m = x(group.middle), reach = Math.max(12, most + r + 3);
        body += line(m, middle - reach, m, middle + reach, "median");
      }
      drawn.filter(([p]) => p.slot >= 0).forEach(([p, text]) => {
        body += text;
        labels.push({ x: p.at, y: middle + p.dy - r - 8, text: p.text, slot: p.slot });
      });
      y += height;
    });
    const under = spec.edges ? bands(spec.edges, spec.names, x, top - 6, y + 4) : "";
    const zero = spec.zero ? line(x(0), top - 6, x(0), y + 4, "break") : "";
    const head = narrow || !spec.head ? "" : words(width - right + 12, top - 14, spec.head, "small");
    return svg(width, y + 30, spec, under + zero + head + body + place(labels, width)
      + axis(spec.ticks, x, y + 21));
  }

  // One bar a body, the highest first. spec: edges, names, ticks, low, high, bars (place, name, at,
  // text, band, k, i, slot, hollow, flag), rest (what is not shown).
  function ranking(spec, width) {
    const narrow = width < NARROW, left = narrow ? 10 : 300, right = 60;
    const step = narrow ? 38 : 24, top = 34;
    const x = (v) => left + (v - spec.low) / (spec.high - spec.low) * (width - left - right);
    const bottom = top + spec.bars.length * step;
    const body = spec.bars.map((bar, n) => {
      const y = top + n * step, at = narrow ? y + 18 : y + 4, chosen = bar.slot >= 0;
      const kind = ["bar", `p${bar.band}`, bar.hollow ? "hollow" : "", chosen ? `s${bar.slot}` : ""];
      const name = `${bar.place}. ${bar.name}${bar.flag ? " !" : ""}`;
      return (narrow ? words(left, y + 13, name, chosen ? `label s${bar.slot}` : "row")
        : words(left - 10, y + 17, shorten(name, left - 10), chosen ? `label s${bar.slot}` : "row", "end"))
        + box(left, at, Math.max(1, x(bar.at) - left), narrow ? 14 : 16, kind.filter(Boolean).join(" "),
          { "data-k": bar.k, "data-i": bar.i })
        + words(x(bar.at) + 6, at + 12, bar.text, "row");
    }).join("");
    const rest = spec.rest ? words(left, bottom + 40, spec.rest, "small") : "";
    return svg(width, bottom + (spec.rest ? 50 : 30), spec,
      bands(spec.edges, spec.names, x, top - 6, bottom + 4) + body
      + axis(spec.ticks, x, bottom + 21) + rest);
  }

  // Paths over the years. spec: edges, names, ticks, years (texts), breaks (at, text), back (runs of
  // [year, value]), chosen (slot, text, runs, points of i, at, k, hollow, flag). A run never crosses a
  // break: what is drawn as one line is said to be comparable.
  function paths(spec, width) {
    const narrow = width < NARROW, left = 34, right = narrow ? 20 : 230, top = 30;
    const under = narrow ? 34 + 18 * spec.chosen.length : 34, height = (narrow ? 380 : 440) + under;
    const bottom = height - under, last = spec.years.length - 1;
    const x = (i) => left + 16 + i * (width - left - right - 32) / last;
    const y = (v) => top + (spec.high - v) * (bottom - top) / (spec.high - spec.low);
    const run = (points) => points
      .map(([i, v], n) => `${n ? "L" : "M"}${fixed(x(i))} ${fixed(y(v))}`).join("");
    let body = spec.names.map((name, b) => {
      const high = y(spec.edges[b + 1]), low = y(spec.edges[b]);
      return box(left, high, width - left - right, low - high, `band b${b}`)
        + words(left + 5, high + 14, name, "small");
    }).join("");
    body += tag("path", { class: "back", d: spec.back.filter((each) => each.length > 1).map(run).join("") });
    spec.breaks.forEach((each, n) => {
      body += line(x(each.at), top - 4, x(each.at), bottom, "break")
        + words(x(each.at), top - (narrow && n % 2 ? 18 : 8), each.text, "small", "middle");
    });
    spec.years.forEach((text, i) => { body += words(x(i), bottom + 20, text, "axis", "middle"); });
    spec.ticks.forEach((tick) => { body += words(left - 6, y(tick.at) + 4, tick.text, "axis", "end"); });
    const ends = [];
    spec.chosen.forEach((each) => {
      each.runs.filter((points) => points.length > 1)
        .forEach((points) => { body += tag("path", { class: `line s${each.slot}`, d: run(points) }); });
      each.points.forEach((p) => { body += mark(Object.assign({ slot: each.slot }, p), x(p.i), y(p.at), 3); });
      const end = each.points[each.points.length - 1];
      if (end) { ends.push({ y: y(end.at) + 4, text: each.text, slot: each.slot }); }
    });
    body += narrow
      ? ends.map((end, n) => words(left, bottom + 44 + 18 * n, end.text, `label s${end.slot}`)).join("")
      : spread(ends, 17, top + 4, bottom).map((end) => (
        words(width - right + 12, end.y, shorten(end.text, right - 12), `label s${end.slot}`))).join("");
    return svg(width, height, spec, body);
  }

  // A square a province. spec: tiles (code, row, column, band or -1, text, name, key, on).
  function tiles(spec, width) {
    const columns = Math.max(...spec.tiles.map((t) => t.column)), gap = 3;
    const rows = Math.max(...spec.tiles.map((t) => t.row)), side = Math.min(66, (width - 2) / columns);
    const wide = side > 40;
    const body = spec.tiles.map((t) => {
      const x = (t.column - 1) * side + 1, y = (t.row - 1) * side + 1, kind = t.band < 0 ? "none" : `p${t.band}`;
      return tag("g", {
        class: `tile${t.on ? " on" : ""}`, tabindex: 0, role: "button", "aria-pressed": String(!!t.on),
        "data-key": t.key, "aria-label": `${t.code} ${t.name}: ${t.said}`
      }, box(x, y, side - gap, side - gap, `bar ${kind}`, { rx: 3 })
        + words(x + (side - gap) / 2, y + side / 2 + (wide ? -3 : 2), t.code, `code${wide ? "" : " tiny"} on-${kind}`, "middle")
        + (wide ? words(x + (side - gap) / 2, y + side / 2 + 14, t.text, `code on-${kind}`, "middle") : ""));
    }).join("");
    return svg(Math.ceil(columns * side + 2), rows * side + 2, spec, body, "group");
  }

  // A histogram a year, all on one scale. spec: panels (title, note, bars of from, to, n, repeated, band),
  // ticks, low, high.
  function histograms(spec, width) {
    const across = width < NARROW ? 2 : width < 860 ? 3 : 4, gap = 14;
    const w = (width - gap * (across - 1)) / across, h = 110, step = h + 62;
    const most = Math.max(1, ...spec.panels.map((p) => Math.max(0, ...p.bars.map((b) => b.n + b.repeated))));
    const body = spec.panels.map((panel, n) => {
      const left = (n % across) * (w + gap), base = Math.floor(n / across) * step + 40 + h;
      const x = (v) => left + (v - spec.low) / (spec.high - spec.low) * w;
      return words(left, base - h - 24, panel.title, "row") + words(left, base - h - 9, panel.note, "small")
        + panel.bars.map((b) => {
          const one = b.n / most * h, two = b.repeated / most * h, wide = x(b.to) - x(b.from) - 0.6;
          return (b.n ? box(x(b.from), base - one, wide, one, `bar p${b.band}`) : "")
            + (b.repeated ? box(x(b.from) + 0.4, base - one - two, wide - 0.8, two, "bar hollow") : "");
        }).join("") + line(left, base, left + w, base, "base")
        + spec.ticks.map((tick) => words(x(tick.at), base + 15, tick.text, "axis",
          tick.at === spec.low ? "start" : tick.at === spec.high ? "end" : "middle")).join("");
    }).join("");
    return svg(width, Math.ceil(spec.panels.length / across) * step + 10, spec, body);
  }

  // Indicators by level. spec: levels (texts), items (code, name, cells of share 0 to 1 and text, marks
  // of level, slot and k).
  function levels(spec, width) {
    const narrow = width < NARROW, left = narrow ? 10 : Math.min(430, width * 0.42), top = 28;
    const step = narrow ? 42 : 24, w = (width - left - 10) / spec.levels.length;
    let body = spec.levels.map((text, n) => words(left + (n + 0.5) * w, top - 9, text, "small", "middle")).join("");
    spec.items.forEach((item, row) => {
      const y = top + row * step, at = narrow ? y + 18 : y, label = `${item.code} ${item.name}`;
      body += narrow ? words(left, y + 13, shorten(label, width - 14, SMALL), "small dark")
        : words(left - 10, y + 16, shorten(label, left - 10, SMALL), "small dark", "end");
      item.cells.forEach((cell, n) => {
        const depth = cell.share > 0 ? Math.min(5, 1 + Math.floor(cell.share * 8)) : 0;
        body += box(left + n * w, at, w - 2, 22, `cell h${depth}`)
          + (cell.text ? words(left + n * w + 6, at + 15, cell.text, `axis on-h${depth}`) : "");
      });
      item.marks.forEach((m, n) => {
        const same = item.marks.slice(0, n).filter((each) => each.level === m.level).length;
        body += tag("circle", { class: `dot ringed s${m.slot}`, cx: left + m.level * w - 10 - 9 * same,
          cy: at + 11, r: 4, "data-k": m.k, "data-i": m.i });
      });
    });
    return svg(width, top + spec.items.length * step + 8, spec, body);
  }

  return {
    swarm, bands, distribution, ranking, paths, tiles, histograms, levels, escape, tag, words, svg,
    spread, NARROW
  };
})();
