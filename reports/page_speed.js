// SPDX-License-Identifier: Apache-2.0
// Timings against what the machine itself can do.
"use strict";
(function () {
  const { colour, sign, withTip, number, percent, legend, responsive, svg, gridLines, into } = drawing;

  // Share of the machine's limit: a row per shape, a dot per variant.
  function limitPlot(figure, timed) {
    const rows = d3.nest().key((each) => each.op + " " + each.shape + " " + each.class).entries(timed);
    legend(figure, timed.map((each) => each.variant));
    responsive(figure, (canvas, width) => {
      const narrow = width < 560;
      const left = narrow ? 8 : 250, right = 20, step = narrow ? 42 : 27, top = 24;
      const height = top + rows.length * step + 8;
      const root = svg(canvas, width, height, "Share of the machine's limit by shape and variant");
      const most = Math.max(1, d3.max(timed, (each) => each.share));
      const x = d3.scaleLinear().domain([0, most]).range([left, width - right]);
      const ticks = x.ticks(narrow ? 4 : 6);
      gridLines(root, x, ticks, top - 4, height);
      root.append("g").selectAll("text").data(ticks).join("text").attr("x", x).attr("y", 12)
        .attr("text-anchor", "middle").text(d3.format(".0%"));
      const groups = root.append("g").selectAll("g").data(rows).join("g")
        .attr("transform", (row, i) => "translate(0," + (top + (i + 0.5) * step) + ")");
      const names = groups.append("text").attr("x", narrow ? left : 0).attr("y", narrow ? -12 : 4);
      names.append("tspan").attr("class", "name").text((row) => row.values[0].op);
      names.append("tspan").attr("dx", 6).text((row) => row.values[0].shape + " " + row.values[0].class);
      groups.append("line").attr("class", "grid").attr("x1", left).attr("x2", width - right)
        .attr("y1", narrow ? 3 : 0).attr("y2", narrow ? 3 : 0);
      const marks = groups.append("g").attr("transform", "translate(0," + (narrow ? 3 : 0) + ")")
        .selectAll("g").data((row) => row.values).join("g").attr("class", (each) => colour(each.variant));
      marks.append("line").attr("x1", (each) => x(each.low === null ? each.share : each.low))
        .attr("x2", (each) => x(each.high === null ? each.share : each.high)).attr("stroke-width", 2);
      withTip(marks.append("path").attr("d", (each) => sign(each.variant))
        .attr("transform", (each) => "translate(" + x(each.share) + ",0)")
        .classed("hollow", (each) => each.threads > 1),
        (each) => each.variant + ", " + each.op + " " + each.shape + ": " + percent(each.share) +
          " of the limit with " + each.threads + (each.threads === 1 ? " thread" : " threads"));
    });
  }

  // Roofline: slope and roof per number of threads, a dot per shape and variant.
  function rooflinePlot(figure, timed) {
    const limits = (unit, threads) => page.data.limits.filter((each) => each.unit === unit && each.threads === threads);
    // One for each number of threads and each class whose arithmetic has a rate of its own.
    const kinds = d3.flatGroup(timed, (each) => each.threads, (each) => each.roof);
    const severalRates = new Set(kinds.map(([threads]) => threads)).size < kinds.length;
    const roofs = kinds.map(([threads, peak, those]) => {
        const reads = limits("GB/s", threads);
        const memory = reads.find((each) => each.name === "memory read");
        return { threads, peak, classes: severalRates ? [...new Set(those.map((each) => each.class))].join(", ") + ", " : "",
          memory: memory && memory.value, cache: d3.max(reads, (each) => each.value) };
      })
      .filter((roof) => roof.peak > 0 && roof.memory > 0)
      .sort((a, b) => a.peak - b.peak);
    if (!timed.length || !roofs.length) return;
    legend(figure, timed.map((each) => each.variant));
    responsive(figure, (canvas, width) => {
      const left = 52, right = 16, top = 24, bottom = 40, height = Math.max(300, Math.min(440, width * 0.5));
      const root = svg(canvas, width, height, "Roofline");
      const reach = d3.extent(timed, (each) => each.intensity);
      const x = d3.scaleLog().domain([Math.min(reach[0] / 2, 0.1), Math.max(reach[1] * 2, 30)])
        .range([left, width - right]);
      const peak = d3.max(roofs, (roof) => roof.peak);
      const y = d3.scaleLog().domain([d3.min(timed, (each) => each.gflops) / 2, Math.max(peak, d3.max(timed, (each) => each.gflops)) * 1.8])
        .range([height - bottom, top]).clamp(true);
      const powers = (scale) => d3.range(Math.ceil(Math.log10(scale.domain()[0])), Math.floor(Math.log10(scale.domain()[1])) + 1).map((power) => 10 ** power);
      gridLines(root, x, powers(x), top, height - bottom);
      root.append("g").selectAll("line").data(powers(y)).join("line").attr("class", "grid")
        .attr("x1", left).attr("x2", width - right).attr("y1", y).attr("y2", y);
      root.append("g").selectAll("text").data(powers(x)).join("text").attr("x", x)
        .attr("y", height - bottom + 16).attr("text-anchor", "middle").text(d3.format("~r"));
      root.append("g").selectAll("text").data(powers(y)).join("text").attr("x", left - 6).attr("y", y)
        .attr("dy", "0.35em").attr("text-anchor", "end").text(d3.format("~r"));
      root.append("text").attr("x", width - right).attr("y", height - 6).attr("text-anchor", "end").text("flop per byte");
      root.append("text").attr("x", 0).attr("y", 10).text("GFLOP/s");
      const ends = x.domain();
      roofs.forEach((roof, i) => {
        for (const [rate, kind] of [[roof.memory, "roof"], [roof.cache, "roof cached"]]) {
          const corner = roof.peak / rate;
          const path = d3.line().x((intensity) => x(intensity))
            .y((intensity) => y(Math.min(roof.peak, rate * intensity)));
          root.append("path").attr("class", kind)
            .attr("d", path([ends[0], Math.max(ends[0], corner), ends[1]].sort(d3.ascending)));
        }
        // The label stands above its roof, or below where it would touch the next roof's.
        const isClose = i + 1 < roofs.length && Math.abs(y(roof.peak) - y(roofs[i + 1].peak)) < 34;
        root.append("text").attr("x", width - right).attr("y", y(roof.peak) + (isClose ? 14 : -5))
          .attr("text-anchor", "end")
          .text(roof.classes + roof.threads + (roof.threads === 1 ? " thread" : " threads"));
      });
      withTip(root.append("g").selectAll("path").data(timed).join("path").attr("d", (each) => sign(each.variant))
        .attr("class", (each) => colour(each.variant)).classed("hollow", (each) => each.threads > 1)
        .attr("transform", (each) => "translate(" + x(each.intensity) + "," + y(each.gflops) + ")"),
        (each) => each.variant + ", " + each.op + " " + each.shape + ": " + number(each.gflops) +
          " GFLOP/s at " + number(each.intensity) + " flop per byte");
    });
  }

  into("limit-plot", page.data.speed.filter((each) => each.share !== null), limitPlot);
  into("roofline-plot", page.data.speed.filter((each) => each.gflops > 0 && each.intensity > 0), rooflinePlot);
})();
