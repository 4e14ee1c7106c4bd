// Maps: draws the GeoJSON of every `figure[data-map]` (see wayhome/places/maps.py). The table under it says the same.
//
// Properties of a feature: name, under (a line below it), url, value (size of a point, width of a flow), tone 1 to 5, shut, here, flow.
// Names are words of the page laid over the map, so that every script is shaped by the browser; no fonts are fetched.
// A page draws again with `document.querySelector(...).dispatchEvent(new CustomEvent('map:data', {detail: geojson}))`.
import * as maplibre from './vendor/maplibre-gl-6.17.0/maplibre-gl.mjs';

maplibre.setWorkerUrl(new URL('./vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs', import.meta.url).href);
const LAND = new URL('./vendor/natural-earth-land-2.0.2/land.geojson', import.meta.url).href;
const MOST_NAMES = 150;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Colours of the page as it is now: light, dark or print. */
function paint() {
  return {
    water: token('--map-water'), land: token('--map-land'), ink: token('--map-ink'), sheet: token('--sheet'),
    rule: token('--rule-2'), accent: token('--accent'), flow: token('--line-2'), still: token('--still-tint'), shut: token('--late'),
    tones: [1, 2, 3, 4, 5].map((n) => token(`--map-${n}`)),
  };
}

function style(colours, coasts) {
  const tone = ['match', ['get', 'tone'], ...colours.tones.flatMap((colour, n) => [n + 1, colour]), colours.still];
  return {
    version: 8,
    sources: {
      coasts: { type: 'geojson', data: LAND },
      data: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': coasts ? colours.water : colours.land } },
      // The coasts are those of a map of the world: nearer than this they would be wrong by kilometres.
      { id: 'coasts', type: 'fill', source: 'coasts', maxzoom: 7, paint: { 'fill-color': colours.land } },
      { id: 'areas', type: 'fill', source: 'data', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': tone, 'fill-opacity': 0.85 } },
      { id: 'shut', type: 'fill', source: 'data', filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['==', ['get', 'shut'], true]], paint: { 'fill-pattern': 'hatch' } },
      { id: 'outlines', type: 'line', source: 'data', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'line-color': ['case', ['==', ['get', 'here'], true], colours.accent, colours.rule], 'line-width': ['case', ['==', ['get', 'here'], true], 2.5, 1] } },
      { id: 'flows', type: 'line', source: 'data', filter: ['==', ['geometry-type'], 'LineString'], layout: { 'line-cap': 'round' }, paint: { 'line-color': colours.flow, 'line-opacity': 0.8, 'line-width': ['coalesce', ['get', 'width'], 2] } },
      { id: 'arrows', type: 'symbol', source: 'data', filter: ['==', ['geometry-type'], 'LineString'], layout: { 'symbol-placement': 'line-center', 'icon-image': 'arrow', 'icon-allow-overlap': true } },
      { id: 'points', type: 'circle', source: 'data', filter: ['all', ['==', ['geometry-type'], 'Point'], ['!=', ['get', 'label'], true], ['!=', ['get', 'shut'], true]], paint: { 'circle-radius': ['coalesce', ['get', 'radius'], 4.5], 'circle-color': ['case', ['==', ['get', 'here'], true], colours.accent, ['has', 'tone'], tone, colours.ink], 'circle-opacity': 0.9, 'circle-stroke-color': colours.sheet, 'circle-stroke-width': 1.5 } },
      // A shut place is another shape, so that no colour has to be told apart.
      { id: 'shutpoints', type: 'symbol', source: 'data', filter: ['all', ['==', ['geometry-type'], 'Point'], ['!=', ['get', 'label'], true], ['==', ['get', 'shut'], true]], layout: { 'icon-image': 'barred', 'icon-allow-overlap': true } },
    ],
  };
}

