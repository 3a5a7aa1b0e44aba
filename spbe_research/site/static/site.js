"use strict";
// All the script of the site: language, agency search, filter, copy, the check of a number.
// Loaded in the head and not deferred, so that no page is seen in the wrong language.
(function () {
  var root = document.documentElement;
  var base = document.currentScript.src.replace(/static\/site\.js.*$/, "");

  // ---- language ---------------------------------------------------------------------------
  function remembered() {
    try { return localStorage.getItem("spbe-language"); } catch (blocked) { return null; }
  }
  function remember(language) {
    try { localStorage.setItem("spbe-language", language); } catch (blocked) { /* private window */ }
  }
  function asked() {
    var match = /[?&]lang=(en|id)\b/.exec(location.search);
    return match && match[1];
  }
  function swap(text) {
    return text.replace(/[.,]/g, function (mark) { return mark === "." ? "," : "."; });
  }
  var numbersIn = "id"; // as the pages are written
  function show(language) {
    root.dataset.show = language;
    root.lang = language;
    var title = document.querySelector("title");
    if (title && title.dataset.en) {
      title.dataset.id = title.dataset.id || title.textContent;
      document.title = title.dataset[language];
    }
    if (numbersIn !== language) {
      document.querySelectorAll(".n").forEach(function (cell) {
        cell.textContent = swap(cell.textContent);
      });
      numbersIn = language;
    }
    document.querySelectorAll("button[data-set]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.set === language));
    });
    document.querySelectorAll("option[data-en]").forEach(function (option) {
      option.dataset.id = option.dataset.id || option.textContent;
      option.textContent = option.dataset[language];
    });
  }
  function languageSwitch() {
    var box = document.createElement("div");
    box.className = "switch";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Bahasa / Language");
    [["id", "Indonesia"], ["en", "English"]].forEach(function (each) {
      var button = document.createElement("button");
      button.type = "button";
      button.dataset.set = button.lang = each[0];
      button.dataset.always = "";
      button.textContent = each[1];
      button.addEventListener("click", function () {
        remember(each[0]);
        show(each[0]);
      });
      box.append(button);
    });
    document.querySelector("header").append(box);
  }
  var chosen = asked() || remembered();
  root.dataset.show = root.lang = chosen === "en" ? "en" : "id";
  function say(en, id) { return root.dataset.show === "en" ? en : id; }

  // ---- search -----------------------------------------------------------------------------
  var TYPES = {
    kementerian: ["ministry", "kementerian"], lembaga: ["agency", "lembaga"],
    polda: ["police region", "polda"], provinsi: ["province", "provinsi"],
    kabupaten: ["regency", "kabupaten"], kota: ["city", "kota"]
  };
  var SHORT = { kab: "kabupaten", prov: "provinsi", kementrian: "kementerian", kemen: "kementerian" };
  var SILENT = { dan: 1, pemerintah: 1, republik: 1, indonesia: 1, di: 1, untuk: 1 };
  var waiting = null;
  function load(file, then) {
    var script = document.createElement("script");
    script.src = base + file;
    script.onload = then;
    document.head.appendChild(script);
  }
  // The names, the rules and the record, and what reads them: both as the package has them.
  function withResolver(then) {
    if (waiting && waiting.ready) { then(waiting.ready); return; }
    if (waiting) { waiting.push(then); return; }
    waiting = [then];
    load("search-index.js", function () {
      load("static/resolver.js", function () {
        waiting.ready = window.SpbeResolver(window.SPBE);
        waiting.forEach(function (each) { each(waiting.ready); });
      });
    });
  }
  function words(text) {
    return (text.normalize("NFD").toLowerCase().replace(/[\u0300-\u036f]/g, "")
      .match(/[a-z0-9]+/g) || [])
      .map(function (word) { return SHORT[word] || word; })
      .filter(function (word) { return !SILENT[word]; });
  }
  // Edits (insert, drop, change, swap two neighbours) from a to b; more than most is most + 1.
  function edits(a, b, most) {
    if (Math.abs(a.length - b.length) > most) { return most + 1; }
    var before = null, last = [], row, i, j;
    for (j = 0; j <= b.length; j++) { last[j] = j; }
    for (i = 1; i <= a.length; i++) {
      row = [i];
      var least = i;
      for (j = 1; j <= b.length; j++) {
        var same = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
        least = Math.min(least, row[j]);
      }
      if (least > most) { return most + 1; }
      before = last;
      last = row;
    }
    return last[b.length];
  }
  // How well one word asked for meets one word of a name: 1 the same, 0 not at all.
  function meets(asked, word) {
    if (asked === word) { return 1; }
    if (word.startsWith(asked)) { return asked.length > 1 ? 0.85 : 0.5; }
    if (asked.length < 4) { return 0; }
    var most = asked.length < 7 ? 1 : 2;
    var far = edits(asked, word, most);
    if (far <= most) { return 0.75 - 0.15 * far; }
    far = edits(asked, word.slice(0, asked.length), 1);
    return far <= 1 && word.length > asked.length ? 0.5 : 0;
  }
  // The bodies of the lists that are nearest to a text, best first; of a new ministry those before it.
  function find(resolver, query, limit) {
    if (!/[a-z0-9]/i.test(query)) { return []; }
    var reading = resolver.read(query), first = reading.kind === "unknown" ? [] : reading.ids;
    var near = resolver.near(resolver.normalise(query), limit).map(function (each) {
      return resolver.bodies[each.body][0];
    });
    return first.concat(near.filter(function (id) { return first.indexOf(id) < 0; }))
      .filter(function (id) { return resolver.isListed(id); })
      .slice(0, limit)
      .map(function (id) { return resolver.body(id); });
  }
  // The one body a text names, or null: near matches are offered, never taken.
  function only(resolver, query) {
    var reading = resolver.read(query);
    return reading.kind === "one" ? resolver.body(reading.ids[0]) : null;
  }
  window.SpbeAnnounce = announce; // what was done is seen, not only read aloud
  window.SpbeSearch = { open: withResolver, find: find, only: only }; // for the explorer
  function address(found) { return base + (found.address || "agency/" + found[0] + ".html"); }

  // ---- what is found beside bodies: provinces, questions, numbers, figures, pages ------------
  var placesWaiting = null;
  function withPlaces(then) {
    if (window.SPBE_PLACES) { then(); return; }
    if (placesWaiting) { placesWaiting.push(then); return; }
    placesWaiting = [then];
    var script = document.createElement("script");
    script.src = base + "places.js";
    script.onload = function () { placesWaiting.forEach(function (each) { each(); }); };
    document.head.appendChild(script);
  }
  // Every word asked for begins a word of the place, or a word of it spelled out: nothing is guessed.
  // A question is asked again without its small words and its year where no place holds them all.
  var SMALL = { di: 1, ke: 1, dari: 1, dan: 1, yang: 1, untuk: 1, menurut: 1, per: 1, pada: 1, paling: 1, cara: 1,
    siapa: 1, bagaimana: 1, the: 1, of: 1, by: 1, and: 1, to: 1, "in": 1, how: 1, who: 1 };
  function withoutYear(query) { return query.replace(/\b20\d\d\b/g, " ").trim(); }
  function places(query, limit) {
    var asked = query.toLowerCase().match(/[a-z0-9]+/g) || [];
    var found = placesOf(asked, limit);
    if (found.length) { return found; }
    return placesOf(asked.filter(function (word) { return !SMALL[word] && !/^20\d\d$/.test(word); }), limit);
  }
  function placesOf(asked, limit) {
    var found = [];
    if (!asked.length || asked.join("").length < 3) { return found; }
    window.SPBE_PLACES.rows.forEach(function (row, order) {
      var title = (row[2] + " " + row[3]).toLowerCase().match(/[a-z0-9]+/g) || [];
      var known = title.concat(row[4].toLowerCase().match(/[a-z0-9]+/g) || []);
      var hits = asked.map(function (word) {
        if (title.indexOf(word) >= 0) { return 2; }
        return known.some(function (each) { return each === word || word.length > 2 && each.startsWith(word); }) ? 1 : 0;
      });
      // Of a province its name must be asked for: "kota" alone means none of them.
      var named = row[0] !== 0 || hits.indexOf(2) >= 0;
      if (hits.indexOf(0) < 0 && named) {
        var kind = window.SPBE_PLACES.kinds[row[0]];
        var place = ["", say(row[2], row[3])];
        place.address = row[1];
        place.kind = say(kind[0], kind[1]);
        found.push([hits.reduce(function (sum, hit) { return sum + hit; }, 0) / hits.length, -row[0], -order, place]);
      }
    });
    return found.sort(function (a, b) { return b[0] - a[0] || b[1] - a[1] || b[2] - a[2]; })
      .slice(0, limit).map(function (each) { return each[3]; });
  }

  function withBoth(then) { withResolver(function (resolver) { withPlaces(function () { then(resolver); }); }); }

  // The combobox of the ARIA Authoring Practices: focus stays in the field, arrows move a mark.
  // The page holds its label only: without a script there is nothing to search with.
  function combobox(box, pick) {
    function part(tag, values) {
      var element = document.createElement(tag);
      Object.keys(values).forEach(function (name) { element.setAttribute(name, values[name]); });
      return element;
    }
    var id = box.dataset.id;
    var label = part("label", { "for": id, id: id + "-label" });
    var field = part("input", {
      id: id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": id + "-list",
      "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false"
    });
    var list = part("ul", { id: id + "-list", role: "listbox", "aria-labelledby": id + "-label" });
    var status = part("p", { role: "status", "class": "unseen" });
    label.append.apply(label, box.childNodes);
    list.hidden = true;
    box.append(label, field, list, status);
    var shown = [], marked = -1;
    function close() {
      list.hidden = true;
      marked = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
    function mark(number) {
      marked = number;
      Array.prototype.forEach.call(list.children, function (option, place) {
        option.setAttribute("aria-selected", String(place === number));
        if (place === number) {
          field.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      });
    }
    function choose(number) {
      var agency = shown[number];
      if (!agency) { return; }
      field.value = agency[1];
      close();
      pick(agency);
    }
    function update() {
      withBoth(function (resolver) {
        shown = find(resolver, field.value, 8);
        if ("go" in box.dataset) {
          // What the text names comes first, then the pages that hold its words, then bodies near it.
          var certain = only(resolver, field.value) || only(resolver, withoutYear(field.value)), near = shown.slice(0, 5);
          if (certain) { near = near.filter(function (each) { return each[0] !== certain[0]; }).slice(0, 4); }
          shown = (certain ? [certain] : []).concat(places(field.value, 5), near);
        }
        list.textContent = "";
        shown.forEach(function (agency, number) {
          var option = document.createElement("li"), kind = document.createElement("small");
          option.id = list.id + "-" + number;
          option.setAttribute("role", "option");
          option.textContent = agency[1] + " ";
          kind.textContent = agency.kind || say(TYPES[agency[2]][0], TYPES[agency[2]][1]);
          option.appendChild(kind);
          option.addEventListener("mousedown", function (event) { event.preventDefault(); });
          option.addEventListener("click", function () { choose(number); });
          list.appendChild(option);
        });
        marked = -1;
        field.removeAttribute("aria-activedescendant");
        list.hidden = !shown.length;
        field.setAttribute("aria-expanded", String(!!shown.length));
        var nothing = field.value.trim() && !shown.length;
        status.textContent = nothing ? say("Nothing found.", "Tidak ditemukan.")
          : shown.length ? shown.length + say(" found", " ditemukan") : "";
        status.classList.toggle("unseen", !nothing);
      });
    }
    field.addEventListener("focus", function () { withBoth(function () {}); });
    field.addEventListener("input", update);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) { update(); return; }
        var step = event.key === "ArrowDown" ? 1 : -1;
        mark((marked + step + shown.length + (marked < 0 && step < 0 ? 1 : 0)) % shown.length);
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        choose(Math.max(marked, 0));
      } else if (event.key === "Escape") {
        if (list.hidden) { field.value = ""; status.textContent = ""; } else { close(); }
      }
    });
    return field;
  }

  // ---- is this number right? --------------------------------------------------------------
  var COLOURS = { "contradicted": "no", "not held here": "none", "carried over": "unclear" };
  function judge(resolver, agency, year, text) {
    var verdict = resolver.check(agency[0], year, text);
    if (!verdict) {
      return ["unclear", say("Give an index or a predicate, for example 2.56 or Baik.",
        "Tulis indeks atau predikat, misalnya 2,56 atau Baik.")];
    }
    var language = root.dataset.show === "en" ? "en" : "id";
    var lines = [resolver.headline(verdict, language)].concat(resolver.hints(verdict, language));
    return [COLOURS[verdict.verdict] || "yes", lines.join(" ")];
  }
  function checker(form) {
    var agency = null, answer = form.querySelector("output");
    var field = combobox(form.querySelector(".search"), function (picked) { agency = picked; });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      withResolver(function (resolver) {
        if (!agency || agency[1] !== field.value) { agency = only(resolver, field.value); }
        answer.textContent = "";
        if (!agency) {
          var near = find(resolver, field.value, 4).map(function (each) { return each[1]; });
          answer.className = "unclear";
          answer.textContent = near.length
            ? say("Which agency is meant? Choose one: ", "Instansi mana yang dimaksud? Pilih salah satu: ") +
              near.join("; ") + "."
            : say("Choose an agency first.", "Pilih instansi terlebih dahulu.");
          return;
        }
        field.value = agency[1];
        var outcome = judge(resolver, agency, Number(form.year.value), form.stated.value);
        answer.className = outcome[0];
        answer.textContent = outcome[1] + " ";
        var link = document.createElement("a");
        link.href = address(agency);
        link.textContent = say("See its page", "Lihat halamannya");
        answer.appendChild(link);
      });
    });
  }

  // ---- copy -------------------------------------------------------------------------------
  function seen(element) {
    var text = "";
    element.childNodes.forEach(function (node) {
      if (node.nodeType === 3) { text += node.data; }
      if (node.nodeType === 1 && getComputedStyle(node).display !== "none" &&
          !node.classList.contains("copy")) { text += seen(node); }
    });
    return text;
  }
  function copyText(text) {
    function byHand() {
      var area = document.createElement("textarea");
      area.value = text;
      area.className = "unseen";
      document.body.appendChild(area);
      area.select();
      var done = document.execCommand("copy");
      area.remove();
      return done ? Promise.resolve() : Promise.reject(new Error("copy"));
    }
    if (!navigator.clipboard) { return byHand(); }
    return navigator.clipboard.writeText(text).catch(byHand);
  }
  function copyButton(element) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.innerHTML = '<i lang="id">Salin</i><i lang="en">Copy</i>';
    button.addEventListener("click", function () {
      var text = element.tagName === "PRE" ? seen(element).trim() : seen(element).replace(/\s+/g, " ").trim();
      copyText(text).then(function () {
        button.classList.add("done");
        announce(say("Copied", "Tersalin"));
        setTimeout(function () { button.classList.remove("done"); }, 1600);
      }, function () { announce(say("Copying failed", "Gagal menyalin")); });
    });
    if (element.tagName === "LI") { element.append(" ", button); } else { element.after(button); }
  }
  function announce(text) {
    var place = document.getElementById("announced");
    if (!place) {
      place = document.createElement("p");
      place.id = "announced";
      place.setAttribute("role", "status");
      document.body.appendChild(place);
    }
    place.textContent = text;
    clearTimeout(announce.timer);
    announce.timer = setTimeout(function () { place.textContent = ""; }, 1800);
  }

  // ---- filter -----------------------------------------------------------------------------
  function filter(form) {
    var cards = Array.prototype.slice.call(document.querySelectorAll("[data-card]"));
    var count = form.querySelector("output");
    function update() {
      var asked = words(form.q ? form.q.value : ""), left = 0;
      function holds(card, least) {
        var known = card.known || (card.known = words(card.textContent + " " + (card.dataset.words || "")));
        return asked.every(function (word) {
          return known.some(function (each) { return meets(word, each) >= least; });
        });
      }
      // Spelling is forgiven only where nothing holds the words as they were typed.
      var least = cards.some(function (card) { return holds(card, 0.85); }) ? 0.85 : 0.01;
      cards.forEach(function (card) {
        var fits = ["topic", "kind", "year", "province"].every(function (name) {
          var wanted = form[name] && form[name].value;
          return !wanted || (" " + card.dataset[name] + " ").indexOf(" " + wanted + " ") >= 0;
        }) && holds(card, least);
        card.hidden = !fits;
        left += fits ? 1 : 0;
      });
      document.querySelectorAll("[data-group]").forEach(function (group) {
        group.hidden = !group.querySelector("[data-card]:not([hidden])");
      });
      count.textContent = left + " / " + cards.length;
    }
    form.addEventListener("input", update);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    update();
  }

  // ---- the reader's own body in the swarm of the front page ---------------------------------
  function markOwn(svg) {
    var own = null;
    try { own = JSON.parse(localStorage.getItem("spbe-body")); } catch (blocked) { return; }
    var dot = own && svg.querySelector('[data-k="' + Number(own[0]) + '"]');
    if (!dot) { return; }
    var label = document.createElementNS("http://www.w3.org/2000/svg", "text");
    var x = Number(dot.getAttribute("cx")), width = svg.viewBox.baseVal.width;
    dot.classList.add("s0");
    dot.setAttribute("r", "5");
    label.setAttribute("class", "label s0");
    label.setAttribute("x", x);
    label.setAttribute("y", Number(dot.getAttribute("cy")) - 9);
    label.setAttribute("text-anchor", x < width * 0.25 ? "start" : x > width * 0.75 ? "end" : "middle");
    label.textContent = own[1];
    svg.append(dot, label);
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".own svg").forEach(markOwn);
    languageSwitch();
    show(root.dataset.show);
    document.querySelectorAll(".search[data-go]").forEach(function (box) {
      combobox(box, function (agency) { location.href = address(agency); });
    });
    document.querySelectorAll("form.check").forEach(checker);
    document.querySelectorAll("form.filter").forEach(filter);
    document.querySelectorAll(".quote").forEach(copyButton);
  });
})();
