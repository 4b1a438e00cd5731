// SPDX-License-Identifier: MIT
// Table: real rows with sortable heads, bars and status marks; only the rows in view are elements,
// so that a hundred thousand rows cost as much as fifty.

export const api = 1;

const rowHeight = 32;
const spare = 8;

const style = `
:host { display: block; }
.view { height: 100%; overflow: auto; font-size: 13px; outline-offset: -2px; }
.view:focus-visible { outline: 2px solid var(--tw-accent); }
table { width: 100%; border-collapse: separate; border-spacing: 0; }
th { position: sticky; z-index: 1; top: 0; height: 30px; padding: 0 10px; background: var(--tw-surface);
  border-bottom: 1px solid var(--tw-border); color: var(--tw-text-3); font-size: 12px; font-weight: 500;
  text-align: left; white-space: nowrap; }
th button { padding: 4px 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
th button:hover { color: var(--tw-text); }
th button:focus-visible { outline: 2px solid var(--tw-accent); border-radius: 3px; }
th[aria-sort="ascending"] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
td { height: ${rowHeight}px; max-width: 220px; padding: 0 10px; overflow: hidden; text-overflow: ellipsis;
  border-bottom: 1px solid var(--tw-border); white-space: nowrap; }
td.pad { height: auto; padding: 0; border: 0; }
.right { text-align: right; }
th:first-child, td:first-child { padding-left: 14px; }
th:last-child, td:last-child { padding-right: 14px; }
.first { width: 40%; max-width: 0; min-width: 90px; color: var(--tw-text); font-weight: 590; }
.dim { color: var(--tw-text-3); }
tr[tabindex] { cursor: pointer; }
tbody tr:hover td, tbody tr:focus-visible td { background: var(--tw-surface-2); }
tbody tr:focus-visible { outline: 2px solid var(--tw-accent); outline-offset: -2px; }
.share { display: flex; align-items: center; justify-content: space-between; gap: 12px; }
.share i { flex: 1 1 36px; min-width: 32px; max-width: 110px; height: 6px; overflow: hidden; border-radius: 3px; background: var(--tw-surface-3); }
.share i b { display: block; height: 100%; border-radius: 3px; }
.mark { display: inline-block; width: 8px; height: 8px; margin-right: 9px; border-radius: 50%;
  background: var(--tw-ok-g); box-shadow: 0 0 0 3px var(--tw-ok-soft); vertical-align: 0; }
.mark.warn { border-radius: 1.5px; background: var(--tw-warn-g); box-shadow: 0 0 0 3px var(--tw-warn-soft);
  transform: rotate(45deg); }
.mark.crit { border-radius: 1.5px; background: var(--tw-crit-g); box-shadow: 0 0 0 3px var(--tw-crit-soft); }
.mark.idle { background: var(--tw-text-3); box-shadow: none; }
.chip { margin-right: 5px; padding: 1px 6px; border: 1px solid var(--tw-border-2); border-radius: 5px;
  background: var(--tw-surface-2); color: var(--tw-text-2); font-size: 11px; }
`;

const frame = `<style>${style}</style><div class="view" tabindex="0">
<table><thead></thead><tbody></tbody></table></div>`;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const missing = (value) => value === undefined || value === null || Number.isNaN(value);

function valueAt({ dictionary, values }, row) {
  return dictionary ? dictionary[values[row]] : values[row];
}

/** Frames as rows; with `key`, rows of several frames that share its value become one. */
function rowsOf(frames, key) {
  const rows = [];
  const byKey = new Map();
  for (const { columns } of key ? frames : frames.slice(0, 1)) {
    for (let at = 0; at < (columns[0]?.values.length ?? 0); at += 1) {
      const fresh = Object.fromEntries(columns.map((column) => [column.name, valueAt(column, at)]));
      const known = key ? byKey.get(fresh[key]) : undefined;
      if (known) {
        Object.assign(known, fresh);
        continue;
      }
      rows.push(fresh);
      if (key) byKey.set(fresh[key], fresh);
    }
  }
  return rows;
}

/** Columns as the options say, else one per field of the data. */
function columnsOf(frames, wanted) {
  if (wanted?.length) return wanted.map((one) => ({ as: 'text', label: one.field, ...one }));
  const kind = { time: 'time', f64: 'number', i64: 'number' };
  return (frames[0]?.columns ?? []).map(({ name, type, unit }) =>
    ({ field: name, label: name, as: kind[type] ?? 'text', unit }));
}

const rightAligned = (column) => column.as === 'number' || column.as === 'time';