/** A bow from one end to the other, so that there and back are two lines. */
function bow([from, to]) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [cx, cy] = [(from[0] + to[0]) / 2 - dy * 0.18, (from[1] + to[1]) / 2 + dx * 0.18];
  return Array.from({ length: 25 }, (_, n) => {
    const t = n / 24;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return [a * from[0] + b * cx + c * to[0], a * from[1] + b * cy + c * to[1]];
  });
}

/** Sizes by value: areas of circles and widths of flows in proportion, the largest as large as looks well. */
function measured(given) {
  const most = (flow) => Math.max(1, ...given.features.filter((one) => !!one.properties.flow === flow).map((one) => one.properties.value || 0));
  const [points, flows] = [most(false), most(true)];
  return {
    type: 'FeatureCollection',
    features: given.features.map((one) => {
      const { value, flow } = one.properties;
      const properties = { ...one.properties };
      if (flow) properties.width = 1.5 + 10 * ((value || 0) / flows);
      else if (value !== undefined) properties.radius = 4 + 18 * Math.sqrt(value / points);
      const geometry = flow ? { type: 'LineString', coordinates: bow(one.geometry.coordinates) } : one.geometry;
      return { ...one, properties, geometry };
    }),
  };
}

function* positions(geometry) {
  const walk = function* (part) {
    if (typeof part[0] === 'number') yield part;
    else for (const inner of part) yield* walk(inner);
  };
  yield* walk(geometry.coordinates);
}

function bounds(data) {
  const box = new maplibre.LngLatBounds();
  for (const one of data.features) for (const point of positions(one.geometry)) box.extend(point.slice(0, 2));
  return box;
}

function picture(size, draw) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const pen = canvas.getContext('2d');
  draw(pen, size);
  return pen.getImageData(0, 0, size, size);
}

function pictures(map, colours) {
  for (const name of ['hatch', 'arrow', 'barred']) if (map.hasImage(name)) map.removeImage(name);
  map.addImage('hatch', picture(16, (pen, size) => {
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
      pen.stroke();
    }
  }), { pixelRatio: 2 });
  map.addImage('barred', picture(26, (pen) => {
    pen.fillStyle = colours.shut;
    pen.fillRect(2, 2, 22, 22);
    pen.fillStyle = colours.sheet;
    pen.fillRect(2, 9, 22, 8);
    pen.strokeStyle = colours.sheet;
    pen.lineWidth = 2;
    pen.strokeRect(1, 1, 24, 24);
  }), { pixelRatio: 2 });
  map.addImage('arrow', picture(32, (pen) => {
    pen.fillStyle = colours.flow;
    pen.strokeStyle = colours.sheet;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(5, 4);
    pen.lineTo(29, 16);
    pen.lineTo(5, 28);
    pen.closePath();
    pen.fill();
    pen.stroke();
  }), { pixelRatio: 2 });
}

class Board {
  constructor(figure) {
    this.figure = figure;
    this.frame = figure.querySelector('.canvas');
    this.source = document.getElementById(figure.dataset.map);
    this.names = [];
    figure.addEventListener('map:data', (event) => this.show(event.detail));
  }

  async start() {
    if (!this.frame) return;
    let given;
    try {
      given = this.figure.dataset.url ? await (await fetch(this.figure.dataset.url)).json() : JSON.parse(this.source.textContent);
      this.data = measured(given);
      this.draw();
    } catch (error) {
      this.lost();
    }
  }

  lost() {
    const words = document.createElement('p');
    words.className = 'note lost';
    words.textContent = this.figure.dataset.lost;
    this.frame.replaceChildren(words);
    const table = this.figure.nextElementSibling;
    if (table && table.matches('details')) table.open = true;
  }

