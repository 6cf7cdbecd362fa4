// SPDX-License-Identifier: Apache-2.0
// The plots, drawn with D3 from the data in the page; each has its table beside it. Colours are
// classes of the style sheet, so that light and dark follow the reader.
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colour = new Map(data.variants.map((name, i) => [name, "c" + (i % 8)]));
  const tip = document.getElementById("tip");

  function showTip(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - box.width - 4)) + "px";
    tip.style.top = (y + box.height + 24 > innerHeight ? y - box.height - 12 : y + 14) + "px";
  }
  const hideTip = () => (tip.hidden = true);
  addEventListener("scroll", hideTip, { passive: true });

  /// Marks that tell what they are, to the mouse and to the keyboard.
  function withTip(marks, text) {
    marks
      .classed("mark", true)
      .attr("tabindex", 0)
      .attr("role", "img")
      .attr("aria-label", text)
      .on("mousemove", function (datum) { showTip(text(datum), d3.event.clientX, d3.event.clientY); })
      .on("mouseleave blur", hideTip)
      .on("focus", function (datum) {
        const box = this.getBoundingClientRect();
        showTip(text(datum), box.right, box.bottom);
      });
  }

  const number = (value) => (value === null ? "\u221e" : d3.format(".3~g")(value));
  const percent = (value) => d3.format(value < 0.0995 ? ".1%" : ".0%")(value);

  function legend(figure, names, classOf) {
    const items = d3.select(figure).insert("ul", ".canvas").attr("class", "legend")
      .selectAll("li").data(names).join("li");
    items.append("svg").attr("viewBox", "0 0 10 10").attr("aria-hidden", "true")
      .append("circle").attr("cx", 5).attr("cy", 5).attr("r", 4).attr("class", classOf);
    items.append("span").text((name) => name);
  }

  /// Draws now and whenever the width changes; gives a function that draws again.
  function responsive(figure, draw) {
    figure.hidden = false;
    const canvas = figure.querySelector(".canvas");
    let width = 0;
    function redraw() {
      canvas.textContent = "";
      draw(d3.select(canvas), width);
    }
    new ResizeObserver(() => {
      const now = Math.floor(canvas.clientWidth);
      if (now === width || now === 0) return;
      width = now;
      redraw();
    }).observe(canvas);
    return redraw;
  }

  function drawing(canvas, width, height, label) {
    return canvas.append("svg").attr("viewBox", [0, 0, width, height])
      .attr("width", width).attr("height", height).attr("role", "group").attr("aria-label", label);
  }

  function gridLines(svg, scale, ticks, top, bottom) {
    svg.append("g").selectAll("line").data(ticks).join("line").attr("class", "grid")
      .attr("x1", scale).attr("x2", scale).attr("y1", top).attr("y2", bottom);
  }

  // Accuracy: a row per op and variant, a dot per call.
  function accuracyPlot(figure) {
    const calls = data.accuracy.map(([variant, op, numberClass, id, share, verdict]) =>
      ({ variant, op, numberClass, id, share, verdict }));
    const least = 1e-3;
    const finite = calls.map((call) => call.share).filter((share) => share !== null);
    const most = Math.max(1, d3.max(finite) || 0);
    const beyond = most * (finite.length < calls.length ? 2 : 1.25);  // where infinite shares stand
    legend(figure, data.variants.filter((name) => calls.some((call) => call.variant === name)),
      (name) => colour.get(name));

    function rowsOf(numberClass) {
      const byRow = d3.nest().key((call) => call.op).key((call) => call.variant)
        .map(calls.filter((call) => call.numberClass === numberClass));
      const rows = [];
      for (const op of new Set(calls.map((call) => call.op)))
        data.variants.filter((name) => byRow.has(op) && byRow.get(op).has(name)).forEach((variant, i) =>
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
      const left = width < 560 ? 84 : 130, right = 16, step = 15, gap = 9;
      let y = 26;
      rows.forEach((row) => { if (row.isFirst) y += gap; row.y = y; y += step; });
      const height = y + 10;
      const svg = drawing(canvas, width, height, "Share of the budget used, by op and variant");
      const x = d3.scaleLog().domain([least, beyond]).range([left, width - right]).clamp(true);
      const powers = d3.range(-3, Math.ceil(Math.log10(most)) + 1).map((power) => 10 ** power)
        .filter((value) => value <= beyond);
      const shown = powers.filter((value, i) => width > 560 || i % 2 === powers.indexOf(1) % 2);
      gridLines(svg, x, shown, 22, height);
      svg.append("g").selectAll("text").data(shown).join("text")
        .attr("x", x).attr("y", 14).attr("text-anchor", "middle")
        .text((value) => (value === least ? "\u2264 " : "") + d3.format(value < 1e6 ? ",~r" : "~e")(value));
      svg.append("line").attr("class", "threshold").attr("x1", x(1)).attr("x2", x(1))
        .attr("y1", 22).attr("y2", height);
      const groups = svg.append("g").selectAll("g").data(rows).join("g")
        .attr("transform", (row) => "translate(0," + row.y + ")");
      groups.filter((row) => row.isFirst).append("text").attr("class", "name")
        .attr("x", left - 12).attr("text-anchor", "end").attr("dy", "0.35em").text((row) => row.op)
        .filter(function () { return this.getComputedTextLength() > left - 14; })
        .attr("textLength", left - 14).attr("lengthAdjust", "spacingAndGlyphs");
      // One path for all dots of a row keeps thousands of calls light.
      const place = (call) => x(call.share === null ? beyond : Math.max(call.share, least));
      groups.append("path").attr("class", (row) => "dot " + colour.get(row.variant))
        .attr("stroke-width", 0)
        .attr("d", (row) => row.calls.map((call, i) =>
          "M" + (place(call) - 2.4).toFixed(1) + "," + ((i * 7) % 5 - 2) * 0.9 +
          "a2.4,2.4 0 1,0 4.8,0a2.4,2.4 0 1,0 -4.8,0").join(""));
      const spread = (row) => row.calls.map(place).sort(d3.ascending);
      groups.append("line").attr("class", (row) => colour.get(row.variant)).attr("stroke-width", 3)
        .attr("stroke-linecap", "round")
        .attr("x1", (row) => d3.quantile(spread(row), 0.25))
        .attr("x2", (row) => d3.quantile(spread(row), 0.75));
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

  // Share of the machine's limit: a row per shape, a dot per variant.
  function limitPlot(figure) {
    const timed = data.speed.filter((each) => each.share !== null);
    const rows = d3.nest().key((each) => each.op + " " + each.shape + " " + each.class).entries(timed);
    legend(figure, data.variants.filter((name) => timed.some((each) => each.variant === name)),
      (name) => colour.get(name));
    responsive(figure, (canvas, width) => {
      const narrow = width < 560;
      const left = narrow ? 8 : 250, right = 20, step = narrow ? 42 : 27, top = 24;
      const height = top + rows.length * step + 8;
      const svg = drawing(canvas, width, height, "Share of the machine's limit by shape and variant");
      const most = Math.max(1, d3.max(timed, (each) => each.share));
      const x = d3.scaleLinear().domain([0, most]).range([left, width - right]);
      const ticks = x.ticks(narrow ? 4 : 6);
      gridLines(svg, x, ticks, top - 4, height);
      svg.append("g").selectAll("text").data(ticks).join("text").attr("x", x).attr("y", 12)
        .attr("text-anchor", "middle").text(d3.format(".0%"));
      const groups = svg.append("g").selectAll("g").data(rows).join("g")
        .attr("transform", (row, i) => "translate(0," + (top + (i + 0.5) * step) + ")");
      const names = groups.append("text").attr("x", narrow ? left : 0).attr("y", narrow ? -12 : 4);
      names.append("tspan").attr("class", "name").text((row) => row.values[0].op);
      names.append("tspan").attr("dx", 6).text((row) => row.values[0].shape + " " + row.values[0].class);
      groups.append("line").attr("class", "grid").attr("x1", left).attr("x2", width - right)
        .attr("y1", narrow ? 3 : 0).attr("y2", narrow ? 3 : 0);
      const marks = groups.append("g").attr("transform", "translate(0," + (narrow ? 3 : 0) + ")")
        .selectAll("g").data((row) => row.values).join("g").attr("class", (each) => colour.get(each.variant));
      marks.append("line").attr("x1", (each) => x(each.low === null ? each.share : each.low))
        .attr("x2", (each) => x(each.high === null ? each.share : each.high)).attr("stroke-width", 2);
      withTip(marks.append("circle").attr("r", 5).attr("cx", (each) => x(each.share))
        .classed("hollow", (each) => each.threads > 1),
        (each) => each.variant + ", " + each.op + " " + each.shape + ": " + percent(each.share) +
          " of the limit with " + each.threads + (each.threads === 1 ? " thread" : " threads"));
    });
  }

  // Roofline: slope and roof per number of threads, a dot per shape and variant.
  function rooflinePlot(figure) {
    const timed = data.speed.filter((each) => each.gflops > 0 && each.intensity > 0);
    const limits = (unit, threads) => data.limits.filter((each) => each.unit === unit && each.threads === threads);
    const roofs = [...new Set(timed.map((each) => each.threads))].sort(d3.ascending)
      .map((threads) => {
        const reads = limits("GB/s", threads);
        const memory = reads.find((each) => each.name === "memory read");
        return { threads, peak: d3.max(limits("GFLOP/s", threads), (each) => each.value),
          memory: memory && memory.value, cache: d3.max(reads, (each) => each.value) };
      })
      .filter((roof) => roof.peak > 0 && roof.memory > 0)
      .sort((a, b) => a.peak - b.peak);
    if (!timed.length || !roofs.length) return;
    legend(figure, data.variants.filter((name) => timed.some((each) => each.variant === name)),
      (name) => colour.get(name));
    responsive(figure, (canvas, width) => {
      const left = 52, right = 16, top = 24, bottom = 40, height = Math.max(300, Math.min(440, width * 0.5));
      const svg = drawing(canvas, width, height, "Roofline");
      const reach = d3.extent(timed, (each) => each.intensity);
      const x = d3.scaleLog().domain([Math.min(reach[0] / 2, 0.1), Math.max(reach[1] * 2, 30)])
        .range([left, width - right]);
      const peak = d3.max(roofs, (roof) => roof.peak);
      const y = d3.scaleLog().domain([d3.min(timed, (each) => each.gflops) / 2, Math.max(peak, d3.max(timed, (each) => each.gflops)) * 1.8])
        .range([height - bottom, top]).clamp(true);
      const powers = (scale) => d3.range(Math.ceil(Math.log10(scale.domain()[0])), Math.floor(Math.log10(scale.domain()[1])) + 1).map((power) => 10 ** power);
      gridLines(svg, x, powers(x), top, height - bottom);
      svg.append("g").selectAll("line").data(powers(y)).join("line").attr("class", "grid")
        .attr("x1", left).attr("x2", width - right).attr("y1", y).attr("y2", y);
      svg.append("g").selectAll("text").data(powers(x)).join("text").attr("x", x)
        .attr("y", height - bottom + 16).attr("text-anchor", "middle").text(d3.format("~r"));
      svg.append("g").selectAll("text").data(powers(y)).join("text").attr("x", left - 6).attr("y", y)
        .attr("dy", "0.35em").attr("text-anchor", "end").text(d3.format("~r"));
      svg.append("text").attr("x", width - right).attr("y", height - 6).attr("text-anchor", "end").text("flop per byte");
      svg.append("text").attr("x", 0).attr("y", 10).text("GFLOP/s");
      const ends = x.domain();
      roofs.forEach((roof, i) => {
        for (const [rate, kind] of [[roof.memory, "roof"], [roof.cache, "roof cached"]]) {
          const corner = roof.peak / rate;
          const path = d3.line().x((intensity) => x(intensity))
            .y((intensity) => y(Math.min(roof.peak, rate * intensity)));
          svg.append("path").attr("class", kind)
            .attr("d", path([ends[0], Math.max(ends[0], corner), ends[1]].sort(d3.ascending)));
        }
        // The label stands above its roof, or below where it would touch the next roof's.
        const isClose = i + 1 < roofs.length && Math.abs(y(roof.peak) - y(roofs[i + 1].peak)) < 34;
        svg.append("text").attr("x", width - right).attr("y", y(roof.peak) + (isClose ? 14 : -5))
          .attr("text-anchor", "end")
          .text(roof.threads + (roof.threads === 1 ? " thread" : " threads"));
      });
      withTip(svg.append("g").selectAll("circle").data(timed).join("circle").attr("r", 5)
        .attr("class", (each) => colour.get(each.variant)).classed("hollow", (each) => each.threads > 1)
        .attr("cx", (each) => x(each.intensity)).attr("cy", (each) => y(each.gflops)),
        (each) => each.variant + ", " + each.op + " " + each.shape + ": " + number(each.gflops) +
          " GFLOP/s at " + number(each.intensity) + " flop per byte");
    });
  }

  function draw(id, plot, has) {
    const figure = document.getElementById(id);
    if (figure && has) plot(figure);
  }
  draw("accuracy-plot", accuracyPlot, data.accuracy.length > 0);
  draw("limit-plot", limitPlot, data.speed.length > 0);
  draw("roofline-plot", rooflinePlot, data.speed.length > 0);
})();
