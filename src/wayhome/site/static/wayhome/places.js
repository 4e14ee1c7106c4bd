// Places people wrote: a digit chooses the area with this number, outside fields and with single keys switched on.
(() => {
  'use strict';
  document.addEventListener('keydown', (event) => {
    if (document.body.dataset.keys !== 'on' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, select, textarea, [contenteditable]')) return;
    if (!/^[0-9]$/.test(event.key)) return;
    const button = document.querySelector(`[data-choice="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
