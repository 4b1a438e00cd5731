// SPDX-License-Identifier: MIT
// Single stat: the newest value as text first, its change over the range, and a line below it.

export const api = 1;

const style = `
:host { display: block; container-type: size; }
.box { position: relative; height: 100%; overflow: hidden; }
.top { display: flex; align-items: baseline; justify-content: space-between; gap: 10px; padding: 0 14px; }
.value { font-size: 28px; font-weight: 620; letter-spacing: -0.025em; line-height: 34px; white-space: nowrap; }
.unit { margin-left: 4px; color: var(--tw-text-2); font-size: 14px; font-weight: 500; letter-spacing: 0; }
.note { overflow: hidden; color: var(--tw-text-3); font-size: 12px; text-overflow: ellipsis; white-space: nowrap; }
.note b { font-weight: 590; }
.good { color: var(--tw-ok); }
.bad { color: var(--tw-warn); }
.neutral { color: var(--tw-text-2); }
svg { position: absolute; left: 0; right: 0; bottom: 0; width: 100%; display: block; }
@container (max-width: 230px) { .top { display: block; } .note { display: block; } }
`;

const frame = `<style>${style}</style><div class="box"><div class="top">
<span class="value"><span class="number"></span><span class="unit"></span></span>
<span class="note"></span></div><svg preserveAspectRatio="none" aria-hidden="true"></svg></div>`;

const minus = (value) => String(value).replace('-', '−');

export default class Stat extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #options = {};
  #env = {};
  #data = null;
  #range = null;
  #wanted = 0;
  #observer = null;

  constructor() {
    super();
    this.#root.innerHTML = frame;
  }

  set options(value) { this.#options = value ?? {}; this.#draw(); }
  set env(value) { this.#env = value ?? {}; this.#draw(); }
  set range(value) { this.#range = value; this.#draw(); }
  set data(value) { this.#data = value; this.#draw(); }

  connectedCallback() {
    this.#observer = new ResizeObserver(() => this.#draw());
    this.#observer.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#wanted);
    this.#wanted = 0;
  }

  describe() {
    const { column, last } = this.#newest();
    const text = this.#env.format?.number(last, column?.unit || this.#options.unit) ?? String(last);
    return `${text} ${this.#options.suffix ?? ''}`.trim();
  }

  #find(selector) { return this.#root.querySelector(selector); }

  #draw() {
    if (this.#wanted || !this.isConnected) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      if (this.#data) this.#drawNow();
    });
  }

  /** The value column, its finite points with their times, and the newest of them. */
  #newest() {
    const columns = this.#data?.columns ?? [];
    const times = columns[0]?.type === 'time' ? columns[0].values : null;
    const column = columns.find((one) => one.type === 'f64' || one.type === 'i64');
    const points = [];
    if (column) {
      for (let i = 0; i < column.values.length; i += 1) {
        if (Number.isFinite(column.values[i])) points.push([times ? times[i] : i, column.values[i]]);
      }
    }
    return { column, points, last: points.at(-1)?.[1] ?? null, timed: times !== null };
  }

  #drawNow() {
    const { column, points, last, timed } = this.#newest();
    const unit = column?.unit || this.#options.unit || '';
    const shown = this.#env.format?.split(last, unit) ?? { value: minus(last ?? '–'), unit };
    this.#find('.number').textContent = shown.value;
    this.#find('.unit').textContent = this.#options.suffix || shown.unit;
    this.#drawNote(points, timed);
    this.#drawLine(timed ? points : []);
  }

  #drawNote(points, timed) {
    const note = this.#find('.note');
    if (this.#options.note || !timed || points.length < 4) {
      note.textContent = this.#options.note || '';
      return;
    }
    const mean = (list) => list.reduce((sum, [, value]) => sum + value, 0) / list.length;
    const part = Math.max(1, points.length >> 3);
    const [before, now] = [mean(points.slice(0, part)), mean(points.slice(-part))];
    const change = before === 0 ? 0 : (100 * (now - before)) / Math.abs(before);
    const kind = Math.abs(change) < 0.5 ? 'neutral' : this.#kind(change);
    const sign = Math.abs(change) < 0.5 ? '●' : change > 0 ? '▲' : '▼';
    const size = Math.min(999, Math.abs(change)).toFixed(Math.abs(change) < 100 ? 1 : 0);
    const { from, to } = this.#range ?? { from: points[0][0], to: points.at(-1)[0] };
    const over = this.#env.format?.age(to - from) ?? '';
    note.innerHTML = `<b class="${kind}">${sign} ${size}%</b> in ${over}`;
  }

  #kind(change) {
    const rising = this.#options.rising ?? 'neutral';
    if (rising === 'neutral') return 'neutral';
    return (rising === 'good') === change > 0 ? 'good' : 'bad';
  }

  #drawLine(points) {
    const svg = this.#find('svg');
    const box = this.getBoundingClientRect();
    const words = this.#find('.top').offsetHeight;
    const height = Math.max(0, Math.min(box.height - words - 4, box.height * 0.5));
    if (points.length < 2 || height < 10) return svg.replaceChildren();
    let [low, high] = [Infinity, -Infinity];
    for (const [, value] of points) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const air = (high - low || Math.abs(high) || 1) * 0.25;
    low = this.#options.min ?? Math.max(low >= 0 ? 0 : -Infinity, low - air);
    high = this.#options.max ?? high + air * 0.2;
    const from = this.#range?.from ?? points[0][0];
    const to = Math.max(points.at(-1)[0], points[0][0] + 1);
    const x = (time) => (box.width * (time - from)) / (to - from);
    const y = (value) => 2 + (height - 3) * (1 - Math.min(1, (value - low) / (high - low || 1)));
    const stride = Math.max(1, Math.floor(points.length / (2 * box.width)));
    const some = points.filter((_, i) => i % stride === 0 || i === points.length - 1);
    const path = some.map(([t, v], i) => `${i ? 'L' : 'M'}${x(t).toFixed(1)} ${y(v).toFixed(1)}`).join('');
    const colour = `var(--tw-series-${this.#options.color ?? 1})`;
    svg.setAttribute('viewBox', `0 0 ${box.width} ${height}`);
    svg.style.height = `${height}px`;
    svg.innerHTML = `<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${colour}" stop-opacity="0.42"/>
      <stop offset="1" stop-color="${colour}" stop-opacity="0.04"/></linearGradient></defs>
      <path d="${path}L${x(to).toFixed(1)} ${height}L${x(points[0][0]).toFixed(1)} ${height}Z" fill="url(#g)"/>
      <path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round"
        vector-effect="non-scaling-stroke"/>`;
  }
}