export default class Table extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #options = {};
  #env = {};
  #columns = [];
  #rows = [];
  #sort = null;
  #frames = [];
  #wanted = 0;
  #observer = null;
  #drawn = '';

  constructor() {
    super();
    this.#root.innerHTML = frame;
    this.#find('.view').addEventListener('scroll', () => this.#draw(), { passive: true });
    this.#find('thead').addEventListener('click', (event) => this.#click(event));
    this.#find('tbody').addEventListener('click', (event) => this.#open(event));
    this.#find('tbody').addEventListener('keydown', (event) => event.key === 'Enter' && this.#open(event));
  }

  set options(value) {
    this.#options = value ?? {};
    const by = this.#options.sort ?? '';
    this.#sort = by ? { field: by.replace(/^-/, ''), sign: by.startsWith('-') ? -1 : 1 } : null;
    this.#take();
  }
  set env(value) { this.#env = value ?? {}; this.#drawn = ''; this.#draw(); }
  set data(value) { this.#frames = value?.frames ?? []; this.#take(); }

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
    return `Table of ${this.#rows.length} rows: ${this.#columns.map(({ label }) => label).join(', ')}`;
  }

  #find(selector) { return this.#root.querySelector(selector); }

  #take() {
    this.#columns = columnsOf(this.#frames, this.#options.columns);
    this.#rows = rowsOf(this.#frames, this.#options.join);
    if (this.#sort) this.#order();
    this.#drawn = '';
    this.#draw();
  }

  #order() {
    const { field, sign } = this.#sort;
    this.#rows.sort((x, y) => {
      const [a, b] = [x[field], y[field]];
      if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
      if (typeof a === 'number') return sign * (a - b);
      return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
    });
  }

  #draw() {
    if (this.#wanted || !this.isConnected) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      this.#drawNow();
    });
  }

  #drawNow() {
    const view = this.#find('.view');
    const from = Math.max(0, Math.floor(view.scrollTop / rowHeight) - spare);
    const shown = Math.ceil(view.clientHeight / rowHeight) + 2 * spare;
    const to = Math.min(this.#rows.length, from + shown);
    const now = `${from}-${to}`;
    if (now === this.#drawn) return;
    const fresh = this.#drawn === '';
    this.#drawn = now;
    if (fresh) this.#drawHead();
    const gap = (rows) => `<tr aria-hidden="true"><td class="pad" colspan="${this.#columns.length}"
      style="height:${rows * rowHeight}px"></td></tr>`;
    const focused = this.#root.activeElement?.getAttribute('aria-rowindex');
    const rows = this.#rows.slice(from, to).map((row, index) => this.#row(row, from + index));
    this.#find('tbody').innerHTML =
      (from ? gap(from) : '') + rows.join('') + (to < this.#rows.length ? gap(this.#rows.length - to) : '');
    if (focused) this.#find(`tbody tr[aria-rowindex="${focused}"]`)?.focus();
  }

  #drawHead() {
    const sort = ({ field }) => (this.#sort?.field !== field ? 'none'
      : this.#sort.sign > 0 ? 'ascending' : 'descending');
    const focused = this.#root.activeElement?.closest?.('th')?.dataset.field;
    this.#find('table').setAttribute('aria-rowcount', this.#rows.length + 1);
    this.#find('table').setAttribute('aria-label', this.getAttribute('aria-label') ?? 'Table');
    this.#find('thead').innerHTML = `<tr aria-rowindex="1">${this.#columns.map((column) =>
      `<th scope="col" data-field="${escape(column.field)}" aria-sort="${sort(column)}"
        class="${rightAligned(column) ? 'right' : ''}"><button>${escape(column.label)}</button></th>`).join('')}</tr>`;
    if (focused) this.#find(`th[data-field="${CSS.escape(focused)}"] button`)?.focus();
  }

  #row(row, index) {
    const link = this.#options.link ? ' tabindex="0" role="row"' : '';
    const cells = this.#columns.map((column, at) => `<td class="${rightAligned(column) ? 'right' : ''}
      ${at === 0 ? 'first' : ''}">${this.#cell(column, row)}</td>`);
    return `<tr aria-rowindex="${index + 2}" data-row="${index}"${link}>${cells.join('')}</tr>`;
  }

  #number(value, unit, digits) {
    return this.#env.format?.number(value, unit, digits) ?? String(value);
  }

  #cell(column, row) {
    const value = row[column.field];
    const status = column.status ? this.#mark(row[column.status]) : '';
    if (column.as === 'chips') return this.#chips(value);
    if (missing(value)) return `${status}<span class="dim">${column.as === 'bar' ? 'no data' : '–'}</span>`;
    switch (column.as) {
      case 'bar':
        return this.#bar(column, value);
      case 'number':
        return status + escape(this.#number(value, column.unit, column.digits));
      case 'time':
        return escape(this.#env.format?.stamp(value) ?? new Date(value).toISOString());
      case 'status':
        return this.#mark(value) + escape(value);
      default:
        return status + (column.dim ? `<span class="dim">${escape(value)}</span>` : escape(value));
    }
  }

  #mark(value) {
    const level = { crit: 'crit', warn: 'warn', idle: 'idle', failed: 'crit', stopped: 'idle' }[value] ?? '';
    const word = { crit: 'critical', warn: 'warning' }[level] ?? (level || 'ok');
    return `<span class="mark ${level}" role="img" aria-label="${word}"></span>`;
  }

  #bar({ unit, max = 100, warn = Infinity, crit = Infinity, color = 1 }, value) {
    const tone = value >= crit ? 'var(--tw-crit-g)' : value >= warn ? 'var(--tw-warn-g)'
      : `var(--tw-series-${Number(color)})`;
    const share = Math.min(100, Math.max(0, (100 * value) / max));
    return `<span class="share"><i><b style="width:${share}%;background:${tone}"></b></i>
      ${escape(this.#number(value, unit, 2))}</span>`;
  }

  #chips(value) {
    const list = (Array.isArray(value) ? value : [value]).filter((one) => !missing(one) && one !== '');
    const more = list.length > 2 ? `<span class="chip">+${list.length - 1}</span>` : '';
    return list.slice(0, list.length > 2 ? 1 : 2).map((one) => `<span class="chip">${escape(one)}</span>`).join('') + more;
  }

  #click(event) {
    const field = event.target.closest('button')?.parentElement.dataset.field;
    if (!field) return;
    const same = this.#sort?.field === field;
    this.#sort = { field, sign: same ? -this.#sort.sign : 1 };
    this.#order();
    this.#drawn = '';
    this.#draw();
  }

  #open(event) {
    const at = event.target.closest('tr')?.dataset.row;
    if (!this.#options.link || at === undefined) return;
    const row = this.#rows[Number(at)];
    const href = this.#options.link.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(row[name] ?? ''));
    this.dispatchEvent(new CustomEvent('tw-open', { detail: { href }, bubbles: true, composed: true }));
  }
}