  draw() {
    const box = bounds(this.data);
    this.colours = paint();
    this.map = new maplibre.Map({
      container: this.frame,
      style: style(this.colours, this.far(box)),
      bounds: box,
      fitBoundsOptions: { padding: 48, maxZoom: Number(this.figure.dataset.nearest) || 12 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: false,
      scrollZoom: false,
      fadeDuration: 0,
      locale: { 'NavigationControl.ZoomIn': this.figure.dataset.nearer, 'NavigationControl.ZoomOut': this.figure.dataset.farther, 'Map.Title': this.frame.getAttribute('aria-label') },
    });
    this.map.getCanvas().setAttribute('role', 'img');  // the frame around it is the region of this name
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }));
    this.map.on('style.load', () => this.fill());
    this.map.on('move', () => this.place());
    this.map.on('resize', () => this.place());
    for (const layer of ['areas', 'points', 'shutpoints', 'flows']) {
      this.map.on('click', layer, (event) => this.open(event.features[0]));
      this.map.on('mouseenter', layer, (event) => this.over(event.features[0]));
      this.map.on('mouseleave', layer, () => this.over(null));
    }
    const repaint = () => {
      this.colours = paint();
      this.map.setStyle(style(this.colours, this.far(bounds(this.data))));
    };
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  }

  /** Whether so much of the world is in sight that coasts help. */
  far(box) {
    return !box.isEmpty() && box.getEast() - box.getWest() > 4;
  }

  fill() {
    pictures(this.map, this.colours);
    this.map.getSource('data').setData(this.data);
    this.label();
    this.frame.dataset.ready = 'yes';
  }

  show(given) {
    this.data = measured(given);
    if (this.map && this.map.isStyleLoaded()) this.fill();
  }

  open(feature) {
    const { url } = feature.properties;
    if (url) window.location.assign(url);
  }

  over(feature) {
    this.map.getCanvas().style.cursor = feature && feature.properties.url ? 'pointer' : '';
    this.frame.title = feature ? feature.properties.name || '' : '';
  }

  label() {
    for (const one of this.names) one.mark.remove();
    const weight = (one) => (one.properties.here ? 1e9 : 0) + (one.properties.label ? 1e6 : 0) + (one.properties.value || 0);
    const points = this.data.features.filter((one) => one.geometry.type === 'Point' && one.properties.name);
    points.sort((a, b) => weight(b) - weight(a));
    this.names = points.slice(0, MOST_NAMES).map((one) => {
      const words = document.createElement('span');
      words.className = `mapname${one.properties.label ? ' wide' : ''}${one.properties.here ? ' here' : ''}`;
      words.setAttribute('aria-hidden', 'true');  // the table under the map has the names, and links
      const name = document.createElement('bdi');
      name.textContent = one.properties.short || one.properties.name;
      words.append(name);
      if (one.properties.under) {
        const under = document.createElement('small');
        under.textContent = one.properties.under;
        words.append(under);
      }
      this.frame.append(words);
      const lift = one.properties.label ? 0 : (one.properties.radius || 4.5) + 2;
      return { words, lift, at: one.geometry.coordinates, mark: words };
    });
    this.place();
  }

  /** Put names below their points; the weightier first, what would lie over another is left out. */
  place() {
    const taken = [];
    const { clientWidth: wide, clientHeight: high } = this.frame;
    for (const one of this.names) {
      const at = this.map.project(one.at);
      one.size = one.size || { w: one.words.offsetWidth, h: one.words.offsetHeight };
      const box = { x: at.x - one.size.w / 2, y: at.y + one.lift - (one.lift ? 0 : one.size.h / 2), w: one.size.w, h: one.size.h };
      const out = box.x + box.w < 0 || box.y + box.h < 0 || box.x > wide || box.y > high;
      const over = taken.some((two) => box.x < two.x + two.w && two.x < box.x + box.w && box.y < two.y + two.h && two.y < box.y + box.h);
      one.words.style.visibility = out || over ? 'hidden' : 'visible';
      one.words.style.transform = `translate(${Math.round(box.x)}px, ${Math.round(box.y)}px)`;
      if (!out && !over) taken.push(box);
    }
  }
}

for (const figure of document.querySelectorAll('figure[data-map]')) {
  const board = new Board(figure);
  figure.board = board;
  board.start();
}
export { Board };
