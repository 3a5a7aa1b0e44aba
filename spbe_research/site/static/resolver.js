"use strict";
// Names and numbers as spbe_research.claims reads and judges them: the same table, rules and
// sentences (search-index.js), and the same answers (tests/browser/test_resolver_in_browser.py).
globalThis.SpbeResolver = function (SPBE) {
  var names = SPBE.names, rules = names.rules, record = SPBE.record, said = SPBE.sentences;

  // ---- names: claims/rules.py, names.py, reading.py ------------------------------------------
  function pattern(text, flags) { return new RegExp(text, flags); }
  var INITIALS = pattern(rules.initials, "g"), TWICE = pattern(rules.twice, "g");
  var TITLE = pattern(rules.title);
  function normalise(text) {
    var plain = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    plain = plain.replace(/[^a-z0-9.]+/g, " ").replace(INITIALS, "$1");
    var joined = (plain.match(/[a-z0-9]+/g) || [])
      .filter(function (word) { return rules.silent.indexOf(word) < 0; })
      .map(function (word) { return has(rules.words, word) ? rules.words[word] : word; })
      .join(" ");
    rules.phrases.forEach(function (each) {
      joined = (" " + joined + " ").split(" " + each[0] + " ").join(" " + each[1] + " ").trim();
    });
    rules.prefixes.forEach(function (prefix) {
      if (joined.startsWith(prefix)) { joined = joined.slice(prefix.length); }
    });
    joined = joined.replace(TWICE, "$1");
    var shorter = joined.endsWith(rules.suffix) ? joined.slice(0, -rules.suffix.length) : joined;
    return shorter || joined;
  }
  function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }
  function core(text) { return text.replace(TITLE, ""); }
  function writing(text) {
    var rest = core(text);
    return text.slice(0, text.length - rest.length).trim() + "|" + rest.replace(/ /g, "");
  }
  function statedTypes(text) {
    var title = TITLE.exec(text);
    if (!title) { return []; }
    if (title[1] === rules.police) { return ["polda"]; }
    if (rules.regional.indexOf(title[1]) >= 0) { return [title[1]]; }
    return title[1].startsWith("kementerian") ? ["kementerian"] : ["kementerian", "lembaga"];
  }
  var places = {}, owners = {};
  names.bodies.forEach(function (body, place) { places[body[0]] = place; });
  var keys = names.keys.map(function (key) {
    return { text: key[0], body: key[1], spelled: key[2], isShort: key[3], core: core(key[0]),
      writing: writing(key[0]) };
  });
  keys.forEach(function (key) {
    var known = has(owners, key.writing) ? owners[key.writing] : (owners[key.writing] = []);
    if (known.indexOf(key.body) < 0) { known.push(key.body); }
  });
  Object.keys(owners).forEach(function (text) { owners[text].sort(function (a, b) { return a - b; }); });
  function ids(found) { return found.map(function (place) { return names.bodies[place][0]; }); }
  function owned(text) { var key = writing(text); return has(owners, key) ? owners[key] : []; }

  // What a name is read as: {kind, ids, new}, as read_name of claims/reading.py.
  function read(text) {
    var stripped = text.trim();
    if (text.length > 300) { return { kind: "unknown", ids: [], "new": -1 }; }
    if (has(places, stripped)) { return { kind: "one", ids: [stripped], "new": -1 }; }
    if (/^\d/.test(stripped)) {
      var coded = names.bodies.filter(function (body) {
        return body[0].slice(body[0].indexOf("-") + 1) === stripped;
      });
      if (coded.length) { return { kind: "one", ids: [coded[0][0]], "new": -1 }; }
    }
    var wanted = normalise(text), found = owned(wanted), key = writing(wanted);
    if (rules.nation.indexOf(wanted) >= 0) { return { kind: "nation", ids: [], "new": -1 }; }
    if (found.length) {
      return { kind: found.length === 1 ? "one" : "several", ids: ids(found), "new": -1 };
    }
    if (has(names.newOwners, key)) {
      var place = names.newOwners[key];
      return { kind: "new", ids: ids(names["new"][place][4]), "new": place };
    }
    var words = wanted.split(" ");
    if (rules.before.indexOf(words[0]) >= 0) {
      for (var first = 1; first < words.length; first++) {
        found = owned(words.slice(first).join(" "));
        if (found.length) { return { kind: "part", ids: ids(found), "new": -1 }; }
      }
    }
    return { kind: "unknown", "new": -1,
      ids: near(wanted, 5).map(function (each) { return names.bodies[each.body][0]; }) };
  }
  // Edits (insert, drop, change, swap two neighbours) from a to b; more than most is most + 1.
  function edits(a, b, most) {
    if (Math.abs(a.length - b.length) > most) { return most + 1; }
    var before = null, last = [], least = 0, row, i, j;
    for (j = 0; j <= b.length; j++) { last[j] = j; }
    for (i = 1; i <= a.length; i++) {
      row = [i];
      var leastBefore = least;
      least = i;
      for (j = 1; j <= b.length; j++) {
        var same = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
        least = Math.min(least, row[j]);
      }
      // A swap looks two rows back: no cell below can be nearer than both.
      if (least > most && leastBefore > most) { return most + 1; }
      before = last;
      last = row;
    }
    return Math.min(last[b.length], most + 1);
  }
  function contained(proper, text) {
    var asked = proper.split(" ").filter(Boolean), known = text.split(" ");
    var all = asked.every(function (word) {
      return known.some(function (each) {
        return each === word || (word.length >= 3 && each.startsWith(word));
      });
    });
    if (!asked.length || !all) { return 0; }
    var letters = known.join("").length;
    return 60 + Math.floor(19 * Math.min(asked.join("").length, letters) / letters);
  }
  // The bodies whose writing is nearest to a normalised name, best first: {body, spelled, score}.
  function near(wanted, limit) {
    var types = statedTypes(wanted), proper = core(wanted), asked = writing(wanted), best = {};
    keys.forEach(function (key, order) {
      var score;
      if (key.writing === asked) {
        score = key.text === wanted ? 100 : 99;
      } else {
        var letters = Math.max(key.core.length, proper.length), most = Math.floor(letters / 2);
        var far = edits(wanted, key.text, most);
        if (proper !== wanted && far) { far = Math.min(far, edits(proper, key.text, most)); }
        score = far <= most && letters ? Math.min(98, Math.floor(100 * (letters - far) / letters)) : 0;
        if (!key.isShort) { score = Math.max(score, contained(proper, key.text)); }
        if (types.length && types.indexOf(names.bodies[key.body][2]) < 0) {
          score = Math.floor(score * 79 / 100);
        }
      }
      if (score < 50) { return; }
      var rank = [-score, key.isShort, order];
      if (!best[key.body] || less(rank, best[key.body])) { best[key.body] = rank; }
    });
    return Object.keys(best).map(Number)
      .map(function (body) { return [best[body][0], body, best[body][2]]; })
      .sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; })
      .slice(0, limit)
      .map(function (each) {
        return { body: each[1], spelled: keys[each[2]].spelled, score: -each[0] };
      });
  }
  function less(a, b) {
    for (var i = 0; i < a.length; i++) { if (a[i] !== b[i]) { return a[i] < b[i]; } }
    return false;
  }

  // ---- numbers: claims/values.py; whole numbers only, for a half must stay a half ----------------
  function number(text) {
    var match = /^[+-]?(\d{1,30})(?:[.,](\d{1,30}))?$/.exec(text.trim());
    if (!match) { return null; }
    var decimals = (match[2] || "").length, units = BigInt(match[1] + (match[2] || ""));
    if (decimals > 10) {
      var step = BigInt(10) ** BigInt(decimals - 10), rest = units % step;
      units = units / step;
      var twice = rest * BigInt(2);
      if (twice > step || (twice === step && units % BigInt(2) === BigInt(1))) { units += BigInt(1); }
      decimals = 10;
      while (decimals && units % BigInt(10) === BigInt(0)) { units /= BigInt(10); decimals--; }
    }
    return { units: text.trim()[0] === "-" ? -units : units, decimals: decimals };
  }
  function scaled(value, decimals) { return value.units * BigInt(10) ** BigInt(decimals - value.decimals); }
  function agreement(stated, published) {
    var a = number(stated), b = number(published);
    if (!a) { return "contradicted"; }
    var decimals = Math.max(a.decimals, b.decimals) + 1;
    var gap = scaled(a, decimals) - scaled(b, decimals);
    if (gap === BigInt(0)) { return "confirmed"; }
    var half = BigInt(5) * BigInt(10) ** BigInt(decimals - a.decimals - 1);
    if (gap < BigInt(0)) { gap = -gap; }
    return a.decimals < b.decimals && gap <= half ? "rounds to" : "contradicted";
  }
  function cents(text) {
    var value = number(text), units = value.units;
    if (value.decimals < 2) { return Number(scaled(value, 2)); }
    var step = BigInt(10) ** BigInt(value.decimals - 2), up = units % step * BigInt(2) >= step;
    return Number(units / step) + (up ? 1 : 0);
  }
  function ofCents(value) { return Math.floor(value / 100) + "." + String(value % 100).padStart(2, "0"); }
  function bandsOf(year) {
    var last = record.years[record.years.length - 1];
    return record.bands[year] || record.bands[last];
  }
  // The predicate of an index that is compared as it stands, whatever its decimals.
  function band(text, year) {
    var value = number(text), decimals = Math.max(value.decimals, 2), found = "";
    bandsOf(year).forEach(function (each) {
      if (scaled(value, decimals) >= BigInt(each[1]) * BigInt(10) ** BigInt(decimals - 2)) { found = each[0]; }
    });
    return found;
  }
  function possible(text, year) {
    var value = cents(text);
    var isEdge = bandsOf(year).slice(1).some(function (each) { return each[1] === value; });
    return isEdge ? [band(ofCents(value - 1), year), band(ofCents(value), year)] : [band(ofCents(value), year)];
  }
  function scaleWord(text) {
    var plain = text.trim().split(/\s+/).join(" ").toLowerCase();
    var known = record.predicates.filter(function (name) { return name.toLowerCase() === plain; });
    return { predicate: known[0] || "", loose: has(record.loose, plain) ? record.loose[plain] : "" };
  }

  // ---- verdicts: claims/checking.py ---------------------------------------------------------------
  function row(id, year) {
    return (record.rows[id] || []).filter(function (each) { return each[0] === year; })[0];
  }
  function years(id) { return (record.rows[id] || []).map(function (each) { return each[0]; }).sort(); }
  function spell(list) {
    var runs = [];
    list.forEach(function (year) {
      var last = runs[runs.length - 1];
      if (last && year === last[1] + 1) { last[1] = year; } else { runs.push([year, year]); }
    });
    return runs.map(function (run) { return run[0] === run[1] ? run[0] : run[0] + "-" + run[1]; }).join(", ");
  }
  function isComputed(year) {
    var place = record.years.indexOf(year);
    return place >= 0 && record.decimals[place] > 2;
  }
  function hint(verdict, kind, values) { verdict.hints.push([kind, values || {}]); }
  function crossing(verdict) {
    if (verdict.verdict !== "rounds to") { return; }
    var own = band(verdict.published, verdict.year), other = band(verdict.stated, verdict.year);
    if (own !== other) {
      hint(verdict, "crosses", { stated: verdict.stated, published: verdict.published, other: other, own: own });
    }
  }
  function flagged(verdict) {
    var key = verdict.id + "|" + verdict.year;
    if (has(record.flags, key)) { hint(verdict, "flag", { reason: record.flags[key] }); }
  }
  function carried(verdict) {
    var first = verdict.year;
    while (row(verdict.id, first)[3]) { first--; }
    var kind = record.inferred.indexOf(verdict.year) >= 0 ? "inferred" : "listed_again";
    hint(verdict, kind, { year: String(verdict.year), first: String(first) });
    verdict.carried = first;
    if (verdict.verdict === "confirmed" || verdict.verdict === "rounds to") { verdict.verdict = "carried over"; }
  }
  function elsewhere(verdict) {
    var value = number(verdict.stated);
    if (!value || value.decimals < 2) { return; }
    var found = years(verdict.id).filter(function (year) {
      return year !== verdict.year && agreement(verdict.stated, row(verdict.id, year)[1]) !== "contradicted";
    });
    if (found.length) { hint(verdict, "other_year", { years: spell(found) }); }
    var proper = core(normalise(names.bodies[places[verdict.id]][1]));
    names.bodies.forEach(function (body) {
      if (body[0] === verdict.id || core(normalise(body[1])) !== proper) { return; }
      var other = row(body[0], verdict.year);
      if (other && agreement(verdict.stated, other[1]) !== "contradicted") {
        hint(verdict, "other_agency", { agency: body[1] });
      }
    });
  }
  function reported(verdict) {
    var key = (verdict.id || verdict.agency) + "|" + verdict.year;
    if (!has(record.press, key)) { return false; }
    var press = record.press[key], agrees, agreed;
    verdict.basis = "press";
    if (verdict.quantity === "predicate") {
      var bands = possible(press[0], verdict.year);
      hint(verdict, "press_band", { index: press[0], predicate: bands.join(" / ") });
      verdict.published = bands.length === 1 ? bands[0] : "";
      agrees = verdict.stated === verdict.published;
    } else {
      verdict.published = press[0];
      agreed = agreement(verdict.stated, press[0]);
      agrees = agreed !== "contradicted";
    }
    verdict.verdict = !verdict.published ? "not held here" : agrees ? "reported by the press" : "contradicted";
    hint(verdict, "press", { address: press[1] });
    if (agreed) {
      var kept = verdict.verdict;
      verdict.verdict = agreed;
      crossing(verdict);
      verdict.verdict = kept;
    }
    return true;
  }
  function unpublished(verdict) {
    var first = record.years[0], last = record.years[record.years.length - 1];
    if (verdict.year < first || verdict.year > last) {
      hint(verdict, "years_held", { first: String(first), last: String(last) });
    }
    var held = years(verdict.id);
    if (held.length) { hint(verdict, "published_years", { years: spell(held) }); } else { hint(verdict, "never_published"); }
    record.lineage.forEach(function (each) {
      if (each[0] === verdict.id && each[1] !== verdict.id && each[4] !== "split" && Number(each[3]) <= verdict.year) {
        hint(verdict, "went_into", { name: each[2], since: each[3] });
      }
    });
    elsewhere(verdict);
  }
  function checkIndex(verdict) {
    var found = row(verdict.id, verdict.year);
    if (!found) { if (!reported(verdict)) { unpublished(verdict); } return; }
    var copied = found[1], printed = ofCents(cents(copied)), agrees = agreement(verdict.stated, copied);
    verdict.verdict = agrees;
    verdict.published = printed;
    if (isComputed(verdict.year)) {
      verdict.computed = copied;
      if (agrees === "rounds to" && agreement(verdict.stated, printed) === "confirmed") { verdict.verdict = "confirmed"; }
      if (agrees !== "contradicted") {
        var kind = number(verdict.stated).decimals > 2 ? "decree_prints" : "copy_computes";
        hint(verdict, kind, { published: printed, value: copied });
      }
    }
    crossing(verdict);
    flagged(verdict);
    if (found[3]) { carried(verdict); }
    if (verdict.verdict !== "contradicted") { return; }
    var value = number(verdict.stated), units = value.units, one = BigInt(10) ** BigInt(value.decimals);
    if (units < one || units > BigInt(5) * one) { hint(verdict, "off_scale", { low: "1", high: "5" }); return; }
    elsewhere(verdict);
    var key = verdict.id + "|" + verdict.year;
    if (value.decimals >= 2 && has(record.recomputed, key) &&
        agreement(verdict.stated, record.recomputed[key]) !== "contradicted") {
      hint(verdict, "recomputed", { value: record.recomputed[key] });
    }
  }
  function checkPredicate(verdict) {
    var found = row(verdict.id, verdict.year);
    if (!found) { if (!reported(verdict)) { unpublished(verdict); } return; }
    if (found[2] >= 0) {
      verdict.published = record.predicates[found[2]];
      verdict.verdict = verdict.published === verdict.stated ? "confirmed" : "contradicted";
      flagged(verdict);
      if (found[3]) { carried(verdict); }
      var place = record.predicates.indexOf(verdict.stated);
      var had = years(verdict.id).filter(function (year) { return row(verdict.id, year)[2] === place; });
      if (verdict.verdict === "contradicted" && had.length) { hint(verdict, "other_predicate_year", { years: spell(had) }); }
      return;
    }
    var bands = possible(found[1], verdict.year), isEdge = bands.length > 1;
    var agrees = bands.indexOf(verdict.stated) >= 0;
    verdict.basis = "computed";
    verdict.published = isEdge ? "" : bands[0];
    verdict.verdict = !agrees ? "contradicted" : isEdge ? "not held here" : "follows from what is printed";
    hint(verdict, isEdge ? "edge" : "band", { year: String(verdict.year), index: ofCents(cents(found[1])),
      predicate: bands[bands.length - 1], other: bands[0] });
    flagged(verdict);
    if (found[3]) { carried(verdict); }
  }
  function claim(id, agency, year, quantity, stated) {
    return { id: id, agency: agency, year: year, quantity: quantity, stated: stated, verdict: "not held here",
      published: "", computed: "", basis: "printed", about: "", carried: null, source: "", hints: [] };
  }
  // The verdict on an index or a predicate of one body, or null where the value is neither.
  function check(id, year, text) {
    var stated = text.trim(), scale = scaleWord(stated);
    var verdict = claim(id, names.bodies[places[id]][1], year, "index", stated);
    if (scale.predicate) {
      verdict.quantity = "predicate";
      verdict.stated = scale.predicate;
      checkPredicate(verdict);
      return verdict;
    }
    if (scale.loose || !number(stated)) { return null; }
    checkIndex(verdict);
    return verdict;
  }

  // ---- words: claims/wording.py -------------------------------------------------------------------
  var NUMBERS = ["stated", "published", "value", "index"];
  function filled(template, values, language) {
    return template.replace(/\{(\w+)\}/g, function (all, name) {
      var value = values[name];
      if (NUMBERS.indexOf(name) < 0 && !name.startsWith("value_")) { return value; }
      return language === "en" ? value.replace(/,/g, ".") : value.replace(/\./g, ",").replace(/ %$/, " persen");
    });
  }
  function headline(verdict, language) {
    var values = { agency: verdict.agency, year: String(verdict.year), item: verdict.quantity,
      stated: verdict.stated, published: verdict.published, first: String(verdict.carried),
      about: verdict.counted, years: verdict.about };
    values.subject = filled(said.subject[verdict.kind || verdict.quantity][language], values, language);
    var key = verdict.verdict;
    if (key === "contradicted" && verdict.basis !== "printed") {
      key += ", " + (verdict.published ? verdict.basis : "edge");
    }
    return filled(said.headline[key][language], values, language);
  }
  function hints(verdict, language) {
    return verdict.hints.map(function (each) {
      return filled(said.hint[each[0]][language], each[1], language);
    });
  }
  return { normalise: normalise, read: read, near: near, check: check, headline: headline, hints: hints,
    bodies: names.bodies, body: function (id) { return names.bodies[places[id]]; },
    isListed: function (id) { return has(record.rows, id); },
    // What facts.js builds upon.
    parts: { has: has, writing: writing, owners: owners, newOwners: names.newOwners, "new": names["new"],
      before: rules.before, record: record, said: said, number: number, scaled: scaled, agreement: agreement,
      cents: cents, ofCents: ofCents, band: band, possible: possible, scaleWord: scaleWord, row: row,
      years: years, spell: spell, hint: hint, crossing: crossing, reported: reported, claim: claim,
      checkIndex: checkIndex, checkPredicate: checkPredicate } };
};
