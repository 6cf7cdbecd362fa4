// SPDX-License-Identifier: Apache-2.0
// Variants against each other: accuracy against speed, step by step, against size, against threads.
"use strict";
(function () {
  const { colour, dash, sign, inOrder, withTip, number, percent, seconds, legend, responsive, svg,
    gridLines, logTicks, axes, panels, into } = drawing;
  const grouped = (items, key) => d3.nest().key(key).entries(items).map((group) => group.values);
  const padded = (extent, factor) => [extent[0] / factor, extent[1] * factor];
  const at = (x, y) => "translate(" + x + "," + y + ")";

  function tradeoffPlot(figure, items) {
    const known = items.filter((each) => each.share !== null && each.speed[1] > 0);
    legend(figure, known.map((each) => each.variant));
    responsive(figure, (canvas, width) => {
      const speeds = padded(d3.extent(known, (each) => each.speed[1]), 1.7);
      const shares = [Math.min(0.5, d3.min(known, (each) => each.share) / 1.4), Math.max(1, d3.max(known, (each) => each.share)) * 1.25];
      panels(canvas, width, grouped(known, (each) => each.op), "Accuracy against speed, by op",
        (group) => group[0].op, (root, group, frame) => {
          const x = d3.scaleLog().domain(speeds).range([frame.left, frame.right]);
          const y = d3.scaleLog().domain(shares).range([frame.bottom, frame.top]);
          axes(root, frame, { scale: x, ticks: logTicks(x) }, { scale: y, ticks: logTicks(y) },
            ["times as fast as the first", "share of the budget"], [d3.format("~g"), d3.format("~g")]);
          root.append("line").attr("class", "threshold").attr("x1", frame.left).attr("x2", frame.right)
            .attr("y1", y(1)).attr("y2", y(1));
          const ends = root.append("g").selectAll("line").data(group.filter((each) => each.speed[0] > 0 && each.speed[2] > 0));
          ends.join("line").attr("class", (each) => colour(each.variant)).attr("stroke-width", 1.5)
            .attr("x1", (each) => x(Math.max(speeds[0], each.speed[0]))).attr("x2", (each) => x(Math.min(speeds[1], each.speed[2])))
            .attr("y1", (each) => y(each.share)).attr("y2", (each) => y(each.share));
          withTip(root.append("g").selectAll("path").data(group).join("path")
            .attr("class", (each) => colour(each.variant)).attr("d", (each) => sign(each.variant, 70))
            .attr("transform", (each) => at(x(each.speed[1]), y(each.share))),
            (each) => each.variant + ", " + each.op + ": " + number(each.speed[1]) + " times as fast, worst call uses " +
              percent(each.share) + " of its budget");
        });
    });
  }

  function ablationPlot(figure, steps) {
    const present = inOrder(new Set(steps.flatMap((step) => Object.keys(step.seconds))));
    const lines = steps.filter((step) => step.seconds[present[0]] > 0).map((step) => ({
      name: step.op + " " + step.shape,
      points: present.filter((name) => step.seconds[name] > 0)
        .map((name) => ({ variant: name, times: step.seconds[present[0]] / step.seconds[name] })) }));
    const mean = { name: "geometric mean", points: present.map((name) => {
      const times = lines.flatMap((line) => line.points.filter((p) => p.variant === name).map((p) => p.times));
      return { variant: name, times: Math.exp(d3.mean(times, Math.log)) };
    }).filter((p) => p.times > 0) };
    responsive(figure, (canvas, width) => {
      const height = Math.max(300, Math.min(420, width * 0.5));
      const frame = { left: 56, right: width - 40, top: 34, bottom: height - 44 };
      const root = svg(canvas, width, height, "Times as fast as the first variant, step by step");
      const x = d3.scalePoint().domain(present).range([frame.left + 10, frame.right]);
      const all = lines.flatMap((line) => line.points).map((p) => p.times);
      const y = d3.scaleLog().domain([Math.min(0.8, d3.min(all)), d3.max(all) * 1.3]).range([frame.bottom, frame.top]);
      axes(root, frame, { scale: x, ticks: present }, { scale: y, ticks: logTicks(y) },
        ["variant", "times as fast"], [(name) => name, d3.format("~g")]);
      const path = d3.line().x((p) => x(p.variant)).y((p) => y(p.times));
      root.append("g").attr("fill", "none").selectAll("path").data(lines).join("path").attr("class", "thread")
        .attr("d", (line) => path(line.points));
      root.append("path").attr("class", "mean").attr("fill", "none").attr("d", path(mean.points));
      const points = lines.concat(mean).flatMap((line) => line.points.map((p) => Object.assign({ line: line.name }, p)));
      withTip(root.append("g").selectAll("path").data(points).join("path")
        .attr("class", (p) => colour(p.variant)).attr("d", (p) => sign(p.variant, p.line === mean.name ? 110 : 30))
        .attr("transform", (p) => at(x(p.variant), y(p.times))),
        (p) => p.line + ", " + p.variant + ": " + number(p.times) + " times as fast as " + present[0]);
    });
  }

  /// Families of lines, a panel each. `value` gives the three values of a point.
  function linesPlot(figure, curves, settings) {
    legend(figure, curves.map((curve) => curve.variant));
    responsive(figure, (canvas, width) => {
      panels(canvas, width, grouped(curves, settings.family), settings.label, settings.title, (root, group, frame) => {
        const points = group.flatMap((curve) => curve.points.map(([where, value]) =>
          ({ curve, where, low: value[0], middle: value[1], high: value[2] })));
        const x = d3.scaleLog().domain(padded(d3.extent(points, (p) => p.where), 1.15)).range([frame.left, frame.right]);
        const y = d3.scaleLog().domain(padded(d3.extent(points, (p) => p.middle), 1.4)).range([frame.bottom, frame.top]);
        const places = [...new Set(points.map((p) => p.where))].sort(d3.ascending);
        const ticks = places.length <= 8 ? places : logTicks(x);
        axes(root, frame, { scale: x, ticks }, { scale: y, ticks: logTicks(y) },
          settings.names(group[0]), [d3.format("~r"), settings.format]);
        if (settings.perfect) {
          const most = Math.min(d3.max(places), y.domain()[1]);
          root.append("line").attr("class", "roof cached").attr("x1", x(1)).attr("y1", y(1)).attr("x2", x(most)).attr("y2", y(most));
        }
        root.append("g").attr("fill", "none").selectAll("path").data(group).join("path")
          .attr("class", (curve) => "curve " + colour(curve.variant)).attr("stroke-dasharray", (curve) => dash(curve.variant))
          .attr("d", (curve) => d3.line().x((p) => x(p[0])).y((p) => y(p[1][1]))(curve.points));
        withTip(root.append("g").selectAll("path").data(points).join("path")
          .attr("class", (p) => colour(p.curve.variant)).attr("d", (p) => sign(p.curve.variant, 40))
          .attr("transform", (p) => at(x(p.where), y(p.middle))), settings.tip);
      });
    });
  }

  const speeds = page.data;
  into("tradeoff-plot", speeds.tradeoff, tradeoffPlot);
  into("ablation-plot", speeds.steps, ablationPlot);
  into("growth-plot", speeds.growth, (figure, curves) => linesPlot(figure, curves, {
    label: "Time per call by size",
    family: (curve) => [curve.op, curve.axis, curve.fixed].join("\n"),
    title: (group) => group[0].op + " against " + group[0].axis,
    names: (curve) => [curve.axis, "seconds per call"],
    format: (value) => seconds(value),
    tip: (p) => p.curve.variant + ", " + p.curve.op + " with " + p.curve.axis + " " + p.where + ": " + seconds(p.middle),
  }));
  into("threads-plot", speeds.threads, (figure, curves) => linesPlot(figure, curves, {
    label: "Speed-up by threads",
    family: (curve) => curve.op,
    title: (group) => group[0].op,
    names: () => ["threads", "times as fast"],
    format: d3.format("~g"),
    perfect: true,
    tip: (p) => p.curve.variant + ", " + p.curve.op + " " + p.curve.fixed + ": " + number(p.middle) + " times as fast with " +
      p.where + (p.where === 1 ? " thread" : " threads"),
  }));
})();
