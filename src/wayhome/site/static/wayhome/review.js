// Review: keys, the open proposal, words selected in the document. Confirming and rejecting work without it.
(() => {
  'use strict';
  const review = document.querySelector('.review');
  if (!review) return;
  review.classList.add('live');
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const panel = () => document.getElementById('proposals');
  const letter = () => document.getElementById('letter');
  const list = () => $('ol', panel());
  const cards = () => $$('.proposal', panel());
  const current = () => $('.proposal[aria-current]', panel());
  const picked = document.getElementById('picked');
  let scrolled = 0;
  let selection = null;

  // The open proposal

  function mark(card) {
    const key = card ? card.dataset.p : '';
    for (const one of cards()) {
      if (one === card) one.setAttribute('aria-current', 'true');
      else one.removeAttribute('aria-current');
      const number = $('.pno', one);
      number.classList.toggle('now', one === card);
      number.classList.toggle('done', one !== card && one.dataset.state !== 'open');
    }
    for (const one of $$('.passage, .pno', letter())) {
      const on = one.dataset.p === key;
      if (one.matches('.passage')) {
        if (on) one.setAttribute('aria-current', 'true');
        else one.removeAttribute('aria-current');
      } else {
        const state = $(`.proposal[data-p="${one.dataset.p}"]`, panel());
        one.classList.toggle('now', on);
        one.classList.toggle('done', !on && !!state && state.dataset.state !== 'open');
      }
    }
  }

  function show(card, { text = true, focus = true } = {}) {
    if (!card) return;
    mark(card);
    if (focus) card.focus({ preventScroll: true });
    const frame = list();
    if (frame && frame.scrollHeight > frame.clientHeight + 2) {
      const top = card.offsetTop - frame.offsetTop;
      if (top < frame.scrollTop || top + card.offsetHeight > frame.scrollTop + frame.clientHeight) {
        frame.scrollTop = Math.max(0, top - frame.clientHeight / 4);
      }
    } else {
      card.scrollIntoView({ block: 'nearest' });
    }
    const place = document.getElementById(`p${card.dataset.p}`);
    const wide = window.matchMedia('(min-width: 60rem)').matches;
    if (text && wide && place) {
      const box = place.getBoundingClientRect();
      if (box.top < 80 || box.bottom > window.innerHeight - 60) place.scrollIntoView({ block: 'center' });
    }
  }

  function move(step) {
    const all = cards();
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    if (next) show(next);
    return !!next;
  }

  function press(key) {
    const form = $('form.correct, form.step', panel());
    if (key === 'Escape') {
      const back = $('[data-key="Escape"]', panel());
      if (back) back.click();
      return !!back;
    }
    if (form && 'esmx'.includes(key)) return false;
    const card = current();
    const button = (card && $(`[data-key="${key}"]`, card)) || $(`.tools [data-key="${key}"]`, panel());
    if (button) button.click();
    return !!button;
  }

  document.addEventListener('wayhome:key', (event) => {
    const { key, event: cause } = event.detail;
    const onControl = cause.target.closest && cause.target.closest('a[href], button, summary, input, select');
    let taken = false;
    if (key === 'j' || key === 'k') taken = move(key === 'j' ? 1 : -1);
    else if (key === 'Enter') taken = !onControl && press('Enter');
    else if (key === 'a' && selection) {
      addAs('ask');
      taken = true;
    } else if ('esmxau'.includes(key) && key.length === 1) taken = press(key);
    if (taken) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel().contains(document.activeElement) && press('Escape')) event.preventDefault();
  });

  document.addEventListener('click', (event) => {
    const fill = event.target.closest('[data-fill]');
    if (fill) {
      let field = fill.closest('.help').previousElementSibling;
      while (field && field.type === 'hidden') field = field.previousElementSibling;
      if (field) field.value = fill.dataset.fill;
      return;
    }
    const number = event.target.closest('.letter .pno, .letter .passage');
    if (number && (number.matches('.pno') || window.getSelection().isCollapsed) && !$('form.correct, form.step', panel())) {
      const card = document.getElementById(`r${number.dataset.p}`);
      if (card) {
        event.preventDefault();
        show(card, { text: false });
      }
      return;
    }
    const opener = event.target.closest('[data-open]');
    const card = event.target.closest('.proposal');
    if (card && panel().contains(card) && (opener || !event.target.closest('a, button, input, select, textarea, summary, label'))) {
      if (opener) event.preventDefault();
      if (card !== current()) show(card);
    }
  });

  // Words of the document: every piece of text stands in a span that carries its offset, counted in characters of the text

  const characters = (text) => Array.from(text).length;

  function offsets(range) {
    const pieces = $$('[data-s]', letter()).filter((span) => range.intersectsNode(span));
    let start = null;
    let end = null;
    let quote = '';
    let paragraph = null;
    for (const span of pieces) {
      const node = span.firstChild;
      if (!node) continue;
      const from = node === range.startContainer ? range.startOffset : 0;
      const to = node === range.endContainer ? range.endOffset : node.data.length;
      if (range.comparePoint(node, node.data.length) < 0 || range.comparePoint(node, 0) > 0 || to <= from) continue;
      const base = Number(span.dataset.s);
      if (start === null) start = base + characters(node.data.slice(0, from));
      end = base + characters(node.data.slice(0, to));
      const here = span.closest('p');
      if (paragraph && here !== paragraph) quote += ' ';
      paragraph = here;
      quote += node.data.slice(from, to);
    }
    return start === null ? null : { start, end, quote };
  }

  function chosen() {
    const picks = window.getSelection();
    if (!picks.rangeCount || picks.isCollapsed) return null;
    const range = picks.getRangeAt(0);
    if (!letter().contains(range.commonAncestorContainer)) return null;
    const found = offsets(range);
    return found && found.quote.trim() ? found : null;
  }

  function target() {
    return $('form[data-editing], form[data-adding]', panel());
  }

  function onSelect() {
    const split = $('form[data-splitting]', panel());
    if (split) {
      cut(split);
      return;
    }
    const found = chosen();
    if (!found) {
      if (!picked.contains(document.activeElement)) hide();
      return;
    }
    selection = found;
    const words = found.quote.replace(/\s+/g, ' ').trim();
    $('.words', picked).textContent = words.length > 90 ? `${words.slice(0, 60)} … ${words.slice(-25)}` : words;
    $('.use', picked).hidden = !target();
    $('.add-as', picked).hidden = !!target();
    picked.hidden = false;
  }

  function hide() {
    selection = null;
    picked.hidden = true;
  }

  // A click into the passage of the proposal that is split: the second part begins at the word clicked
  function cut(form) {
    const picks = window.getSelection();
    const node = picks.anchorNode;
    const span = node && node.nodeType === 3 && node.parentElement.closest('[data-s]');
    if (!span || !letter().contains(span)) return;
    const passage = span.closest(`.passage[data-p="${form.elements.proposal.value}"]`);
    if (!passage) return;
    const before = node.data.slice(0, picks.anchorOffset);
    const word = before.length - (before.match(/\S*$/) || [''])[0].length;
    const at = Number(span.dataset.s) + characters(node.data.slice(0, word));
    form.elements.cut.value = at;
    form.elements.second.value = node.data.slice(word).split(/\s+/).slice(0, 5).join(' ').trim();
  }

  let timer = 0;
  document.addEventListener('selectionchange', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(onSelect, 120);
  });

  function addAs(kind) {
    if (!selection) return;
    const values = { kind, ...selection };
    hide();
    window.getSelection().removeAllRanges();
    window.htmx.ajax('POST', review.dataset.add, { source: '#proposals', target: '#proposals', swap: 'outerHTML', values });
  }

  picked.addEventListener('mousedown', (event) => event.preventDefault());
  picked.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.kind) addAs(button.dataset.kind);
    else if (button.matches('.use') && selection && target()) {
      const form = target();
      form.elements.quote.value = selection.quote.replace(/\s+/g, ' ').trim();
      form.elements.start.value = selection.start;
      form.elements.end.value = selection.end;
      hide();
      window.getSelection().removeAllRanges();
      form.elements.quote.focus();
    } else {
      hide();
      window.getSelection().removeAllRanges();
    }
  });
  document.addEventListener('input', (event) => {
    if (event.target.name === 'quote' && event.target.form.elements.start) {
      event.target.form.elements.start.value = '';
      event.target.form.elements.end.value = '';
    }
    if (event.target.name === 'second') event.target.form.elements.cut.value = '';
  });

  // Exchange with the server

  document.body.addEventListener('htmx:configRequest', (event) => {
    const from = event.detail.elt;
    const card = current();
    if (card && from.closest && from.closest('.tools')) event.detail.parameters.at = card.dataset.p;
  });
  document.body.addEventListener('htmx:beforeSwap', (event) => {
    if ([403, 409, 413, 422].includes(event.detail.xhr.status) && event.detail.xhr.responseText.includes('id="proposals"')) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
    if (list()) scrolled = list().scrollTop;
  });
  document.body.addEventListener('htmx:afterSettle', (event) => {
    if (event.target.id !== 'proposals' && event.detail.target && event.detail.target.id !== 'proposals') return;
    if (list()) list().scrollTop = scrolled;
    const said = panel().dataset.said;
    if (said) document.getElementById('said').textContent = said;
    const form = $('form.correct, form.step', panel());
    show(current(), { focus: !form });
    if (form) {
      const first = $('[autofocus], textarea:not([name="quote"]), input:not([type="hidden"]), select', form);
      if (first) first.focus();
      form.scrollIntoView({ block: 'nearest' });
    }
    hide();
  });

  if (window.location.search.includes('at=')) show(current(), { focus: false });
  else mark(current());
})();
