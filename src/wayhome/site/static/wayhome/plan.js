// The page of a plan: the months roll on the map, in the table and over the works, without a request.
const frame = document.querySelector('[data-plan]');
const source = document.getElementById('plan-rolling');

if (frame && source) {
  const said = JSON.parse(source.textContent);
  const slider = document.getElementById('plan-month');
  const figure = frame.querySelector('figure[data-map]');
  const drawn = figure && document.getElementById(figure.dataset.map);
  const given = drawn ? JSON.parse(drawn.textContent) : null;
  const play = frame.querySelector('[data-plan-play]');
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  let timer = 0;

  for (const button of frame.querySelectorAll('[data-plan-step], [data-plan-play]')) button.hidden = false;
  frame.querySelector('[data-plan-show]').hidden = true;

  const show = (period) => {
    const words = said.months[period];
    slider.value = period + 1;
    slider.setAttribute('aria-valuetext', words);
    for (const one of frame.querySelectorAll('[data-plan-month]')) one.textContent = words;
    for (const row of frame.querySelectorAll('tr[data-place]')) {
      const [open, homes, arriving, home] = said.places[row.dataset.place][period];
      const lamp = row.querySelector('[data-cell="open"]');
      lamp.className = `lamp ${open ? 'open' : 'closed'}`;
      lamp.textContent = said.open[open ? 0 : 1];
      row.querySelector('[data-cell="homes"]').textContent = homes;
      row.querySelector('[data-cell="arriving"]').textContent = arriving;
      row.querySelector('[data-cell="home"]').textContent = home;
      const link = row.querySelector('[data-plan-place]');
      const address = new URL(link.href);
      address.searchParams.set('month', period + 1);
      link.href = address.href;
      link.setAttribute('hx-get', address.search);
    }
    for (const cell of document.querySelectorAll('.gantt [data-month]')) cell.classList.toggle('now', Number(cell.dataset.month) === period + 1);
    if (given && figure) {
      for (const feature of given.features) {
        const place = said.places[feature.properties.key];
        if (!place) continue;
        const [open, , , , tone, under] = place[period];
        Object.assign(feature.properties, { shut: !open, under });
        if (tone) feature.properties.tone = tone; else delete feature.properties.tone;
        if (feature.properties.url) feature.properties.url = feature.properties.url.replace(/month=\d+/, `month=${period + 1}`);
      }
      figure.dispatchEvent(new CustomEvent('map:data', { detail: given }));
    }
  };

  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
    if (play.dataset.play) play.textContent = play.dataset.play;
  };
  const step = (by) => show(Math.min(Math.max(Number(slider.value) - 1 + by, 0), said.months.length - 1));

  slider.addEventListener('input', () => { stop(); step(0); });
  for (const button of frame.querySelectorAll('[data-plan-step]')) button.addEventListener('click', () => { stop(); step(Number(button.dataset.planStep)); });
  play.dataset.play = play.textContent;
  play.addEventListener('click', () => {
    if (timer) { stop(); return; }
    play.textContent = play.dataset.stop;
    if (Number(slider.value) >= said.months.length) show(0);
    timer = window.setInterval(() => {
      step(1);
      if (Number(slider.value) >= said.months.length) stop();
    }, calm ? 1600 : 800);
  });
}
