// Runs before the first paint, as a file of its own because the page's policy allows no inline
// script: the remembered theme and language must not flash in after the default ones.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("signalbox.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    var lang = localStorage.getItem("signalbox.lang") || navigator.language;
    root.lang = /^zh/i.test(lang) ? "zh-CN" : "en";
  } catch {
    // Storage may be forbidden; the defaults are fine.
  }
})();
