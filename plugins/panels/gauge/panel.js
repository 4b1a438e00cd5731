// SPDX-License-Identifier: MIT
// Gauge: one value on an arc with a ring of thresholds, and what it belongs to.

export const api = 1;

const sweep = 240;
const start = 150;

const style = `
:host { display: block; }
.box { position: relative; width: 100%; height: 100%; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.value { font: 620 32px var(--tw-font, sans-serif); letter-spacing: -0.025em; fill: var(--tw-text); }
.unit { font-size: 16px; font-weight: 500; fill: var(--tw-text-3); letter-spacing: 0; }
.name { font: 12px var(--tw-font, sans-serif); fill: var(--tw-text-3); }
.end { font: 11px var(--tw-font, sans-serif); fill: var(--tw-text-3); }
`;

function point(cx, cy, radius, share) {
  const angle = ((start + sweep * share) * Math.PI) / 180;
  return `${(cx + radius * Math.cos(angle)).toFixed(2)} ${(cy + radius * Math.sin(angle)).toFixed(2)}`;
}

function arc(cx, cy, radius, from, to) {
  const large = (to - from) * sweep > 180 ? 1 : 0;
  return `M${point(cx, cy, radius, from)}A${radius} ${radius} 0 ${large} 1 ${point(cx, cy, radius, to)}`;
}

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export default class Gauge extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #options = {};
  #env = {};
  #data = null;
  #wanted = 0;
  #observer = null;

  constructor() {
    super();
    this.#root.innerHTML = `<style>${style}</style><div class="box" role="meter"></div>`;
  }

  set options(value) { this.#options = value ?? {}; this.#draw(); }
  set env(value) { this.#env = value ?? {}; this.#draw(); }
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
    const { value, name, unit } = this.#chosen();
    return `${this.#env.format?.number(value, unit) ?? value} ${name}`.trim();
  }

  #draw() {
    if (this.#wanted || !this.isConnected) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      if (this.#data) this.#drawNow();
    });
  }

  /** Every value that could be shown: the last of each series, or each row of a table. */
  #candidates() {
    const found = [];
    for (const { columns } of this.#data?.frames ?? []) {
      const numbers = columns.filter((column) => column.type === 'f64' || column.type === 'i64');
      if (columns[0]?.type === 'time') {
        for (const column of numbers) {
          const value = [...column.values].reverse().find((v) => Number.isFinite(v));
          found.push({ value: value ?? null, name: column.name, unit: column.unit });
        }
        continue;
      }
      const words = columns.filter((column) => column.dictionary);
      for (let row = 0; row < (numbers[0]?.values.length ?? 0); row += 1) {
        const name = words.map((column) => column.dictionary[column.values[row]]).join(' · ');
        found.push({ value: numbers[0].values[row], name, unit: numbers[0].unit });
      }
    }
    return found.filter(({ value }) => Number.isFinite(value));
  }

  #chosen() {
    const all = this.#candidates();
    const by = { highest: (a, b) => b.value - a.value, lowest: (a, b) => a.value - b.value };
    const order = by[this.#options.pick];
    const one = (order ? all.sort(order)[0] : all.at(-1)) ?? { value: null, name: '' };
    return { ...one, unit: one.unit || this.#options.unit || '' };
  }

  #drawNow() {
    const { min = 0, max = 100, warn, crit } = this.#options;
    const { value, name, unit } = this.#chosen();
    const shareOf = (v) => Math.min(1, Math.max(0, (v - min) / (max - min || 1)));
    const share = value === null ? 0 : shareOf(value);
    const level = value === null ? 'ok' : value >= crit ? 'crit' : value >= warn ? 'warn' : 'ok';
    const shown = this.#env.format?.split(value, unit) ?? { value: String(value ?? '–'), unit };
    const box = this.#root.querySelector('.box');
    const { width, height } = this.getBoundingClientRect();
    if (width < 40 || height < 40) return;
    const outer = Math.max(30, Math.min(width / 2 - 18, (height - 34) / 1.5 - 4));
    const [cx, cy, radius] = [width / 2, outer + 6, outer - 11];
    const thick = Math.max(8, outer * 0.15);
    const [a, b] = [shareOf(warn ?? max), shareOf(crit ?? max)];
    const ring = [['ok', 0, a], ['warn', a, b], ['crit', b, 1]]
      .filter(([, from, to]) => to - from > 0.005)
      .map(([kind, from, to]) => `<path d="${arc(cx, cy, outer - 2, from + 0.004, to - 0.004)}"
        stroke="var(--tw-${kind}-g)" stroke-width="2.5" fill="none" opacity="0.85"/>`);
    const [end, rest] = [point(cx, cy, radius, 0).split(' '), point(cx, cy, radius, 1).split(' ')];
    box.innerHTML = `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${ring.join('')}
      <path d="${arc(cx, cy, radius - 2, 0, 1)}" stroke="var(--tw-surface-3)" stroke-width="${thick}"
        stroke-linecap="round" fill="none"/>
      ${share > 0.003 ? `<path d="${arc(cx, cy, radius - 2, 0, share)}" stroke="var(--tw-${level}-g)"
        stroke-width="${thick}" stroke-linecap="round" fill="none"/>` : ''}
      <text x="${cx}" y="${cy + 5}" text-anchor="middle" class="value">${escape(shown.value)}<tspan
        class="unit" dx="2">${escape(shown.unit)}</tspan></text>
      <text x="${cx}" y="${cy + 25}" text-anchor="middle" class="name">${escape(name)}</text>
      <text x="${end[0]}" y="${+end[1] + 20}" text-anchor="middle" class="end">${min}</text>
      <text x="${rest[0]}" y="${+rest[1] + 20}" text-anchor="middle" class="end">${max}</text></svg>`;
    const facts = { valuemin: min, valuemax: max, valuenow: value ?? min, valuetext: this.describe() };
    for (const [key, fact] of Object.entries(facts)) box.setAttribute(`aria-${key}`, fact);
    box.setAttribute('aria-label', this.getAttribute('aria-label') ?? 'Gauge');
  }
}
