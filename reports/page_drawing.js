// SPDX-License-Identifier: Apache-2.0
// What all plots share: signs of the variants, tips, axes, legends. Colours are classes of the
// style sheet, so that light and dark follow the reader; each variant has a shape and a dash of its
// own as well.
"use strict";
const drawing = (function () {
  const tip = document.getElementById("tip");
  const order = new Map(page.data.variants.map((name, i) => [name, i]));
  const dashes = [null, "6 3", "2 3", "9 3 2 3", "12 4", "1 4", "5 2 1 2 1 2"];

  const colour = (variant) => "c" + (order.get(variant) % 8);
  const dash = (variant) => dashes[order.get(variant) % dashes.length];
  const sign = (variant, size) =>
    d3.symbol().type(d3.symbols[order.get(variant) % d3.symbols.length]).size(size || 56)();
  const inOrder = (names) => page.data.variants.filter((name) => names.has(name));

  function showTip(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - box.width - 4)) + "px";
    tip.style.top = (y + box.height + 24 > innerHeight ? y - box.height - 12 : y + 14) + "px";
  }
  const hideTip = () => (tip.hidden = true);
  const tipBeside = (element, text) => {
    const box = element.getBoundingClientRect();
    showTip(text, box.right, box.bottom);
  };
  // The keyboard brings its mark into view, and the tip goes with it; under the mouse the mark left.
  addEventListener("scroll", () => {
    const focused = document.activeElement;
    if (!tip.hidden && focused && focused.matches(":focus-visible.mark")) tipBeside(focused, tip.textContent);
    else hideTip();
  }, { passive: true });
  addEventListener("keydown", (event) => event.key === "Escape" && hideTip());

  /// Marks that tell what they are, to the mouse and to the keyboard.
  function withTip(marks, text) {
    marks
      .classed("mark", true)
      .attr("tabindex", 0)
      .attr("role", "img")
      .attr("aria-label", text)
      .on("mousemove", function (datum) { showTip(text(datum), d3.event.clientX, d3.event.clientY); })
      .on("mouseleave blur", hideTip)
      .on("focus", function (datum) { tipBeside(this, text(datum)); });
  }

  const number = (value) => (value === null || value === Infinity ? "\u221e" : d3.format(".3~g")(value));
  const percent = (value) => d3.format(value < 0.0995 ? ".1%" : ".0%")(value);
  function seconds(value) {
    const [scale, unit] = value < 1e-6 ? [1e9, "ns"] : value < 1e-3 ? [1e6, "us"]
      : value < 1 ? [1e3, "ms"] : [1, "s"];
    return d3.format(".3~g")(value * scale) + " " + unit;
  }

  function legend(figure, variants) {
    const items = d3.select(figure).insert("ul", ".canvas").attr("class", "legend")
      .selectAll("li").data(inOrder(new Set(variants))).join("li");
    const signs = items.append("svg").attr("viewBox", "-16 -6 32 12").attr("aria-hidden", "true");
    signs.append("line").attr("x1", -16).attr("x2", 16).attr("class", colour).attr("stroke-width", 1.5)
      .attr("stroke-dasharray", dash);
    signs.append("path").attr("d", (name) => sign(name)).attr("class", colour);
    items.append("span").text((name) => name);
  }

  /// Draws now and whenever the width changes; gives a function that draws again.
  function responsive(figure, draw) {
    figure.hidden = false;
    const canvas = figure.querySelector(".canvas");
    let width = 0;
    function redraw() {
      canvas.textContent = "";
      if (width > 0) draw(d3.select(canvas), width);
    }
    new ResizeObserver(() => {
      const now = Math.floor(canvas.clientWidth);
      if (now === width || now === 0) return;
      width = now;
      redraw();
    }).observe(canvas);
    return redraw;
  }

  function svg(canvas, width, height, label) {
    return canvas.append("svg").attr("viewBox", [0, 0, width, height])
      .attr("width", width).attr("height", height).attr("role", "group").attr("aria-label", label);
  }

  function gridLines(root, scale, ticks, top, bottom) {
    root.append("g").selectAll("line").data(ticks).join("line").attr("class", "grid")
      .attr("x1", scale).attr("x2", scale).attr("y1", top).attr("y2", bottom);
  }

  /// Whole powers of ten within the domain; of a short one also 2 and 5 times them.
  function logTicks(scale) {
    const [low, high] = scale.domain();
    const powers = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
    const inside = (value) => value >= low * 0.999 && value <= high * 1.001;
    const whole = powers.map((power) => 10 ** power).filter(inside);
    if (whole.length > 2) return whole;
    return powers.flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)).filter(inside);
  }

  /// Two axes with their lines, ticks and names; frame has left, right, top, bottom. A format of
  /// null leaves a tick without text.
  function axes(root, frame, x, y, names, formats) {
    gridLines(root, x.scale, x.ticks, frame.top, frame.bottom);
    root.append("g").selectAll("line").data(y.ticks).join("line").attr("class", "grid")
      .attr("x1", frame.left).attr("x2", frame.right).attr("y1", y.scale).attr("y2", y.scale);
    root.append("g").selectAll("text").data(x.ticks).join("text").attr("x", x.scale)
      .attr("y", frame.bottom + 15).attr("text-anchor", "middle").text(formats[0]);
    root.append("g").selectAll("text").data(y.ticks).join("text").attr("x", frame.left - 6)
      .attr("y", y.scale).attr("dy", "0.35em").attr("text-anchor", "end").text(formats[1]);
    root.append("text").attr("x", frame.right).attr("y", frame.bottom + 31).attr("text-anchor", "end")
      .text(names[0]);
    root.append("text").attr("x", frame.left - 40).attr("y", frame.top - 9).text(names[1]);
  }

  /// A small drawing per group, in as many columns as fit. `draw(root, group, frame)` gets a frame
  /// of its own; `title(group)` stands above it.
  function panels(canvas, width, groups, label, title, draw) {
    const columns = Math.max(1, Math.min(groups.length, Math.floor(width / 300)));
    const wide = Math.floor(width / columns), high = 238;
    const root = svg(canvas, width, high * Math.ceil(groups.length / columns), label);
    groups.forEach((group, i) => {
      const panel = root.append("g").attr("role", "group").attr("aria-label", title(group))
        .attr("transform", "translate(" + (i % columns) * wide + "," + Math.floor(i / columns) * high + ")");
      panel.append("text").attr("class", "name").attr("x", 4).attr("y", 14).text(title(group))
        .filter(function () { return this.getComputedTextLength() > wide - 12; })
        .attr("textLength", wide - 12).attr("lengthAdjust", "spacingAndGlyphs");
      draw(panel, group, { left: 48, right: wide - 22, top: 42, bottom: high - 44 });
    });
  }

  /// Draws into the figure of this id, if there is one and there is something to draw.
  function into(id, items, plot) {
    const figure = document.getElementById(id);
    if (figure && items.length > 0) plot(figure, items);
  }

  return { colour, dash, sign, inOrder, showTip, hideTip, withTip, number, percent, seconds, legend,
    responsive, svg, gridLines, logTicks, axes, panels, into };
})();
