// Drawing the outline of a parcel on the map of a form: each click sets a corner; the field holds GeoJSON, and so it is sent.
const field = document.querySelector('textarea[data-outline]');
const figure = document.querySelector('.outlinefield figure[data-map]');

/** The corners of a polygon in the field, without the one that closes it; none where the field holds anything else. */
function corners(text) {
  try {
    const given = JSON.parse(text);
    const shape = given.type === 'Feature' ? given.geometry : given;
    return shape.type === 'Polygon' ? shape.coordinates[0].slice(0, -1) : [];
  } catch {
    return [];
  }
}

function written(points) {
  if (points.length < 3) return '';
  const ring = points.map((at) => at.map((n) => Math.round(n * 1e7) / 1e7));
  return JSON.stringify({ type: 'Polygon', coordinates: [[...ring, ring[0]]] });
}

function start(board) {
  const [draw, undo, clear, hint, bar] = ['draw', 'undo', 'clear', 'hint', 'drawing'].map((name) => document.querySelector(`[data-${name}]`));
  const given = board.data;
  let points = corners(field.value);
  let on = false;

  const show = () => {
    const features = [...given.features.filter((one) => !one.properties.here)];
    if (points.length > 2) features.push({ type: 'Feature', properties: { here: true, tone: 2 }, geometry: { type: 'Polygon', coordinates: [[...points, points[0]]] } });
    for (const at of points) features.push({ type: 'Feature', properties: { here: true }, geometry: { type: 'Point', coordinates: at } });
    figure.dispatchEvent(new CustomEvent('map:data', { detail: { type: 'FeatureCollection', features } }));
    undo.hidden = clear.hidden = points.length === 0;
  };
  const keep = () => {
    field.value = written(points);
    show();
  };
  bar.hidden = false;
  draw.addEventListener('click', () => {
    on = !on;
    hint.hidden = !on;
    draw.setAttribute('aria-pressed', String(on));
    figure.classList.toggle('drawing-on', on);
    if (on) board.map.doubleClickZoom.disable();
    else board.map.doubleClickZoom.enable();
  });
  undo.addEventListener('click', () => { points.pop(); keep(); });
  clear.addEventListener('click', () => { points = []; keep(); });
  board.map.on('click', (event) => {
    if (!on) return;
    points.push([event.lngLat.lng, event.lngLat.lat]);
    keep();
  });
  field.addEventListener('change', () => { points = corners(field.value); show(); });
  if (points.length) show();
}

/** The map of the page draws itself; this waits for it. Without one (no position, no script) the field alone is there. */
function wait(tries) {
  const board = figure && figure.board;
  if (board && board.map && board.data) start(board);
  else if (tries > 0) setTimeout(() => wait(tries - 1), 100);
}
if (field && figure) wait(100);
