"use strict";
// A pasted text: what it states, and the verdict on each, as spbe_research.claims reads and judges it.
// The rules are Python's own (facts-data.js), and so are the answers (tests/site/test_facts.py).
globalThis.SpbeFacts = function (R, FACTS) {
  const P = R.parts, said = Object.assign({}, P.said, FACTS.sentences), predicates = P.record.predicates;
  const rules = built(FACTS.rules), has = P.has;
  const CONTRADICTED = "contradicted", FOLLOWS = "follows from what is printed", NOT_HELD = "not held here";

  function built(rule) {
    if (rule && rule.re) { return new RegExp(rule.re, "g" + rule.flags); }
    if (Array.isArray(rule)) { return rule.map(built); }
    if (!rule || typeof rule !== "object") { return rule; }
    return Object.fromEntries(Object.entries(rule).map(([name, each]) => [name, built(each)]));
  }
  function first(rule, text) { rule.lastIndex = 0; return rule.exec(text); }
  function all(rule, text) { rule.lastIndex = 0; return Array.from(text.matchAll(rule)); }
  function end(match) { return match.index + match[0].length; }
  function mention(kind, from, to, value, before) { return { kind, start: from, end: to, value, before: before || "" }; }
  function overlaps(found, match) { return found.some((m) => m.start < end(match) && match.index < m.end); }
  function byStart(list) { return list.sort((a, b) => a.start - b.start); }
  function isUpper(text) { return text === text.toUpperCase() && text !== text.toLowerCase(); }
  function unique(list) { return Array.from(new Set(list)); }

  // ---- mentions: claims/mentions.py ----------------------------------------------------------
  function cleaned(text) { // one mark a letter, as Python counts
    return Array.from(text).map((mark) => mark.length > 1 ? "\ufffd" : mark).join("")
      .replace(/[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\t\r\f\v]/g, " ");
  }
  function sentencesOf(text) {
    const found = [];
    let from = 0;
    function add(part) {
      if (part.trim()) { found.push([from + part.length - part.trimStart().length, part.trim()]); }
    }
    all(rules.ENDS, text).forEach((match) => {
      const part = text.slice(from, match.index + match[0].trimEnd().length);
      if (first(rules.SHORT_END, part)) { return; }
      add(part);
      from = end(match);
    });
    add(text.slice(from));
    return found;
  }
  function findBodies(sentence) {
    let found = all(rules.NATION, sentence).map((m) => mention("nation", m.index, end(m), ""));
    const words = all(rules.WORD, sentence);
    for (let place = 0; place < words.length;) {
      const [name, length] = nameAt(sentence, words, place);
      if (name && !found.some((m) => m.start < name.end && name.start < m.end)) { found.push(name); }
      place += length;
    }
    byStart(found);
    const offices = found.filter((m) => m.kind === "part").map((m) => m.start);
    found = found.filter((m) => m.kind === "part" || offices.indexOf(m.end + 1) < 0);
    const known = found.slice();
    all(rules.UNKNOWN, sentence).forEach((m) => {
      if (!overlaps(known, m)) { found.push(mention("unknown", m.index, end(m), m[0])); }
    });
    byStart(found);
    const near = found.filter((m, place) => !locates(sentence, found, place));
    near.forEach((m) => {
      if (m.kind === "body" && rules.MEANS.indexOf(m.before) >= 0) { m.kind = "group"; m.before = "mean"; }
    });
    [["group", "mean", rules.GROUP_MEAN], ["nation", "beside", rules.NATION_BESIDE], ["group", "kind", rules.GROUP]]
      .forEach(([kind, before, rule]) => {
        all(rule, sentence).filter((m) => !overlaps(near, m)).forEach((m) => { near.push(mention(kind, m.index, end(m), "", before)); });
      });
    return byStart(near);
  }
  function code(id) { return id.slice(id.indexOf("-") + 1); }
  function locates(sentence, found, place) {
    if (!place || !found[place].value.startsWith("prov-")) { return false; }
    const before = found[place - 1];
    return /^(kab|kota)-/.test(before.value) && code(before.value).slice(0, 2) === code(found[place].value) &&
      !!first(rules.WHERE, sentence.slice(before.end, found[place].start));
  }
  function nameAt(sentence, words, place) {
    for (let length = Math.min(rules.LONGEST_NAME, words.length - place); length > 0; length--) {
      const part = words.slice(place, place + length), from = part[0].index, to = end(part[length - 1]);
      const written = sentence.slice(from, to);
      if (first(rules.NAME_BROKEN, written.replace(/\.+$/, ""))) { continue; }
      if (rules.LINKS.indexOf(part[0][0]) >= 0 || rules.LINKS.indexOf(part[length - 1][0]) >= 0) { continue; }
      const key = P.writing(R.normalise(written)), owners = has(P.owners, key) ? P.owners[key] : [];
      const place_new = has(P.newOwners, key) ? P.newOwners[key] : -1;
      if (!owners.length && place_new < 0 || !isName(sentence, part)) { continue; }
      if (written.includes(",") && owners.length !== 1 && place_new < 0) { continue; }
      let kind = "new", value = String(place_new);
      if (owners.length) {
        value = owners.map((owner) => R.bodies[owner][0]).join(" ");
        kind = office(sentence, words, place) || (owners.length === 1 ? "body" : "several");
      }
      return [mention(kind, from, written.endsWith(".") ? to - 1 : to, value, wordBefore(sentence, words, place)), length];
    }
    return [null, 1];
  }
  function isName(sentence, words) {
    const plain = words.map((word) => word[0].replace(/\.+$/, ""));
    const named = plain.filter((word) => rules.KINDS.indexOf(word.toLowerCase()) < 0);
    if (!named.length || !named.every((word) => /^[A-Z0-9]/.test(word) || rules.SMALL.indexOf(word.toLowerCase()) >= 0)) {
      return false;
    }
    if (plain.length > 1 || rules.ORDINARY.indexOf(plain[0].toLowerCase()) < 0) { return true; }
    if (first(rules.SCORE_BEHIND, sentence.slice(end(words[words.length - 1])))) { return true; }
    return isUpper(plain[0]) && !isUpper(sentence);
  }
  function wordBefore(sentence, words, place) {
    if (!place) { return ""; }
    const gap = sentence.slice(end(words[place - 1]), words[place].index);
    return /^[ -]*$/.test(gap) ? words[place - 1][0].toLowerCase().replace(/\.+$/, "") : "";
  }
  function office(sentence, words, place) {
    for (let back = 1; back < 4; back++) {
      const word = place >= back ? wordBefore(sentence, words, place - back + 1) : "";
      if (!word) { return ""; }
      if (rules.PERSONS.indexOf(word) >= 0) { return "person"; }
      const isOffice = rules.OFFICES.some((each) => word.startsWith(each)) &&
        word.length > rules.SHORTEST_OFFICE && /^[A-Z]/.test(words[place - back][0]);
      if (P.before.indexOf(word) >= 0 || isOffice) {
        return rules.PERSONS.indexOf(wordBefore(sentence, words, place - back)) >= 0 ? "person" : "part";
      }
      if (!/^[A-Z]/.test(words[place - back][0])) { return ""; }
    }
    return "";
  }
  function blanked(sentence) { return sentence.replace(rules.NO_YEAR, (found) => " ".repeat(found.length)); }
  function findYears(sentence) {
    const blank = blanked(sentence), moves = first(rules.MOVEMENT, blank) ? all(rules.SETTING_OUT, blank) : [];
    const starts = all(rules.SINCE, blank).concat(moves).map((m) => end(m) - m[1].length);
    return byStart(all(rules.YEAR, blank)
      .map((m) => mention(starts.indexOf(m.index) < 0 ? "year" : "start", m.index, end(m), m[1]))
      .concat(all(rules.RELATIVE, blank).map((m) => mention("relative", m.index, end(m), m[0]))));
  }
  function findNumbers(sentence) {
    return all(rules.NUMBER, blanked(sentence)).map((m) => mention("number", m.index, end(m), m[1]));
  }
  function findPredicates(sentence) {
    return all(rules.SCALE_WORDS, sentence)
      .filter((m) => [rules.MARKED, rules.AFTER_NUMBER].some((rule) => first(rule, sentence.slice(0, m.index))))
      .map((m) => mention("predicate", m.index, end(m), P.scaleWord(m[0]).predicate || m[0]));
  }

  // ---- among whom, places, counts: claims/group_words.py, counting_words.py -----------------------
  const provinces = {};
  Object.keys(P.owners).forEach((key) => {
    P.owners[key].forEach((owner) => {
      const body = R.bodies[owner];
      if (body[2] === "provinsi") { provinces[key] = body[1].replace(/^Provinsi /, ""); }
    });
  });
  function provinceOf(plain) {
    const words = plain.split(" ").filter(Boolean);
    for (let length = Math.min(words.length, 5); length > 0; length--) {
      for (let from = 0; from + length <= words.length; from++) {
        const key = P.writing(R.normalise(words.slice(from, from + length).join(" ")));
        if (has(provinces, key)) {
          return [provinces[key], words.slice(0, from).concat(words.slice(from + length)).join(" ")];
        }
      }
    }
    return ["", plain];
  }
  function readGroup(text) {
    const plain = all(rules.PLAIN_WORD, text.toLowerCase()).map((m) => m[0]).join(" ").replace(rules.KAB, "kabupaten");
    const [province, rest] = provinceOf(plain);
    const kind = Object.keys(rules.GROUPS).find((each) => first(rules.GROUPS[each], rest)) || "";
    return province && kind === "provinsi" ? "" : kind;
  }
  function findPlaces(sentence) {
    const found = [];
    rules.PLACES.forEach((rule) => all(rule, sentence).forEach((match) => {
      if (overlaps(found, match) || first(rules.SEVERAL, sentence.slice(0, match.index))) { return; }
      const low = match.groups.low || "", nth = match.groups.nth || low, digits = first(rules.DIGITS, nth);
      const place = digits ? Number(digits[0]) : rules.ORDINALS[nth.toLowerCase().trim()] || 1;
      found.push(mention("place", match.index, end(match), place + "|" + (low ? "low" : ""), "rank"));
    }));
    return byStart(found);
  }
  function findCounts(sentence) {
    const found = [];
    [["share", rules.SHARE], ["count", rules.COUNT]].forEach(([quantity, rule]) => all(rule, sentence).forEach((match) => {
      if (overlaps(found, match)) { return; }
      const said = match.groups, kind = readGroup(said.group);
      const group = said.group.toLowerCase() === "daerah" ? "local" : kind || "all";
      const value = [said.count, said.of || "", P.scaleWord(said.predicate).predicate, said.above ? "at_least" : "", group];
      found.push(mention("count", match.index, end(match), value.join("|"), quantity));
    }));
    return found;
  }
  function scopeOf(sentence, value, scopes, isAlone) {
    function at(start) { return start >= value.start && start - value.end <= rules.AT; }
    const ahead = scopes.filter((m) => m.end <= value.start && (m.kind === "nation" || m.value.startsWith("prov-"))).pop();
    const regions = scopes.filter((m) => m.value.startsWith("prov-") &&
      !(ahead && ahead.kind === "nation" && m.start < value.start)), near = regions.filter((m) => at(m.start));
    const rest = sentence.slice(value.end), among = first(rules.AMONG, rest);
    const isAmong = among && among.index <= rules.AT && !near.length;
    const named = (near.length ? near : isAmong ? [] : regions).map((m) => R.body(m.value)[1].replace(/^Provinsi /, ""));
    const behind = first(rules.ELSEWHERE, rest.trimStart());
    const isAt = regions.some((m) => m.start >= value.end && m.start - value.end <= rules.IS_AT);
    const isOther = behind && !isAt && rules.NATIONWIDE.indexOf(behind[1].split(/\s+/)[0].toLowerCase()) < 0;
    let kind = "", of = "", isFar = named.length > 0 && !near.length, match = first(rules.OF, sentence);
    if (match) {
      of = match[1];
      kind = match[2].toLowerCase().startsWith("daerah") ? "local" : readGroup(match[2]);
      isFar = isFar || !at(match.index);
    } else if (isAmong) {
      kind = readGroup(among[1] || among[2]);
    } else if (!named.length && (match = first(rules.AMONG, sentence))) {
      kind = readGroup(match[1] || match[2]);
      isFar = true;
    }
    const said = (named.length || kind) && !isOther ? "yes" : "";
    return { kind: kind === "all" ? "" : kind, province: named[0] || "", of: of, low: value.value.split("|")[1] || "",
      said: said && isFar && !isAlone ? "guess" : said };
  }

  // ---- which belongs to which: claims/pairing.py ---------------------------------------------------
  function pair(values, labels) {
    if (!labels.length) { return values.map(() => [null, false]); }
    if (labels.every((m) => m.kind === labels[0].kind && m.value === labels[0].value)) {
      return values.map(() => [labels[0], false]);
    }
    const order = byStart(values.concat(labels)), isLabel = order.map((m) => labels.indexOf(m) >= 0);
    const found = sticky(order, isLabel) || sticky(order.slice().reverse(), isLabel.slice().reverse());
    return found ? values.map((m) => [found[m.start], false]) : beside(order, isLabel, values);
  }
  function sticky(order, isLabel) {
    if (!isLabel[0] || isLabel[isLabel.length - 1]) { return null; }
    const found = {};
    let label = order[0];
    for (let place = 0; place < order.length; place++) {
      if (!isLabel[place]) { found[order[place].start] = label; continue; }
      if (place && isLabel[place - 1] && order[place - 1].value !== order[place].value) { return null; }
      label = order[place];
    }
    return found;
  }
  function beside(order, isLabel, values) {
    const chosen = values.map((value) => {
      const place = order.indexOf(value);
      const left = place && isLabel[place - 1] ? order[place - 1] : null;
      const right = isLabel[place + 1] ? order[place + 1] : null;
      if (!left !== !right) { return [left || right, !!left && isCrowded(order, isLabel, place - 1)]; }
      const earlier = order.filter((m, i) => i < place && isLabel[i]), later = order.filter((m, i) => i > place && isLabel[i]);
      return [earlier.length ? earlier[earlier.length - 1] : later[0], true];
    });
    const taken = chosen.filter((each) => !each[1]).map((each) => each[0].start);
    return chosen.map(([label, guessed]) => [label, guessed || taken.filter((start) => start === label.start).length > 1]);
  }
  function isCrowded(order, isLabel, place) {
    return place > 0 && isLabel[place - 1] && order[place - 1].kind !== "part" && order[place - 1].value !== order[place].value;
  }

  // ---- statements: claims/statements.py ------------------------------------------------------------
  function findStatements(text) {
    let context = { subject: null, year: 0 }, found = [];
    sentencesOf(text).forEach(([offset, sentence]) => {
      const [made, next] = ofSentence(sentence, context);
      made.forEach((each) => { each.start += offset; each.end += offset; each.from = offset; each.to = offset + sentence.length; });
      found = found.concat(made);
      context = next;
    });
    return found;
  }
  function yearsSaid(years, kind) {
    return unique(years.filter((m) => m.kind === (kind || "year")).map((m) => Number(m.value))).sort((a, b) => a - b);
  }
  function ofSentence(sentence, context) {
    const named = findBodies(sentence), years = findYears(sentence);
    const counts = findCounts(sentence), places = findPlaces(sentence), taken = counts.concat(places);
    const values = byStart(valuesOf(sentence, taken).concat(places)), isAlone = taken.length === 1;
    const subjects = subjectsOf(named, sentence, values, counts);
    const scopes = named.filter((m) => (m.kind === "body" || m.kind === "nation") && subjects.indexOf(m) < 0);
    const yearOf = yearsOf(values, years, sentence, context.year), bodyOf = subjectOfEach(values, subjects, sentence);
    const made = values.map((value, place) => {
      let [subject, guessed] = bodyOf[place];
      const inferred = new Set(guessed ? ["pairing"] : []), given = subject ? null : elsewhere(named, context);
      if (given) { subject = given; inferred.add("agency"); }
      if (yearOf[place][1]) { inferred.add("year"); }
      const one = completed({ start: value.start, end: value.end, quantity: value.before, value: value.value, subject: subject,
        year: yearOf[place][0], inferred: inferred, more: {}, problem: "" }, value, sentence,
        scopeOf(sentence, value, scopes, isAlone));
      return one.quantity === "change" ? spanned(one, value, sentence, years) : one;
    });
    counts.forEach((count) => { made.push(counted(count, years, context, scopeOf(sentence, count, scopes, isAlone))); });
    return [doubted(byStart(made)), carriedOn(context, subjects, years)];
  }
  function doubted(made) {
    const seen = {};
    made.forEach((each) => {
      const key = JSON.stringify([each.quantity, each.subject ? each.subject.kind + each.subject.value : "", each.year].concat(Object.values(each.more)));
      if (!has(seen, key)) { seen[key] = each.value; }
      if (seen[key] !== each.value) { each.inferred.add("pairing"); }
    });
    return made;
  }
  function isAtLarge(m) { return m.kind === "nation" || m.kind === "group"; }
  function isFramed(m) { return m.kind === "place" || m.kind === "count"; }
  function subjectsOf(named, sentence, values, counts) {
    const stated = byStart(values.concat(counts)), compares = stated.some(isFramed) || named.some((m) => m.kind === "group");
    const codes = named.filter((m) => /^(kab|kota)-/.test(m.value)).map((m) => code(m.value).slice(0, 2));
    let found = named.filter((m) => {
      if (rules.SUBJECT.indexOf(m.kind) < 0) { return false; }
      const isProvince = m.value.startsWith("prov-"), holds = isProvince && codes.indexOf(code(m.value)) >= 0;
      const isScope = m.before === "se" || rules.SCOPE.indexOf(m.before) >= 0 && isProvince && (compares || holds);
      return !isScope && !(m.kind === "nation" && frames(m, sentence, stated));
    });
    const whole = found;
    found = whole.filter((m, place) => !isBeside(whole, place, sentence, stated));
    if (found.some((m) => m.before !== "kind")) { found = found.filter((m) => m.before !== "kind"); }
    const others = found.filter((m) => m.value !== rules.MINISTRY);
    return others.length ? others : found.filter((m) => rules.ABOUT_SCORE.indexOf(m.before) >= 0);
  }
  function frames(nation, sentence, stated) {
    if (stated.some((m) => isFramed(m) && nation.start >= m.end && nation.start - m.end <= rules.AT &&
      !first(rules.APART, sentence.slice(m.end, nation.start)))) { return true; }
    const later = stated.find((m) => m.start >= nation.end);
    return !!later && isFramed(later);
  }
  function isBeside(found, place, sentence, stated) {
    const m = found[place], later = found[place + 1], before = found[place - 1];
    if (!isAtLarge(m)) { return false; }
    function holds(from, to) { return stated.some((each) => from <= each.start && each.start < to); }
    if (m.before === "beside" && before && !holds(before.end, m.start) &&
      !first(rules.APART, sentence.slice(before.end, m.start))) { return true; }
    if (holds(m.end, later ? later.start : sentence.length)) { return false; }
    return !!first(rules.COMPARED_WITH, sentence.slice(0, m.start)) || m.before === "beside" && !!later;
  }
  function isAgainst(value, label, sentence) {
    return !!label && label.start >= value.start && !!(isAtLarge(label) && first(rules.APART, sentence.slice(value.end, label.start)) ||
      first(rules.COMPARED_WITH, sentence.slice(0, label.start)));
  }
  function subjectOfEach(values, subjects, sentence) {
    const among = pair(values, subjects.filter((m) => !isAtLarge(m)));
    return pair(values, subjects).map((given, place) => {
      if (isAgainst(values[place], given[0], sentence)) { return [null, false]; }
      return values[place].kind === "place" && given[0] && isAtLarge(given[0]) ? among[place] : given;
    });
  }
  function elsewhere(named, context) {
    const persons = named.filter((m) => m.kind === "person");
    if (unique(persons.map((m) => m.value)).length === 1 && !persons[0].value.includes(" ")) {
      return Object.assign({}, persons[0], { kind: "body" });
    }
    return context.subject;
  }
  function valuesOf(sentence, taken) {
    const found = [];
    let last = 0;
    function isTaken(m) { return taken.some((each) => each.start <= m.start && m.start < each.end); }
    findNumbers(sentence).forEach((number) => {
      const before = sentence.slice(last, number.start);
      last = number.end;
      number.before = isTaken(number) ? "" : quantityOf(sentence, before, sentence.slice(number.end), number);
      if (number.before) { found.push(number); }
    });
    findPredicates(sentence).forEach((m) => { if (!isTaken(m)) { m.before = "predicate"; found.push(m); } });
    return found;
  }
  function quantityOf(sentence, before, after, number) {
    if (/^\d+$/.test(number.value)) { return ""; }
    const value = Number(number.value.replace(",", ".")), upper = before.toUpperCase();
    if (first(rules.MOVED, before) && (value < rules.LOWEST || first(rules.POINTS, after))) { return "change"; }
    if (value < rules.LOWEST || value > rules.HIGHEST || first(rules.UNIT, after) || first(rules.TARGET, before)) { return ""; }
    const since = upper.includes("SPBE") ? before.slice(upper.lastIndexOf("SPBE") + 4) : before;
    if (first(rules.OTHER_INDEX, since)) { return ""; }
    let item = "index", last = -1;
    if (first(rules.DOMAIN_WORD, sentence)) {
      Object.keys(rules.DOMAINS).forEach((each) => all(rules.DOMAINS[each], before).forEach((m) => {
        if (end(m) > last) { last = end(m); item = each; }
      }));
    }
    return item;
  }
  function yearsOf(values, years, sentence, known) { // claims/result_years.py
    const told = yearsSaid(years), starts = yearsSaid(years, "start"), last = told[told.length - 1], from = starts[starts.length - 1];
    const paired = pair(values, years.filter((m) => m.kind === "year")), found = [];
    values.forEach((value, place) => {
      const ahead = sentence.slice(0, value.start), before = found[place - 1];
      const follows = values.slice(place + 1).some((m) => first(rules.TO, sentence.slice(0, m.start)));
      const isFrom = first(rules.FROM, ahead) && follows;
      const linked = first(rules.YEAR_BEHIND, sentence.slice(value.end)) || first(rules.YEAR_BEFORE, ahead);
      let year = paired[place][0] ? Number(paired[place][0].value) : last, isGuess = paired[place][1];
      if (linked) {
        year = Number(linked[1]);
        isGuess = starts.indexOf(year) >= 0 && !!first(rules.SINCE, ahead);
      } else if (value.before !== "change" && isRelative(value, years, sentence)) {
        const base = before && told.indexOf(before[0]) >= 0 ? before[0] : last || known;
        year = base && base - 1;
        isGuess = base > 0;
      } else if (isFrom && from) {
        year = from;
        isGuess = true;
      } else if (!told.length) {
        year = from ? endOf(from, sentence, known) : known;
        isGuess = year > 0;
      } else if (told.length === 1 && isFrom) {
        year = told[0] - 1;
        isGuess = true;
      } else if (value.before === "change" && told.length > 1 && before) {
        year = before[0];
        isGuess = true;
      }
      found.push([year, isGuess]);
    });
    return found;
  }
  function endOf(start, sentence, known) {
    const latest = P.record.years[P.record.years.length - 1], last = known <= start || first(rules.SINCE, sentence) ? latest : known;
    return last > start ? last : 0;
  }
  function spanOf(value, year, years, sentence) {
    const told = yearsSaid(years), starts = yearsSaid(years, "start"), from = starts[starts.length - 1];
    if (from) {
      const ends = told.filter((each) => each > from);
      if (ends.length === 1) { return [from, ends[0], starts.length === 1, false]; }
      return [from, year > from && (ends.indexOf(year) >= 0 || !ends.length) ? year : endOf(from, sentence, 0), false, true];
    }
    const before = years.find((m) => m.kind === "relative" && m.start > value.start);
    if (before) {
      const isSaid = [[year], [year - 1, year]].some((each) => String(told) === String(each));
      return [year - 1, year, !!first(rules.PLAIN_BEFORE, before.value) && isSaid, false];
    }
    return told.length === 2 ? [told[0], told[1], true, false] : [year - 1, year, false, false];
  }
  function spanned(made, value, sentence, years) {
    const word = first(rules.MOVED, sentence.slice(0, value.start)), span = spanOf(value, made.year, years, sentence);
    made.more = { first: String(span[0]), fall: word && rules.FALLS.indexOf(word[1].toLowerCase()) >= 0 ? "True" : "False",
      start: span[3] ? "said" : "" };
    if (span[2]) { made.inferred.delete("year"); } else { made.inferred.add("year"); }
    if (!made.problem || made.problem === "year") { made.problem = span[1] ? "" : "year"; }
    made.year = span[1];
    return made;
  }
  function isRelative(value, all, sentence) {
    const years = all.filter((m) => m.kind !== "relative" || m.start < value.start ||
      !first(rules.SET_AGAINST, sentence.slice(value.end, m.start)));
    function gap(kind, none) {
      const found = years.filter((m) => m.kind === kind), gaps = found.map((m) => Math.abs(m.start - value.end));
      const nearest = found[gaps.lastIndexOf(Math.min.apply(null, gaps))];
      return nearest ? Math.min(Math.abs(nearest.start - value.end), Math.abs(value.start - nearest.end)) : none;
    }
    return gap("relative", rules.AT + 1) <= Math.min(rules.AT, gap("year", rules.AT));
  }
  function completed(made, value, sentence, frame) {
    if (made.quantity === "predicate" && !P.scaleWord(made.value).predicate) { made.problem = "loose"; }
    if (made.quantity === "rank") {
      made.more = frame;
      made.problem = frame.said ? "" : "frame";
      if (frame.said === "guess") { made.inferred.add("pairing"); }
      made.value = value.value.split("|")[0];
    }
    if (!made.problem) {
      made.problem = !made.subject ? "agency" : ["part", "several", "unknown", "group"].indexOf(made.subject.kind) >= 0 ? made.subject.kind
        : made.year ? "" : "year";
    }
    return made;
  }
  function counted(count, years, context, frame) {
    const known = yearsSaid(years), year = known.length ? known[known.length - 1] : context.year;
    const guessed = known.length ? known.length > 1 : context.year > 0, parts = count.value.split("|");
    const inferred = new Set(guessed ? ["year"] : []);
    if (frame.province && frame.said === "guess") { inferred.add("pairing"); }
    return { start: count.start, end: count.end, quantity: count.before, value: parts[0], subject: null, year: year,
      inferred: inferred, problem: year ? "" : "year",
      more: { of: parts[1], predicate: parts[2], how: parts[3], kind: parts[4], province: frame.province } };
  }
  function carriedOn(context, subjects, years) {
    const bodies = subjects.filter((m) => m.kind === "body"), known = yearsSaid(years);
    const one = unique(bodies.map((m) => m.value)).length === 1 ? bodies[bodies.length - 1] : null;
    return { subject: subjects.length ? one : context.subject, year: known.length === 1 ? known[0] : known.length ? 0 : context.year };
  }

  // ---- verdicts on domains and the country: claims/checking.py --------------------------------------
  function held(verdict, kind, values, published, verdictIs) {
    P.hint(verdict, kind, values);
    verdict.basis = "computed";
    verdict.published = published;
    verdict.verdict = verdictIs;
  }
  function pressed(verdict) {
    const item = verdict.quantity === "predicate" ? "index" : verdict.quantity;
    const row = FACTS.press[[verdict.id || verdict.agency, verdict.year, item].join("|")];
    if (!row) { return false; }
    verdict.source = row[2];
    if (verdict.quantity === "index" || verdict.quantity === "predicate") { return P.reported(verdict); }
    verdict.basis = "press";
    verdict.published = row[0];
    verdict.verdict = P.agreement(verdict.stated, row[0]) === CONTRADICTED ? CONTRADICTED : "reported by the press";
    P.hint(verdict, "press", { address: row[1] });
    return true;
  }
  function decimal(whole, decimals) {
    const digits = String(whole).padStart(decimals + 1, "0");
    return digits.slice(0, -decimals) + "." + digits.slice(-decimals);
  }
  function checkDomain(verdict) {
    const place = FACTS.domains.indexOf(verdict.quantity), year = verdict.year;
    const printed = ((FACTS.printed[verdict.id] || {})[year] || [])[place], levels = (FACTS.levels[verdict.id] || {})[year];
    const key = [verdict.id, year, verdict.quantity].join("|"), isSolved = FACTS.solved.indexOf(key) >= 0;
    const isPrinted = printed !== undefined && printed !== null;
    if (!isPrinted && !levels) {
      if (!pressed(verdict)) { P.hint(verdict, "no_domains"); }
      return;
    }
    const text = isPrinted ? decimal(printed, 2) : decimal(levels[place], 4), agrees = P.agreement(verdict.stated, text);
    const values = { value: text, item: verdict.quantity }, follows = agrees === CONTRADICTED ? CONTRADICTED : FOLLOWS;
    verdict.source = (isPrinted ? FACTS.printedSources : FACTS.levelSources)[year];
    if (isSolved) {
      held(verdict, "solved", values, text, follows);
    } else if (isPrinted) {
      verdict.published = text;
      verdict.verdict = agrees;
    } else {
      values.n = String(FACTS.nLevels[year]);
      held(verdict, "from_levels", values, P.ofCents(P.cents(text)), follows);
    }
    if (isPrinted && has(FACTS.flags, key)) { P.hint(verdict, "flag", { reason: FACTS.flags[key] }); }
  }
  function bothBases(verdict, rows) {
    const year = verdict.year, listed = FACTS.listMeans[year];
    if (listed) {
      P.hint(verdict, "both_bases", { year: String(year), value: rows[0][0], value_list: listed, n: String(lists[year].length) });
    }
  }
  function checkNation(verdict) {
    const isPredicate = verdict.quantity === "predicate", item = isPredicate ? "index" : verdict.quantity;
    const rows = FACTS.means[verdict.year + "|" + item];
    if (!rows) { P.hint(verdict, "no_national"); return; }
    if (isPredicate) {
      const bands = rows.map((row) => P.band(row[0], verdict.year)), agrees = bands.indexOf(verdict.stated) >= 0;
      const best = Math.max(0, bands.indexOf(verdict.stated));
      held(verdict, "national_band", { year: String(verdict.year), index: rows[best][0], predicate: bands[best] }, bands[best],
        agrees ? FOLLOWS : CONTRADICTED);
      bothBases(verdict, rows);
      verdict.source = rows[best][1];
      return;
    }
    const order = ["confirmed", "rounds to", CONTRADICTED], verdicts = rows.map((row) => order.indexOf(P.agreement(verdict.stated, row[0])));
    const best = verdicts.indexOf(Math.min.apply(null, verdicts));
    verdict.verdict = order[verdicts[best]];
    verdict.published = rows[best][0];
    verdict.source = rows[best][1];
    if (item === "index") { P.crossing(verdict); bothBases(verdict, rows); }
    rows.forEach((row) => {
      if (row[0] !== rows[best][0]) { P.hint(verdict, "other_document", { value: row[0], document: FACTS.titles[row[1]] }); }
    });
  }
  function checkOne(verdict) {
    if (verdict.agency === FACTS.nation) { checkNation(verdict); return; }
    if (FACTS.domains.indexOf(verdict.quantity) >= 0) { checkDomain(verdict); return; }
    if (P.row(verdict.id, verdict.year)) { verdict.source = FACTS.sources[verdict.year]; } else { pressedSource(verdict); }
    (verdict.quantity === "predicate" ? P.checkPredicate : P.checkIndex)(verdict);
  }
  function pressedSource(verdict) {
    const row = FACTS.press[verdict.id + "|" + verdict.year + "|index"];
    if (row) { verdict.source = row[2]; }
  }

  // ---- places, counts, shares, changes: claims/groups.py, comparing.py --------------------------------
  const lists = {};
  Object.keys(P.record.rows).forEach((id) => P.record.rows[id].forEach((row) => {
    const year = row[0], type = FACTS.types[id + "|" + year] || R.body(id)[2], lies = FACTS.lies[id];
    (lists[year] = lists[year] || []).push({ id: id, type: type, units: Number(row[1].replace(".", "")), text: row[1],
      printed: row[2], isCarried: !!row[3],
      province: lies ? FACTS.provinces[lies[FACTS.before.indexOf(year) >= 0 ? 1 : 0]] : "" });
  }));
  function group(kind, province, status) { return { kind: kind, province: province, status: status || FACTS.statuses[0] }; }
  function frameCode(each, year) { return [each.kind, each.province, year, each.status].join("|"); }
  function members(each, year) {
    const types = has(FACTS.groups, each.kind) ? FACTS.groups[each.kind] : [each.kind];
    return (lists[year] || []).filter((row) => (!types.length || types.indexOf(row.type) >= 0) &&
      (each.status === FACTS.statuses[0] || !row.isCarried) && (!each.province || row.province === each.province));
  }
  function framesOf(id, year, kind, province) {
    const own = R.body(id)[2], isRegion = own === "kabupaten" || own === "kota";
    let kinds = province ? (isRegion ? ["kabkota", "local", own] : [own, "local"])
      : isRegion || own === "provinsi" ? [own, "local", "all"] : [own, "central", "all"];
    if (kind) { kinds = [kind]; }
    const found = [];
    kinds.forEach((each) => {
      const n = members(group(each, province), year).length;
      FACTS.statuses.forEach((status, place) => {
        const rows = members(group(each, province, status), year);
        if (place && rows.length === n || !rows.some((row) => row.id === id)) { return; }
        const value = rows.find((row) => row.id === id).units;
        found.push({ group: group(each, province, status), n: rows.length, rows: rows, value: value });
      });
    });
    return found;
  }
  function span(first, last) { return first === last ? String(first) : first + "-" + last; }
  function checkPlace(verdict, more) {
    const year = verdict.year, place = Number(verdict.stated), of = Number(more.of || 0), isLow = more.low === "low";
    if (!P.row(verdict.id, year)) {
      const known = P.years(verdict.id);
      P.hint(verdict, known.length ? "published_years" : "never_published", known.length ? { years: P.spell(known) } : {});
      return;
    }
    const found = framesOf(verdict.id, year, more.kind, more.province);
    if (!found.length) {
      P.hint(verdict, "outside", { frame: frameCode(group(more.kind || "all", more.province), year) });
      return;
    }
    found.forEach((each) => {
      each.first = 1 + each.rows.filter((row) => isLow ? row.units < each.value : row.units > each.value).length;
      each.last = each.first - 1 + each.rows.filter((row) => row.units === each.value).length;
    });
    function fits(each) { return each.first <= place && place <= each.last; }
    let right = found.filter((each) => fits(each) && (!of || of === each.n));
    let told = found;
    if (right.length) {
      const best = right[0];
      told = [best].concat(found.filter((each) => each !== best && (each.first !== best.first || each.last !== best.last)));
    }
    const hints = unique(told.slice(0, 4).map((each) =>
      JSON.stringify({ frame: frameCode(each.group, year), value: span(each.first, each.last), n: String(each.n) })));
    hints.forEach((each) => P.hint(verdict, isLow ? "place_last" : "place", JSON.parse(each)));
    if (of && !right.length) {
      right = found.filter(fits);
      P.hint(verdict, "other_size", { n: String(found[0].n), stated: String(of) });
    }
    verdict.published = span(found[0].first, found[0].last);
    verdict.verdict = right.length && !(of && of !== right[0].n) ? FOLLOWS : CONTRADICTED;
    verdict.basis = "computed";
    verdict.source = FACTS.sources[year];
  }
  function percent(count, n) {
    const cents = Math.floor((20000 * count + n) / (2 * n));
    return P.ofCents(cents);
  }
  function groupsOf(year, kind, province, of) {
    const kinds = province && (kind === "all" || kind === "kabkota") ? ["kabkota", "local", "kabupaten", "kota"] : [kind];
    const groups = [];
    kinds.forEach((each) => FACTS.statuses.forEach((status) => groups.push(group(each, province, status))));
    if (!of) { return groups.filter((each) => each.kind === kinds[0]); }
    const fitting = groups.filter((each) => members(each, year).length === of);
    return fitting.length ? fitting : groups;
  }
  function checkCount(verdict, more) {
    const year = verdict.year, isShare = verdict.quantity === "share", of = isShare ? 0 : Number(more.of || 0);
    const groups = groupsOf(year, more.kind, more.province, of), at = predicates.indexOf(more.predicate), tries = [];
    const stated = isShare ? verdict.stated : Number(verdict.stated), hows = at < predicates.length - 1 ? ["exactly", "at_least"] : ["exactly"];
    verdict.agency = frameCode(groups[0], year);
    verdict.about = more.predicate + "|" + (more.how || "exactly");
    if (isShare) { verdict.stated += " %"; }
    groups.forEach((each) => (more.how ? [more.how] : hows).forEach((how) => {
      const wanted = how === "exactly" ? [more.predicate] : predicates.slice(at), rows = members(each, year);
      const options = rows.map((row) => row.printed >= 0 ? [predicates[row.printed]] : P.possible(row.text, year));
      function isWanted(band) { return wanted.indexOf(band) >= 0; }
      tries.push({ group: each, how: how, fewest: options.filter((bands) => bands.every(isWanted)).length,
        most: options.filter((bands) => bands.some(isWanted)).length, n: rows.length });
    }));
    if (!tries[0].n) {
      const years = P.record.years;
      if (lists[year]) { P.hint(verdict, "nobody", { year: String(year) }); return; }
      P.hint(verdict, "years_held", { first: String(years[0]), last: String(years[years.length - 1]) });
      return;
    }
    const certain = tries.filter((t) => t.fewest === t.most && (isShare
      ? t.n && P.agreement(stated, percent(t.fewest, t.n)) !== CONTRADICTED : t.fewest === stated));
    const possible = isShare ? certain : tries.filter((t) => t.fewest <= stated && stated <= t.most);
    const best = certain[0] || possible[0] || tries[0], isOther = of && of !== best.n;
    [best].concat(tries.filter((t) => t.group === best.group && t !== best)).forEach((t) => {
      P.hint(verdict, t.fewest === t.most ? "counted" : "counted_between", { frame: frameCode(t.group, year),
        about: more.predicate + "|" + t.how, value: String(t.fewest), value_high: String(t.most),
        value_pct: percent(t.fewest, t.n), n: String(t.n) });
    });
    if (isOther) { P.hint(verdict, "other_size", { n: String(best.n), stated: String(of) }); }
    verdict.agency = frameCode(best.group, year);
    verdict.about = more.predicate + "|" + best.how;
    verdict.verdict = isOther ? CONTRADICTED : certain.length ? FOLLOWS : possible.length ? NOT_HELD : CONTRADICTED;
    verdict.published = isShare ? percent(best.fewest, best.n) + " %" : span(best.fewest, best.most);
    verdict.basis = "computed";
    verdict.source = FACTS.sources[year];
  }
  function minus(a, b) { // of texts of decimals, with as many as the longer has
    const x = P.number(a), y = P.number(b), decimals = Math.max(x.decimals, y.decimals);
    const gap = Number(P.scaled(x, decimals) - P.scaled(y, decimals));
    return (gap < 0 ? "-" : "+") + decimal(Math.abs(gap), decimals);
  }
  function valueOf(id, year) {
    if (!id) { const rows = FACTS.means[year + "|index"]; return rows ? [rows[0][0], rows[0][0]] : ["", ""]; }
    const row = P.row(id, year);
    return row ? [P.ofCents(P.cents(row[1])), row[1]] : ["", ""];
  }
  function checkChange(verdict, from) {
    const last = verdict.year, known = P.record.years, between = FACTS.breaks[from + "-" + last];
    if (known.indexOf(from) < 0 || known.indexOf(last) < 0) {
      P.hint(verdict, "years_held", { first: String(known[0]), last: String(known[known.length - 1]) });
      return;
    }
    if (between) {
      verdict.verdict = "not comparable";
      P.hint(verdict, "not_comparable_" + between, { first: String(from), last: String(last) });
      return;
    }
    const one = valueOf(verdict.id, from), two = valueOf(verdict.id, last);
    if (!one[0] || !two[0]) { P.hint(verdict, verdict.id ? "pair_unheld" : "no_national"); return; }
    const printed = minus(two[0], one[0]), exact = minus(two[1], one[1]);
    verdict.verdict = [printed, exact].some((each) => P.agreement(verdict.stated, each) !== CONTRADICTED) ? FOLLOWS : CONTRADICTED;
    verdict.published = printed;
    verdict.basis = "computed";
    P.hint(verdict, "two_values", { first: String(from), last: String(last), value_first: one[0], value_last: two[0] });
    if (verdict.id) { verdict.source = FACTS.sources[last]; return; }
    P.hint(verdict, "both_changes", { first: String(from), last: String(last),
      value_first: FACTS.listMeans[from], value_last: FACTS.listMeans[last] });
  }

  // ---- findings: claims/fact_check.py ------------------------------------------------------------------
  function judged(made) {
    const subject = made.subject, more = made.more, isNew = !!subject && subject.kind === "new";
    const isBody = !!subject && subject.kind === "body", known = isNew ? P["new"][Number(subject.value)] : null;
    const agency = isNew ? known[0] : isBody ? R.body(subject.value)[1] : FACTS.nation;
    const sign = made.quantity === "change" && more.fall === "True" ? "-" : "";
    const verdict = P.claim(isBody ? subject.value : "", agency, made.year, made.quantity, sign + made.value);
    if (made.quantity === "change") { verdict.about = more.first + "-" + made.year; }
    if (isNew) {
      P.hint(verdict, "new", { name: known[0], since: known[1], law: known[3] });
      if (made.quantity !== "rank" && made.quantity !== "change") { pressed(verdict); }
    } else if (made.quantity === "count" || made.quantity === "share") {
      checkCount(verdict, more);
    } else if (made.quantity === "change") {
      checkChange(verdict, Number(more.first));
    } else if (made.quantity === "rank") {
      checkPlace(verdict, more);
    } else {
      checkOne(verdict);
    }
    return verdict;
  }
  // years: a year by the number of a statement
  function check(text, years) {
    return findStatements(cleaned(text)).map((made, place) => {
      if (has(years, place)) {
        made.year = years[place];
        made.inferred.delete("year");
        if (made.problem === "year") { made.problem = ""; }
        if (made.quantity === "change" && !(made.more.start && Number(made.more.first) < made.year)) {
          made.more.first = String(made.year - 1);
        }
      }
      const verdict = made.problem ? null : judged(made), isQuestion = !!verdict && made.inferred.size > 0;
      return { statement: made, verdict: verdict, isQuestion: isQuestion,
        word: !verdict ? "not understood" : isQuestion ? "asked" : verdict.verdict };
    });
  }

  // ---- words: claims/wording.py -------------------------------------------------------------------------
  function fill(template, values) { return template.replace(/\{(\w+)\}/g, (all, name) => values[name]); }
  function frameWords(text, language) {
    const [kind, province, year, status] = text.split("|");
    let words = said.frame[kind][language];
    if (province) { words = fill(said.frame.within[language], { kind: words, province: province }); }
    return fill(said.frame[status][language], { kind: words, year: year });
  }
  function aboutWords(text, language) {
    const [predicate, how] = text.split("|");
    return how ? fill(said.word[how][language], { predicate: predicate }) : text;
  }
  function named(verdict, language) {
    if (verdict.quantity === "count" || verdict.quantity === "share") { return frameWords(verdict.agency, language); }
    return verdict.agency === FACTS.nation ? said.word.nation[language] : verdict.agency;
  }
  function headline(verdict, language, isAsked) {
    const agency = named(verdict, language);
    if (isAsked && verdict.verdict === CONTRADICTED) {
      verdict = Object.assign({}, verdict, { verdict: verdict.published ? "differs" : "differs, edge" });
    }
    return R.headline(Object.assign({}, verdict, { agency: agency[0].toUpperCase() + agency.slice(1),
      kind: has(said.subject, verdict.quantity) ? verdict.quantity : "domain",
      counted: aboutWords(verdict.about, language) }), language);
  }
  const near = {}; // asked for in each language
  function nearest(name) { return has(near, name) ? near[name] : (near[name] = R.read(name).ids); }
  function why(made, language) {
    const known = said.why;
    if (made.problem === "loose") {
      return fill(known.loose[language], { known: predicates.join(", "), stated: made.value, meant: P.scaleWord(made.value).loose });
    }
    if (!has(known, made.problem)) { return said.text["no_" + made.problem][language]; }
    const ids = made.problem === "unknown" ? nearest(made.subject.value) : made.subject.value.split(" ");
    const names = ids.map((id) => R.body(id)[1]).join("; ");
    const offered = names ? fill(known.near[language], { names: names }) : known.nothing[language];
    return fill(known[made.problem][language], { n: ids.length, names: names, near: offered });
  }
  function sentences(finding, language) {
    const made = finding.statement, verdict = finding.verdict;
    if (!verdict) {
      const value = language === "en" ? made.value : made.value.replace(/\./g, ",");
      return [fill(said.text.unread[language], { value: value, why: why(made, language) })];
    }
    let line = headline(verdict, language, finding.isQuestion);
    if (finding.isQuestion) {
      const meant = ["year", "agency", "pairing"].filter((kind) => made.inferred.has(kind)).map((kind) =>
        fill(said.text[kind][language], { year: made.year, agency: named(verdict, language), value: made.value }));
      line = fill(said.text["if"][language], { meant: meant.join(said.text.and[language]), line: line });
    }
    const worth = verdict.hints.map(([kind, values]) => [kind, Object.assign({}, values,
      values.frame && { frame: frameWords(values.frame, language) }, values.about && { about: aboutWords(values.about, language) })]);
    return [line].concat(R.hints({ hints: worth }, language));
  }
  function word(verdict, language) { return said.verdict[verdict][language]; }
  function summary(findings, language) {
    const count = {};
    findings.forEach((each) => { count[each.word] = (count[each.word] || 0) + 1; });
    const parts = Object.keys(count).sort((a, b) => count[b] - count[a]).map((each) => count[each] + " " + word(each, language));
    return fill(said.cite.tally[language], { n: findings.length, parts: parts.join(", ") });
  }
  return { check: check, sentences: sentences, summary: summary, word: word, titles: FACTS.titles, years: P.record.years };
};
