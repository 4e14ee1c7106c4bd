// Keys of every page: "/" searches, "g" and a letter goes to a room, j and k move along rows, x picks, Enter opens, "?" lists.
// A page with keys of its own listens for the event "wayhome:key" and calls preventDefault() on it to take a key.
(() => {
  'use strict';
  const on = () => document.body.dataset.keys === 'on';
  const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    && !/^(checkbox|radio|button|submit)$/.test(target.type || '');
  let going = 0;

  const rows = () => Array.from(document.querySelectorAll('[data-rows] > *')).filter((row) => row.offsetParent !== null);
  const current = () => document.querySelector('[data-rows] > [data-current]');
  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const now = current();
    const at = now ? all.indexOf(now) : -1;
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    if (now) delete now.dataset.current;
    next.dataset.current = '';
    const link = next.querySelector('a.ttl, a[href]');
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
    return true;
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      document.querySelectorAll('details.switcher[open], details.cite[open]').forEach((open) => {
        open.open = false;
        open.querySelector('summary').focus();
      });
      return;
    }
    if (!on() || typing(event.target) || document.querySelector('dialog[open]')) return;
    const own = new CustomEvent('wayhome:key', { cancelable: true, detail: { key: event.key, event } });
    if (!document.dispatchEvent(own)) {
      event.preventDefault();
      return;
    }
    if (going && Date.now() - going < 1500) {
      going = 0;
      const room = document.querySelector(`.rooms [data-go="${CSS.escape(event.key)}"]`);
      if (room) {
        event.preventDefault();
        window.location.assign(room.href);
        return;
      }
    }
    switch (event.key) {
      case '/': {
        const field = document.getElementById('q');
        const narrow = document.querySelector('.find-go');
        if (field && field.offsetParent !== null) {
          event.preventDefault();
          field.focus();
          field.select();
        } else if (narrow) {
          event.preventDefault();
          window.location.assign(narrow.href);
        }
        break;
      }
      case 'g': going = Date.now(); break;
      case 'j': if (move(1)) event.preventDefault(); break;
      case 'k': if (move(-1)) event.preventDefault(); break;
      case 'x': {
        const box = current() && current().querySelector('input[type="checkbox"]');
        if (box) {
          event.preventDefault();
          box.click();
        }
        break;
      }
      case '?': {
        const sheet = document.getElementById('keysheet');
        if (sheet) {
          event.preventDefault();
          sheet.showModal();
        }
        break;
      }
      default:
    }
  });

  // A click outside closes an open menu or citation.
  document.addEventListener('click', (event) => {
    document.querySelectorAll('details.switcher[open], details.cite[open]').forEach((open) => {
      if (!open.contains(event.target)) open.open = false;
    });
  });
})();
