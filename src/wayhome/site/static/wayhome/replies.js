// Linking a reply to asks: cite the words selected in the reply, take a suggestion into the form, keys c and u.
// Without script a suggestion is a link and words are pasted into the field; this only saves steps.
(() => {
  'use strict';
  const letter = () => document.getElementById('reply-text');
  let selected = null; // the last selection inside the reply: {start, end, words}; start and end count code points of the text

  const points = (text) => Array.from(text).length;

  // Offset in the document's text of a place in the page: the stretch it lies in says where it begins.
  function offset(node, at) {
    let element = node;
    let text = '';
    if (node.nodeType === Node.TEXT_NODE) {
      element = node.parentElement;
      text = node.data.slice(0, at);
    } else {
      const child = node.childNodes[at];
      const next = child && (child.nodeType === Node.ELEMENT_NODE ? child.closest('[data-s]') || child.querySelector('[data-s]') : null);
      if (next) return Number(next.dataset.s);
    }
    const stretch = element && element.closest('[data-s]');
    if (!stretch) return null;
    let before = 0;
    const walker = document.createTreeWalker(stretch, NodeFilter.SHOW_TEXT);
    for (let here = walker.nextNode(); here && here !== node; here = walker.nextNode()) before += points(here.data);
    return Number(stretch.dataset.s) + before + points(text);
  }

  document.addEventListener('selectionchange', () => {
    const selection = document.getSelection();
    const box = letter();
    if (!box || !selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!box.contains(range.commonAncestorContainer)) return;
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    selected = start !== null && end !== null && end > start ? { start, end, words: selection.toString() } : null;
    document.querySelectorAll('[data-cite]').forEach((button) => { button.hidden = selected === null; });
  });

  const field = (row, name) => row.querySelector(`[name="a${row.dataset.ask}-${name}"]`);

  function write(row, values) {
    Object.entries(values).forEach(([name, value]) => {
      const input = field(row, name);
      if (!input) return;
      input.value = value;
      if (name === 'effect') input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }

  function cite(row) {
    if (!selected || !row || !field(row, 'quote')) return false;
    write(row, { quote: selected.words, start: selected.start, end: selected.end });
    field(row, 'quote').focus();
    return true;
  }

  document.addEventListener('click', (event) => {
    const take = event.target.closest('[data-take]');
    if (take) {
      event.preventDefault();
      const { effect, start, end, due, quote } = take.dataset;
      const row = take.closest('[data-ask]');
      write(row, { effect, quote, start, end, due_on: due });
      field(row, 'effect').focus();
      return;
    }
    const button = event.target.closest('[data-cite]');
    if (button) cite(button.closest('[data-ask]'));
  });

  // Words changed by hand are looked up in the text again.
  document.addEventListener('input', (event) => {
    const row = event.target.name && event.target.name.endsWith('-quote') && event.target.closest('[data-ask]');
    if (row) write(row, { start: '', end: '' });
  });

  document.addEventListener('wayhome:key', (event) => {
    if (event.detail.key === 'c') {
      const row = document.querySelector('[data-ask][data-current]') || document.querySelector('[data-ask]:not(.decided)');
      if (cite(row)) event.preventDefault();
    } else if (event.detail.key === 'u') {
      const undo = document.querySelector('[data-key="u"]');
      if (undo) {
        event.preventDefault();
        undo.click();
      }
    }
  });
})();
