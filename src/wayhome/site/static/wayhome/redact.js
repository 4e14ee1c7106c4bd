// Words selected in the document's text are put into the form that withholds them.
(() => {
  'use strict';
  const text = document.querySelector('[data-text]');
  const form = document.querySelector('[data-redact]');
  if (!text || !form) return;
  document.addEventListener('selectionchange', () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    // The server counts characters, the browser UTF-16 units.
    const start = Array.from(before.toString()).length;
    form.elements.start.value = String(start);
    form.elements.end.value = String(start + Array.from(range.toString()).length);
    form.elements.quote.value = range.toString();
  });
  form.elements.quote.addEventListener('input', () => {
    form.elements.start.value = '';
    form.elements.end.value = '';
  });
})();
