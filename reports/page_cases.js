// SPDX-License-Identifier: Apache-2.0
// Links that open what they lead to: #case=op/id&class=f32 opens the row of a case with what it
// decides, how every variant fared and how to run it again; any other target is made visible. Also
// reads the rows back as data for the plots.
"use strict";
const page = (function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const body = document.querySelector("#cases tbody");
  const firstVariant = 4;  // after case, class, clauses and terms

  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  // The share in a cell is its last word: "0.42", or "\u2717 wrong 131".
  function shareOf(text) {
    const word = text.trim().split(" ").pop().replace(/,/g, "");
    if (word === "inf" || word === "nan") return Infinity;
    return word === "" || isNaN(word) ? null : Number(word);
  }
  function verdictsOf(row) {
    return data.variants.map((variant, i) => {
      const cell = row.cells[firstVariant + i];
      const text = cell ? cell.textContent.trim() : "";
      const verdict = (cell && cell.className) || (text === "" ? null : "right");
      return { variant, verdict, share: shareOf(text) };
    });
  }
  const caseRows = () => (body ? [...body.querySelectorAll("tr[id]")] : []);

  /// Every call that was judged: { variant, op, id, numberClass, terms, share, verdict }.
  function calls() {
    return caseRows().flatMap((row) => {
      const name = row.cells[0].textContent.trim();
      const slash = name.indexOf("/");
      const op = name.slice(0, slash), id = name.slice(slash + 1);
      const numberClass = row.cells[1].textContent.trim();
      const terms = Number(row.cells[3].textContent);
      return verdictsOf(row).filter((each) => each.share !== null)
        .map((each) => Object.assign(each, { op, id, numberClass, terms }));
    });
  }

  function quoted(word) {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
  }
  function panelOf(row) {
    const name = row.cells[0].textContent.trim(), numberClass = row.cells[1].textContent.trim();
    const clauses = row.cells[2].textContent.trim().split(" ").filter(Boolean);
    const list = make("ul", { className: "verdicts" });
    verdictsOf(row).filter((each) => each.verdict).forEach((each) => {
      const told = document.querySelector(
        ".failure[data-case=\"" + CSS.escape(row.id) + "\"][id^=\"failure-" + CSS.escape(each.variant) + "-\"]");
      const share = each.share === null ? "" : ", " + each.share + " budgets";
      list.append(make("li", {}, make("b", {}, each.variant), " ", each.verdict + share + " ",
        ...(told ? [make("a", { href: "#" + told.id }, "why")] : []),
        make("pre", { className: "command" }, data.rerun + " --variant " + quoted(each.variant) +
          " --class " + numberClass + " --filter " + quoted(name))));
    });
    const decides = make("p", { className: "remark" }, "Decides ");
    clauses.forEach((clause, i) =>
      decides.append(i ? ", " : "", make("a", { href: "#clause-" + clause }, clause)));
    const cell = make("td", { colSpan: row.cells.length }, ...(clauses.length ? [decides] : []), list);
    return make("tr", { className: "panel" }, cell);
  }
  function panelBelow(row) {
    const next = row.nextElementSibling;
    return next && next.classList.contains("panel") ? next : null;
  }
  function openRow(row) {
    if (!panelBelow(row)) row.after(panelOf(row));
    row.classList.add("open");
  }
  function closeRow(row) {
    const panel = panelBelow(row);
    if (panel) panel.remove();
    row.classList.remove("open");
  }

  // Filters hide, details fold away: what a link leads to is shown in spite of both.
  function reveal(element) {
    for (let at = element; at; at = at.parentElement) {
      if (at.matches("details")) at.open = true;
      at.hidden = false;
    }
    element.scrollIntoView({ block: "start" });
  }
  function targetOf(fragment) {
    const named = document.getElementById(fragment);
    if (named || !fragment.startsWith("case=")) return named;
    const start = fragment.split("&")[0] + "&";
    return caseRows().find((row) => row.id.startsWith(start)) || null;
  }
  function followFragment() {
    let fragment = location.hash.slice(1);
    try {
      fragment = decodeURIComponent(fragment);
    } catch (error) {
      return;  // a stray per cent sign names nothing here
    }
    const target = fragment && targetOf(fragment);
    if (!target) return;
    document.querySelectorAll("tr.here").forEach((row) => row.classList.remove("here"));
    if (target.matches("#cases tr")) openRow(target);
    if (target.matches("tr")) target.classList.add("here");
    reveal(target);
  }

  // Names become links when the list that they stand in is opened: thousands would be slow.
  function linkNames(details) {
    const summary = details.querySelector("summary");
    const names = [...details.childNodes].filter((node) => node !== summary)
      .map((node) => node.textContent).join(" ").split(/\s+/).filter(Boolean);
    const kind = details.dataset.kind === "case" ? "#case=" : "#mistake-";
    details.replaceChildren(summary, make("ul", {}, ...names.map((name) =>
      make("li", {}, make("a", { href: kind + name }, name)))));
    details.removeAttribute("data-kind");
  }
  function linkCases() {
    caseRows().forEach((row) => {
      const cell = row.cells[0];
      if (!cell.querySelector("a")) cell.replaceChildren(
        make("a", { className: "quiet", href: "#" + row.id }, cell.textContent.trim()));
    });
  }

  document.querySelectorAll("details.names").forEach((details) =>
    details.addEventListener("toggle", () => details.dataset.kind && linkNames(details)));
  const all = document.getElementById("all-cases");
  if (all) {
    all.addEventListener("toggle", linkCases, { once: true });
    body.addEventListener("click", (event) => {
      const row = event.target.closest("tr[id]");
      if (!row || !event.target.closest("th")) return;
      event.preventDefault();
      if (panelBelow(row)) {
        closeRow(row);
      } else if (location.hash === "#" + row.id) {
        openRow(row);
      } else {
        location.hash = row.id;
      }
    });
  }
  addEventListener("hashchange", followFragment);
  followFragment();
  return { data, calls, make };
})();
