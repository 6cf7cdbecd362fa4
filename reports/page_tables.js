// SPDX-License-Identifier: Apache-2.0
// Tables that sort and filter, commands that copy. Without this script the page reads the same.
"use strict";
(function () {
  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  // Sorting: by data-key where a cell has one, else by its text; numbers by value, and where a word
  // stands before one, what is not right comes after all that is.
  function keyOf(row, column, isNumber) {
    const cell = row.cells[column];
    const key = cell.dataset.key, text = cell.textContent.trim();
    if (key !== undefined) return Number(key);
    if (!isNumber) return text.toLowerCase();
    const words = text.split(" ");
    const value = Number(words[words.length - 1].replace(/,/g, "").replace("inf", "Infinity"));
    return words.length > 1 ? 1e300 : text === "" || isNaN(value) ? -1 : value;
  }
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  }
  function makeSortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    let original = null;
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", title: "Sort" }, ...head.childNodes);
      head.append(button);
      const isNumber = head.classList.contains("number");
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        table.querySelectorAll("tr.panel").forEach((panel) => panel.remove());
        original = original || [...table.tBodies[0].rows];
        let rows = original;
        if (before !== "descending") {
          const sign = before === "ascending" ? -1 : 1;
          head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
          rows = original
            .map((row) => [keyOf(row, column, isNumber), row])
            .sort((a, b) => sign * compare(a[0], b[0]))
            .map((pair) => pair[1]);
          table.querySelectorAll(".again").forEach((cell) => cell.classList.remove("again"));
        }
        table.tBodies[0].append(...rows);
      });
    });
  }

  // Filtering: every word typed must occur in an item.
  function addFilter(place, items, label, extra) {
    const field = make("input", { type: "search", placeholder: "Filter " + label });
    field.setAttribute("aria-label", "Filter " + label);
    const found = make("output", {});
    found.setAttribute("aria-live", "polite");
    const controls = make("div", { className: "controls" }, field, ...(extra || []), found);
    place.before(controls);
    let texts = null;  // not before they are needed: there may be thousands
    function apply(also) {
      texts = texts || items.map((item) => item.textContent.toLowerCase());
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      items.forEach((item, i) => {
        const fits = words.every((word) => texts[i].includes(word)) && (!also || also(item));
        item.hidden = !fits;
        if (fits) ++shown;
      });
      found.textContent = shown === items.length ? "" : shown + " of " + items.length;
    }
    return { field, apply };
  }

  document.querySelectorAll("table").forEach(makeSortable);
  document.querySelectorAll("[data-filter]").forEach((frame) => {
    const rows = [...frame.querySelector("tbody").rows];
    if (rows.length < 8) return;
    const filter = addFilter(frame, rows, frame.dataset.filter);
    filter.field.addEventListener("input", () => filter.apply());
  });

  const failures = [...document.querySelectorAll(".failure")];
  if (failures.length > 1) {
    const pressed = new Set();
    const verdicts = [...new Set(failures.map((each) => each.dataset.verdict))];
    const buttons = verdicts.map((verdict) => {
      const number = failures.filter((each) => each.dataset.verdict === verdict).length;
      const button = make("button", { type: "button" }, number + " " + verdict);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        if (!pressed.delete(verdict)) pressed.add(verdict);
        button.setAttribute("aria-pressed", String(pressed.has(verdict)));
        filter.apply(fits);
      });
      return button;
    });
    const fits = (item) => pressed.size === 0 || pressed.has(item.dataset.verdict);
    const filter = addFilter(document.querySelector(".failures"), failures, "failures", buttons);
    filter.field.addEventListener("input", () => filter.apply(fits));
  }

  // Commands copy themselves; those of an opened case come later, so one listener serves all.
  const copy = make("button", { type: "button" }, "Copy");
  async function copyCommand(event) {
    const command = copy.parentElement;
    const text = command.firstChild.textContent;
    event.stopPropagation();
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    } catch (error) {
      getSelection().selectAllChildren(command);
      copy.textContent = "Selected";
    }
  }
  copy.addEventListener("click", copyCommand);
  function offerCopy(event) {
    const command = event.target.closest && event.target.closest(".command");
    if (!command || copy.parentElement === command) return;
    copy.textContent = "Copy";
    command.append(copy);
  }
  document.querySelectorAll(".command").forEach((command) => (command.tabIndex = 0));
  document.addEventListener("mouseover", offerCopy);
  document.addEventListener("focusin", offerCopy);

  // The navigation shows where one is.
  const links = new Map(
    [...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const inView = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      entries.forEach((entry) =>
        entry.isIntersecting ? inView.add(entry.target.id) : inView.delete(entry.target.id));
      const first = [...links.keys()].find((id) => inView.has(id));
      links.forEach((link, id) => link.classList.toggle("here", id === first));
    },
    { rootMargin: "-60px 0px -60% 0px" });
  document.querySelectorAll("section").forEach((each) => observer.observe(each));
})();
