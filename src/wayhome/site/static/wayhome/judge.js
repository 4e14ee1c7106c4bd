// The pair page: 1 to 4 answer, n skips.
(() => {
  'use strict';
  document.addEventListener('wayhome:key', (event) => {
    const key = event.detail.key;
    if (!/^[1-4n]$/.test(key)) return;
    const target = document.querySelector(`[data-key="${key}"]:not([disabled])`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
