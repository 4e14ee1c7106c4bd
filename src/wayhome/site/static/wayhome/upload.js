// Drop zone: each file is sent by itself, with its progress; without it the form sends all files at once.
(() => {
  'use strict';
  const form = document.getElementById('upload');
  const drop = document.getElementById('drop');
  const input = document.getElementById('files');
  const rows = document.getElementById('uploads');
  if (!form || !drop || !window.FormData) return;
  const most = Number(form.dataset.most);
  const waiting = [];
  let busy = 0;

  function line(name) {
    const item = document.createElement('li');
    const label = document.createElement('bdi');
    label.className = 'name';
    label.textContent = name;
    const bar = document.createElement('progress');
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', name);
    item.append(label, ' ', bar);
    rows.prepend(item);
    return { item, bar, name };
  }

  function fail(row, problem, remedy) {
    const chip = document.createElement('span');
    chip.className = 'chip late';
    chip.textContent = form.dataset.notAdded;
    const words = document.createElement('span');
    words.className = 'second';
    words.textContent = `${problem} ${remedy}`;
    row.bar.remove();
    row.item.prepend(chip, ' ');
    row.item.append(' ', words);
  }

  function send(row, data) {
    busy += 1;
    const request = new XMLHttpRequest();
    request.open('POST', form.action || window.location.href);
    request.setRequestHeader('HX-Request', 'true');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) row.bar.value = event.loaded / event.total;
    });
    request.addEventListener('loadend', () => {
      busy -= 1;
      if (request.status === 200) {
        const holder = document.createElement('template');
        holder.innerHTML = request.responseText;
        const items = Array.from(holder.content.querySelectorAll('li'));
        row.item.replaceWith(...items);
        items.forEach((item) => window.htmx && window.htmx.process(item));
      } else {
        fail(row, form.dataset.broken, form.dataset.again);
      }
      next();
    });
    request.send(data);
  }

  function next() {
    while (busy < 2 && waiting.length) {
      const { row, data } = waiting.shift();
      send(row, data);
    }
  }

  function take(files) {
    for (const file of files) {
      const row = line(file.name);
      if (file.size > most) {
        fail(row, form.dataset.tooLarge, form.dataset.remedy);
        continue;
      }
      const data = new FormData(form);
      data.delete('files');
      data.delete('text');
      data.append('files', file);
      waiting.push({ row, data });
    }
    next();
  }

  form.addEventListener('submit', (event) => {
    const text = form.elements.text.value.trim();
    if (!input.files.length && !text) return;
    event.preventDefault();
    take(input.files);
    input.value = '';
    if (text) {
      const data = new FormData(form);
      data.delete('files');
      waiting.push({ row: line(form.elements.title.value || form.dataset.pasted), data });
      form.elements.text.value = '';
      form.elements.title.value = '';
      next();
    }
  });
  input.addEventListener('change', () => {
    take(input.files);
    input.value = '';
  });
  for (const name of ['dragenter', 'dragover']) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  for (const name of ['dragleave', 'drop']) {
    drop.addEventListener(name, () => drop.classList.remove('over'));
  }
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
})();
