// SPDX-License-Identifier: Apache-2.0
// The matrix of the audit: which case of an op catches which known mistake.
"use strict";
(function () {
  const { showTip, hideTip, responsive, svg, into } = drawing;
  const opOf = (name) => name.split(/[./]/)[0];

  function killsPlot(figure, [kills]) {
    const ops = [...new Set(kills.mistakes.map((mistake) => opOf(mistake[1])))];
    let chosen = ops[0];
    const select = d3.select(figure).insert("div", ".canvas").attr("class", "controls").append("select")
      .attr("aria-label", "Mistakes of the op");
    select.selectAll("option").data(ops).join("option").text((op) => op);

    const redraw = responsive(figure, (canvas, width) => {
      const mistakes = kills.mistakes.filter((mistake) => opOf(mistake[1]) === chosen);
      const columns = [...new Set(mistakes.flatMap((mistake) => mistake[2]))].sort((a, b) => {
        const own = (i) => (opOf(kills.cases[i]) === chosen ? 0 : 1);
        return own(a) - own(b) || a - b;
      });
      const place = new Map(columns.map((number, i) => [number, i]));
      const left = Math.min(240, width * 0.4), step = 13, top = 22;
      const wide = Math.min(13, (width - left - 8) / Math.max(1, columns.length));
      const root = svg(canvas, width, top + mistakes.length * step + 6, "Which case catches which mistake of " + chosen);
      root.append("text").attr("x", left).attr("y", 12).text(columns.length + " cases");
      const rows = root.append("g").selectAll("g").data(mistakes).join("g")
        .attr("transform", (mistake, i) => "translate(0," + (top + i * step) + ")");
      rows.append("text").attr("x", left - 8).attr("y", step / 2).attr("dy", "0.35em").attr("text-anchor", "end")
        .text((mistake) => mistake[0]).filter(function () { return this.getComputedTextLength() > left - 12; })
        .attr("textLength", left - 12).attr("lengthAdjust", "spacingAndGlyphs");
      // One path for the marks of a row keeps thousands light.
      rows.append("path").attr("class", "kill").attr("d", (mistake) => mistake[2].map((number) =>
        "M" + (left + place.get(number) * wide).toFixed(1) + ",1h" + Math.max(1, wide - 1).toFixed(1) + "v" + (step - 2) +
        "h-" + Math.max(1, wide - 1).toFixed(1) + "z").join(""));
      const describe = (mistake) => mistake[0] + " [" + mistake[1] + "]: caught by " + mistake[2].length + " cases";
      rows.append("rect").attr("width", width).attr("height", step).attr("fill", "transparent")
        .attr("tabindex", 0).attr("role", "img").attr("aria-label", describe)
        .on("mousemove", function (mistake) {
          const number = columns[Math.floor((d3.mouse(this)[0] - left) / wide)];
          const name = number === undefined ? "" : kills.cases[number];
          showTip(describe(mistake) + (name ? "; " + (mistake[2].includes(number) ? "caught by " : "not by ") + name : ""),
            d3.event.clientX, d3.event.clientY);
        })
        .on("mouseleave blur", hideTip)
        .on("focus", function (mistake) {
          const box = this.getBoundingClientRect();
          showTip(describe(mistake), box.left, box.bottom);
        });
    });
    select.on("change", function () {
      chosen = this.value;
      redraw();
    });
  }

  into("kills-plot", page.data.kills ? [page.data.kills] : [], killsPlot);
})();
