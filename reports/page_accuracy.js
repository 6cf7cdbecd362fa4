// SPDX-License-Identifier: Apache-2.0
// Shares of the budget: of every call, by op; and against the length of its sums.
"use strict";
(function () {
  const { colour, dash, sign, inOrder, showTip, hideTip, withTip, number, legend, responsive, svg,
    gridLines, logTicks, axes, into } = drawing;

  // Accuracy: a row per op and variant, a dot per call.
  function accuracyPlot(figure, calls) {
    const least = 1e-3;
    const finite = calls.map((call) => call.share).filter((share) => share !== Infinity);
    const most = Math.max(1, d3.max(finite) || 0);
    const beyond = most * (finite.length < calls.length ? 2 : 1.25);  // where infinite shares stand
    const variants = inOrder(new Set(calls.map((call) => call.variant)));
    legend(figure, variants);

    function rowsOf(numberClass) {
      const byRow = d3.nest().key((call) => call.op).key((call) => call.variant)
        .map(calls.filter((call) => call.numberClass === numberClass));
      const rows = [];
      for (const op of new Set(calls.map((call) => call.op)))
        variants.filter((name) => byRow.has(op) && byRow.get(op).has(name)).forEach((variant, i) =>
          rows.push({ op, variant, calls: byRow.get(op).get(variant), isFirst: i === 0 }));
      return rows;
    }
    // One class at a time: each has budgets of its own kind.
    const classes = [...new Set(calls.map((call) => call.numberClass))];
    let chosen = classes.includes("f32") ? "f32" : classes[0];
    const buttons = d3.select(figure).insert("div", ".legend").attr("class", "controls")
      .selectAll("button").data(classes.length > 1 ? classes : []).join("button")
      .attr("type", "button").text((name) => name).attr("aria-pressed", (name) => String(name === chosen));
    const redraw = responsive(figure, (canvas, width) => {
      const rows = rowsOf(chosen);
      const left = width < 560 ? 84 : 130, right = 16, step = variants.length > 4 ? 10 : 15, gap = 9;
      let y = 26;
      rows.forEach((row) => { if (row.isFirst) y += gap; row.y = y; y += step; });
      const height = y + 10;
      const root = svg(canvas, width, height, "Share of the budget used, by op and variant");
      const x = d3.scaleLog().domain([least, beyond]).range([left, width - right]).clamp(true);
      const powers = d3.range(-3, Math.ceil(Math.log10(most)) + 1).map((power) => 10 ** power)
        .filter((value) => value <= beyond);
      const shown = powers.filter((value, i) => width > 560 || i % 2 === powers.indexOf(1) % 2);
      gridLines(root, x, shown, 22, height);
      root.append("g").selectAll("text").data(shown).join("text")
        .attr("x", x).attr("y", 14).attr("text-anchor", "middle")
        .text((value) => (value === least ? "\u2264 " : "") + d3.format(value < 1e6 ? ",~r" : "~e")(value));
      root.append("line").attr("class", "threshold").attr("x1", x(1)).attr("x2", x(1))
        .attr("y1", 22).attr("y2", height);
      const groups = root.append("g").selectAll("g").data(rows).join("g")
        .attr("transform", (row) => "translate(0," + row.y + ")");
      groups.filter((row) => row.isFirst).append("text").attr("class", "name")
        .attr("x", left - 12).attr("text-anchor", "end").attr("dy", "0.35em").text((row) => row.op)
        .filter(function () { return this.getComputedTextLength() > left - 14; })
        .attr("textLength", left - 14).attr("lengthAdjust", "spacingAndGlyphs");
      // One path for all dots of a row keeps thousands of calls light.
      const place = (call) => x(call.share === Infinity ? beyond : Math.max(call.share, least));
      groups.append("path").attr("class", (row) => "dot " + colour(row.variant))
        .attr("stroke-width", 0)
        .attr("d", (row) => row.calls.map((call, i) =>
          "M" + (place(call) - 2.4).toFixed(1) + "," + ((i * 7) % 5 - 2) * 0.9 +
          "a2.4,2.4 0 1,0 4.8,0a2.4,2.4 0 1,0 -4.8,0").join(""));
      const spread = (row) => row.calls.map(place).sort(d3.ascending);
      groups.append("line").attr("class", (row) => colour(row.variant)).attr("stroke-width", 3)
        .attr("stroke-linecap", "round")
        .attr("x1", (row) => d3.quantile(spread(row), 0.25))
        .attr("x2", (row) => d3.quantile(spread(row), 0.75));
      groups.append("path").attr("class", (row) => colour(row.variant)).attr("d", (row) => sign(row.variant, 34))
        .attr("transform", (row) => "translate(" + d3.quantile(spread(row), 0.5) + ",0)");
      const worst = (row) => row.calls.reduce((a, b) => (place(b) > place(a) ? b : a));
      const describe = (row, call) => row.variant + ", " + row.op + "/" + call.id + " [" +
        call.numberClass + "]: " + number(call.share) + " budgets, " + call.verdict;
      groups.append("rect").attr("x", left - 4).attr("width", width - left - right + 8)
        .attr("y", -step / 2).attr("height", step).attr("fill", "transparent")
        .on("mousemove", function (row) {
          const at = d3.mouse(this)[0];
          const near = row.calls.reduce((a, b) => Math.abs(place(b) - at) < Math.abs(place(a) - at) ? b : a);
          showTip(describe(row, near), d3.event.clientX, d3.event.clientY);
        })
        .on("mouseleave blur", hideTip)
        .attr("tabindex", 0).attr("role", "img")
        .attr("aria-label", (row) => row.calls.length + " calls; the worst: " + describe(row, worst(row)))
        .on("focus", function (row) {
          const box = this.getBoundingClientRect();
          showTip("Worst: " + describe(row, worst(row)), box.left, box.bottom);
        });
    });
    buttons.on("click", (name) => {
      chosen = name;
      buttons.attr("aria-pressed", (each) => String(each === chosen));
      redraw();
    });
  }

  // Long sums: the median share against the terms of the sums, a line per variant.
  function sumsPlot(figure, calls) {
    const classes = [...new Set(calls.map((call) => call.numberClass))];
    let chosen = classes.includes("f32") ? "f32" : classes[0];
    legend(figure, calls.map((call) => call.variant));
    const buttons = d3.select(figure).insert("div", ".legend").attr("class", "controls")
      .selectAll("button").data(classes.length > 1 ? classes : []).join("button")
      .attr("type", "button").text((name) => name).attr("aria-pressed", (name) => String(name === chosen));
    const redraw = responsive(figure, (canvas, width) => {
      const shown = calls.filter((call) => call.numberClass === chosen);
      const lines = d3.nest().key((call) => call.variant)
        .key((call) => 2 ** Math.floor(Math.log2(call.terms)))
        .rollup((list) => ({ share: d3.median(list, (call) => call.share), count: list.length }))
        .entries(shown)
        .map((line) => ({ variant: line.key, points: line.values
          .map((point) => ({ terms: Number(point.key), share: Math.max(1e-3, point.value.share),
            count: point.value.count, variant: line.key }))
          .filter((point) => isFinite(point.share)).sort((a, b) => a.terms - b.terms) }))
        .filter((line) => line.points.length > 0);
      const points = lines.flatMap((line) => line.points);
      const height = 320, frame = { left: 56, right: width - 20, top: 34, bottom: height - 44 };
      const root = svg(canvas, width, height, "Median share of the budget by length of sums");
      const x = d3.scaleLog().domain([d3.min(points, (p) => p.terms) / 1.2, d3.max(points, (p) => p.terms) * 1.2])
        .range([frame.left, frame.right]);
      const y = d3.scaleLog().domain([d3.min(points, (p) => p.share) / 1.5, Math.max(1, d3.max(points, (p) => p.share)) * 1.2])
        .range([frame.bottom, frame.top]);
      const lengths = [...new Set(points.map((p) => p.terms))].sort(d3.ascending);
      axes(root, frame, { scale: x, ticks: lengths }, { scale: y, ticks: logTicks(y) },
        ["terms in the longest sum", "share of the budget"],
        [(value, i) => (width < 560 && i % 2 ? "" : value), d3.format("~g")]);
      root.append("line").attr("class", "threshold").attr("x1", frame.left).attr("x2", frame.right)
        .attr("y1", y(1)).attr("y2", y(1));
      root.append("g").attr("fill", "none").selectAll("path").data(lines).join("path")
        .attr("class", (line) => "curve " + colour(line.variant)).attr("stroke-dasharray", (line) => dash(line.variant))
        .attr("d", (line) => d3.line().x((p) => x(p.terms)).y((p) => y(p.share))(line.points));
      withTip(root.append("g").selectAll("path").data(points).join("path").attr("class", (p) => colour(p.variant))
        .attr("d", (p) => sign(p.variant)).attr("transform", (p) => "translate(" + x(p.terms) + "," + y(p.share) + ")"),
        (p) => p.variant + ", sums of " + p.terms + " to " + (2 * p.terms - 1) + " terms: median " +
          number(p.share) + " of the budget, " + p.count + (p.count === 1 ? " call" : " calls"));
    });
    buttons.on("click", (name) => {
      chosen = name;
      buttons.attr("aria-pressed", (each) => String(each === chosen));
      redraw();
    });
  }

  const calls = page.calls();
  into("accuracy-plot", calls, accuracyPlot);
  into("sums-plot", calls.filter((call) => call.terms > 0), sumsPlot);
})();
