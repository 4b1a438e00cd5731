// SPDX-License-Identifier: MIT
// A stranger's panel: how often the values of all series fell into each step, over time. Uses
// nothing but the contract.
export const api = 1;

export default class extends HTMLElement {
  #canvas = document.createElement('canvas');
  #line = document.createElement('div');
  #options = {};
  #data = null;
  #range = null;
  #wanted = 0;
  #observer = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    this.#canvas.style.cssText = 'position:absolute;left:14px;right:14px;top:0;width:calc(100% - 28px);height:calc(100% - 14px)';
    this.#line.style.cssText = 'position:absolute;top:0;bottom:14px;width:1px;background:var(--tw-crosshair);display:none';
    root.append(this.#canvas, this.#line);
    this.#canvas.addEventListener('pointermove', (event) => this.#fire(this.#timeAt(event.offsetX)));
    this.#canvas.addEventListener('pointerleave', () => this.#fire(null));
  }

  set options(value) { this.#options = value ?? {}; this.#draw(); }
  set data(value) { this.#data = value; this.#draw(); }
  set range(value) { this.#range = value; this.#draw(); }
  set theme(_) { this.#draw(); }
  set hover(time) {
    const inside = time !== null && this.#range && time >= this.#range.from && time <= this.#range.to;
    this.#line.style.display = inside ? 'block' : 'none';
    if (!inside) return;
    const share = (time - this.#range.from) / (this.#range.to - this.#range.from);
    this.#line.style.left = `${14 + share * this.#canvas.clientWidth}px`;
  }

  describe() {
    return `Heatmap of ${this.#data?.columns.length ?? 0} columns`;
  }

  connectedCallback() {
    this.style.position = 'relative';
    this.#observer = new ResizeObserver(() => this.#draw());
    this.#observer.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#wanted);
    this.#wanted = 0;
  }

  #timeAt(x) {
    return this.#range.from + (x / this.#canvas.clientWidth) * (this.#range.to - this.#range.from);
  }

  #fire(time) {
    this.dispatchEvent(new CustomEvent('tw-hover', { detail: { time }, bubbles: true, composed: true }));
  }

  #draw() {
    if (this.#wanted || !this.isConnected) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      if (this.#data && this.#range) this.#drawNow();
    });
  }

  #counts(columns, wide) {
    const rows = this.#options.steps ?? 10;
    const numbers = columns.slice(1).filter((column) => column.type === 'f64');
    let [low, high] = [Infinity, -Infinity];
    for (const { values } of numbers) {
      for (const value of values) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const counts = Array.from({ length: wide }, () => new Float64Array(rows));
    const { from, to } = this.#range;
    for (const column of numbers) {
      column.values.forEach((value, index) => {
        const x = Math.floor((wide * (columns[0].values[index] - from)) / (to - from));
        const y = Math.min(rows - 1, Math.floor((rows * (value - low)) / (high - low || 1)));
        if (counts[x] && y >= 0) counts[x][y] += 1;
      });
    }
    return counts;
  }

  #drawNow() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !height || this.#data.columns[0]?.type !== 'time') return;
    const wide = Math.max(4, Math.floor(width / 9));
    const counts = this.#counts(this.#data.columns, wide);
    const top = Math.max(1, ...counts.map((column) => Math.max(...column)));
    const css = getComputedStyle(this);
    const ramp = [1, 2, 3, 4, 5, 6].map((step) => css.getPropertyValue(`--tw-ramp-${step}`));
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    const draw = this.#canvas.getContext('2d');
    draw.scale(devicePixelRatio, devicePixelRatio);
    counts.forEach((column, x) => column.forEach((count, y) => {
      draw.fillStyle = ramp[Math.min(5, Math.ceil((5 * count) / top))];
      const [w, h] = [width / wide, height / column.length];
      draw.fillRect(x * w, height - (y + 1) * h, w - 1, h - 1);
    }));
  }
}
