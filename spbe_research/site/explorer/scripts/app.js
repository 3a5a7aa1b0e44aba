"use strict";
// The explorer as a page: what is clicked, typed or pointed at becomes a state, the state an address,
// the address a view. Nothing is computed here.
(function () {
  const S = Spbe, W = SpbeWords, root = document.documentElement;
  const at = (id) => document.getElementById(`explore-${id}`);
  const all = (where, selector) => Array.from(where.querySelectorAll(selector));
  const say = (indonesian, english) => W.say(state.lang, indonesian, english);
  let state = S.read(location.search);

  // ---- drawing the page from the state ---------------------------------------------------------
  function write(push) {
    const query = S.write(state), address = location.pathname + (query ? `?${query}` : "");
    history[push ? "pushState" : "replaceState"](null, "", address);
  }
  function option(value, text) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    return made;
  }
  function fill(select, options, chosen) {
    select.replaceChildren(...options.map(([value, text]) => option(value, text)));
    select.value = chosen;
  }
  function controls() {
    const two = state.tampil === "perubahan", timeless = ["perjalanan", "tahunan"].indexOf(state.tampil) >= 0;
    all(at("views"), "button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === state.tampil)));
    all(at("types"), "button").forEach((button) => {
      button.setAttribute("aria-pressed", String(state.jenis.indexOf(button.dataset.type) >= 0));
      button.textContent = W.of(W.TYPES[button.dataset.type], state.lang);
    });
    const view = at("views").querySelector("[aria-pressed=true]");
    at("views").scrollLeft = view.offsetLeft - at("views").offsetLeft - 60; // on a phone they stand in one row
    const years = S.YEARS.slice().reverse().map((year) => [year, year]);
    fill(at("from"), years, state.dari);
    fill(at("year"), years, state.tahun);
    fill(at("province"), [["", say("semua", "all")], ...S.provinces.map((slug, n) => [slug, S.data.provinces[n]])], state.wilayah);
    fill(at("frame"), (two ? ["sama", "semua"] : ["semua", "dinilai"]).map((name) => [name, W.of(W.FRAMES[name], state.lang)]),
      two && S.frameOf(state) !== "semua" ? "sama" : S.frameOf(state));
    at("from-box").hidden = !two;
    at("year-box").hidden = timeless;
    at("frame-box").hidden = state.tampil === "perjalanan";
  }
  function width() { return Math.max(240, Math.min(1120, Math.floor(at("chart").clientWidth))); }
  function draw(push) {
    state = S.clean(state);
    state.lang = root.dataset.show === "en" ? "en" : "id";
    root.classList.toggle("embedded", !!state.embed);
    controls();
    const drawn = SpbeDrawings.drawing(state, width());
    at("chart").innerHTML = drawn;
    at("figure").hidden = !drawn;
    all(at("outs"), "[data-out=svg],[data-out=png],[data-out=embed]").forEach((button) => { button.hidden = !drawn; });
    at("chosen").innerHTML = SpbeMarkup.chosen(state);
    at("refusal").innerHTML = SpbeMarkup.refusal(state);
    at("refusal").hidden = !at("refusal").innerHTML;
    at("title").textContent = SpbeSentences.title(state);
    at("sentence").textContent = SpbeSentences.sentence(state);
    at("table").innerHTML = SpbeMarkup.table(state, true);
    at("code").hidden = true;
    hideTip();
    write(push);
    at("whole").href = location.pathname + (S.write(Object.assign({}, state, { embed: "" })) ? `?${S.write(Object.assign({}, state, { embed: "" }))}` : "");
  }
  // The element that had the focus was drawn anew: its successor takes it.
  function drawAround(name, push) {
    const before = document.activeElement && document.activeElement.dataset[name];
    const inside = document.activeElement && document.activeElement.closest("#explore-chart") ? at("chart") : document;
    draw(push);
    const next = before && all(inside, `[data-${name}]`).filter((each) => each.dataset[name] === before)[0];
    if (next) { next.focus({ preventScroll: true }); }
  }
  function set(change, push) { state = Object.assign({}, state, change); draw(push); }
  function pick(id) {
    if (S.slot(state, S.byId[id]) < 0 && S.chosen(state).length === S.MOST) {
      announce(say(`Paling banyak ${S.MOST} instansi.`, `At most ${S.MOST} bodies.`));
    }
    state = S.pick(state, id);
    drawAround("pick");
  }
  function announce(text) { at("status").textContent = text; }

  // ---- pointing at a mark ------------------------------------------------------------------------
  let pointed = null;
  const tip = at("tip");
  function hideTip() { tip.hidden = true; pointed = null; }
  function show(element) {
    if (pointed === element) { return; }
    if (pointed) { pointed.classList.remove("pointed"); }
    pointed = element;
    element.classList.add("pointed");
    tip.innerHTML = SpbeMarkup.tip(state, +element.dataset.k, +element.dataset.i);
    tip.hidden = false;
    const box = element.getBoundingClientRect(), room = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(8, Math.min(box.right + 10, room - tip.offsetWidth - 8))}px`;
    tip.style.top = `${box.bottom + 10 + tip.offsetHeight > innerHeight ? Math.max(8, box.top - tip.offsetHeight - 10) : box.bottom + 10}px`;
  }
  function nearest(x, y) {
    let found = null, least = 22 * 22;
    all(at("chart"), "[data-k]").forEach((element) => {
      const box = element.getBoundingClientRect();
      const dx = Math.max(box.left - x, 0, x - box.right), dy = Math.max(box.top - y, 0, y - box.bottom);
      if (dx * dx + dy * dy < least) { least = dx * dx + dy * dy; found = element; }
    });
    return found;
  }
  at("chart").addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") { return; }
    const found = nearest(event.clientX, event.clientY);
    if (found) { show(found); } else { hideTip(); }
  });
  at("chart").addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") { hideTip(); } });
  at("chart").addEventListener("click", (event) => {
    if (event.target.closest("[data-key]")) { return; }
    const found = nearest(event.clientX, event.clientY);
    // A finger first reads a mark and chooses it with a second tap.
    if (found && event.pointerType === "touch" && found !== pointed) { show(found); }
    else if (found) { pick(S.bodies[+found.dataset.k].id); }
    else { hideTip(); }
  });
  // With the keyboard: arrows go from mark to mark along the axis, Enter chooses.
  at("chart").addEventListener("keydown", (event) => {
    if (event.target !== at("chart")) { return; }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const marks = all(at("chart"), "[data-k]");
    if (step && marks.length) {
      event.preventDefault();
      const place = (element) => element.getBoundingClientRect();
      const sorted = marks.map((element) => [place(element).left, place(element).top, element])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((each) => each[2]);
      const now = sorted.indexOf(pointed);
      show(sorted[now < 0 ? (step > 0 ? 0 : sorted.length - 1) : (now + step + sorted.length) % sorted.length]);
      announce(tip.textContent);
    } else if (event.key === "Enter" && pointed) {
      event.preventDefault();
      pick(S.bodies[+pointed.dataset.k].id);
    } else if (event.key === "Escape") { hideTip(); }
  });
  at("chart").addEventListener("blur", hideTip);

  // ---- finding a body: read as everywhere on the site; matches are offered, and none is taken --------
  function found(then) { SpbeSearch.open((resolver) => then(SpbeSearch.find(resolver, at("add").value, 8), resolver)); }
  function offer() {
    found((bodies) => {
      at("found").innerHTML = bodies.map(([id, name]) => `<li><button type="button" data-add="${id}">${SpbeChart.escape(name)}</button></li>`).join("");
      announce(at("add").value.trim() ? `${bodies.length} ${say("instansi ditemukan", "bodies found")}` : "");
    });
  }
  at("add").addEventListener("focus", () => SpbeSearch.open(() => {}));
  at("add").addEventListener("input", offer);
  at("add").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { at("add").value = ""; offer(); }
    if (event.key === "Enter") {
      // What the text names without a doubt, or the only body that is near it.
      found((bodies, resolver) => {
        const named = SpbeSearch.only(resolver, at("add").value) || (bodies.length === 1 ? bodies[0] : null);
        if (named) { add(named[0]); }
      });
    }
  });
  function add(id) {
    at("add").value = "";
    offer();
    if (S.slot(state, S.byId[id]) < 0) { pick(id); }
    at("add").focus();
  }

  // ---- taking away -------------------------------------------------------------------------------
  const save = SpbeSaving.save;
  function withPicture(then) { SpbeSaving.withLetters((letters) => then(SpbeFiles.picture(state, 1000, letters))); }
  function copy(text) {
    const done = () => SpbeAnnounce(say("Tersalin", "Copied"));
    const by = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
    by.then(done, () => {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      done();
    });
  }
  function address(change) {
    const query = S.write(Object.assign({}, state, change));
    return location.href.split(/[?#]/)[0] + (query ? `?${query}` : "");
  }
  const OUTS = {
    copy: () => copy(at("sentence").textContent + (location.protocol === "file:" ? "" : ` ${address({})}`)),
    link: () => copy(address({})),
    xlsx: (name) => save(`${name}.xlsx`, SpbeFiles.xlsx(state, address({})), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    csv: (name) => save(`${name}.csv`, SpbeFiles.csv(state, false), "text/csv"),
    csvid: (name) => save(`${name}-id.csv`, SpbeFiles.csv(state, true), "text/csv"),
    svg: (name) => withPicture((text) => save(`${name}.svg`, text, "image/svg+xml")),
    png: (name) => withPicture((text) => SpbeSaving.png(`${name}.png`, text, 2)),
    embed: () => {
      at("code").value = `<iframe src="${SpbeChart.escape(address({ embed: "1" }))}" width="100%" height="640" title="${SpbeChart.escape(SpbeSentences.title(state))}"></iframe>`;
      at("code").hidden = false;
      at("code").select();
    }
  };

  // ---- events ------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button,[data-key]");
    if (!button) { return; }
    const { view, type, sort, drop, key, goto, out, add: body } = button.dataset;
    if (view) { set({ tampil: view, urut: "" }, true); }
    else if (type) {
      const on = state.jenis.indexOf(type) >= 0;
      set({ jenis: on ? state.jenis.filter((each) => each !== type) : state.jenis.concat([type]) });
    } else if (sort) { state.urut = state.urut === `-${sort}` ? sort : `-${sort}`; drawAround("sort"); }
    else if (drop) { pick(drop); (at("chosen").querySelector("button") || at("add")).focus({ preventScroll: true }); }
    else if (key) { state.wilayah = state.wilayah === key ? "" : key; drawAround("key"); }
    else if (goto !== undefined) { state = S.read(goto); draw(true); at("views").querySelector("[aria-pressed=true]").focus(); }
    else if (out) { OUTS[out](SpbeFiles.name(state)); }
    else if (body) { add(body); }
  });
  at("chart").addEventListener("keydown", (event) => {
    const tile = event.target.closest("[data-key]");
    if (tile && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); tile.dispatchEvent(new MouseEvent("click", { bubbles: true })); }
  });
  document.addEventListener("change", (event) => { if (event.target.dataset.pick) { pick(event.target.dataset.pick); } });
  at("year").addEventListener("change", () => set({ tahun: +at("year").value }));
  at("from").addEventListener("change", () => set({ dari: +at("from").value }));
  at("province").addEventListener("change", () => set({ wilayah: at("province").value }));
  at("frame").addEventListener("change", () => set({ bingkai: at("frame").value }));
  addEventListener("popstate", () => { state = S.read(location.search); draw(); });
  let waiting, before = innerWidth;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (innerWidth !== before) { before = innerWidth; draw(); } }, 150);
  });
  new MutationObserver(() => { if (root.dataset.show !== state.lang) { draw(); } })
    .observe(root, { attributes: true, attributeFilter: ["data-show"] });
  if (innerWidth < 720) { at("choose").open = false; }
  draw();
})();
