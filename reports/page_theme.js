// SPDX-License-Identifier: Apache-2.0
// Dark and light: as the reader's system has it, until the button says otherwise.
"use strict";
(function () {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  // Storage may be forbidden, as for files in some browsers; then the choice lasts for this visit.
  function remember(theme) {
    try {
      localStorage.setItem("assay-theme", theme);
    } catch (error) {
      return;
    }
  }
  function remembered() {
    try {
      return localStorage.getItem("assay-theme");
    } catch (error) {
      return null;
    }
  }
  function label() {
    button.textContent = isDark() ? "\u2600 Light" : "\u263E Dark";
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  }
  const before = remembered();
  if (before === "dark" || before === "light") root.dataset.theme = before;
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember(root.dataset.theme);
    label();
  });
  system.addEventListener("change", label);
  label();
})();
