// Picks of the docket: marks the rows, counts them, shows the bar of steps only when something is picked. Works without: the bar is
// always there then. "*" picks all rows of the page.
(() => {
  'use strict';
  function refresh(form) {
    const boxes = Array.from(form.querySelectorAll('tbody .pick input'));
    const picked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest('tr').classList.toggle('picked', box.checked));
    const bar = form.querySelector('.bulkbar');
    if (bar) {
      bar.hidden = picked.length === 0;
      const count = bar.querySelector('[data-picked]');
      count.textContent = picked.length === 1 ? count.dataset.one : count.dataset.many.replace('{n}', String(picked.length));
    }
    const all = form.querySelector('[data-pick-all]');
    if (all) {
      all.checked = boxes.length > 0 && picked.length === boxes.length;
      all.indeterminate = picked.length > 0 && picked.length < boxes.length;
    }
  }
  const forms = () => document.querySelectorAll('form[data-picks]');
  document.addEventListener('change', (event) => {
    const form = event.target.closest && event.target.closest('form[data-picks]');
    if (!form) return;
    if (event.target.matches('[data-pick-all]')) {
      form.querySelectorAll('tbody .pick input').forEach((box) => { box.checked = event.target.checked; });
    }
    refresh(form);
  });
  document.addEventListener('reset', (event) => {
    if (event.target.matches('form[data-picks]')) setTimeout(() => refresh(event.target));
  });
  document.addEventListener('wayhome:key', (event) => {
    const form = document.querySelector('form[data-picks]');
    if (event.detail.key !== '*' || !form) return;
    event.preventDefault();
    const all = form.querySelector('[data-pick-all]');
    if (all) all.click();
  });
  document.addEventListener('htmx:afterSettle', () => forms().forEach(refresh));
  forms().forEach(refresh);
})();
