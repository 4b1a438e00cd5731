// SPDX-License-Identifier: MIT
// Alerts: the open ones, worst and newest first, then what has recovered. Level is shape, colour
// and word at once.

export const api = 1;

const levels = {
  CRITICAL: { rank: 0, word: 'Critical', tone: 'crit', icon: '<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8z"/><path d="M12 8v5M12 16h.01"/>' },
  WARNING: { rank: 1, word: 'Warning', tone: 'warn', icon: '<path d="M12 4 21 20H3z"/><path d="M12 10v5M12 17.5h.01"/>' },
  INFO: { rank: 2, word: 'Info', tone: 'info', icon: '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8h.01"/>' },
  OK: { rank: 3, word: 'Recovered', tone: 'ok', icon: '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.7 2.7L16 9.5"/>' },
};

const style = `
:host { display: block; }
ul { height: 100%; margin: 0; padding: 0 14px 6px; overflow: auto; list-style: none; }
li:not(.quiet) { display: grid; grid-template-columns: 26px minmax(0, 1fr) auto; gap: 0 10px; padding: 3px 0 4px; cursor: pointer; }
.icon { grid-row: 1 / 3; display: grid; place-items: center; width: 26px; height: 26px; margin-top: 4px; border-radius: 6px; }
.icon svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.8;
  stroke-linecap: round; stroke-linejoin: round; }
.crit { color: var(--tw-crit); } .crit.icon { background: var(--tw-crit-soft); }
.warn { color: var(--tw-warn); } .warn.icon { background: var(--tw-warn-soft); }
.info { color: var(--tw-info); } .info.icon { background: var(--tw-info-soft); }
.ok { color: var(--tw-ok); } .ok.icon { background: var(--tw-ok-soft); }
.name { overflow: hidden; font-weight: 590; line-height: 17px; text-overflow: ellipsis; white-space: nowrap; }
.age { color: var(--tw-text-3); font-size: 12px; line-height: 17px; white-space: nowrap; }
.what { grid-column: 2 / 4; overflow: hidden; color: var(--tw-text-2); font-size: 12px; line-height: 17px;
  text-overflow: ellipsis; white-space: nowrap; }
.what b { font-weight: 590; }
.quiet { display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 6px; height: 100%; padding: 0 14px 30px;
  color: var(--tw-text-3); font-size: 12px; text-align: center; }
.quiet svg { width: 24px; height: 24px; fill: none; stroke: var(--tw-ok); stroke-width: 1.6; stroke-linecap: round; }
`;

const escape = (text) => String(text ?? '').replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function rowsOf({ columns = [] } = {}) {
  const count = columns[0]?.values.length ?? 0;
  const at = ({ dictionary, values }, row) => (dictionary ? dictionary[values[row]] : values[row]);
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, at(column, row)])));
}

export default class Alerts extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #options = {};
  #env = {};
  #data = null;
  #wanted = 0;
  #rows = [];

  constructor() {
    super();
    this.#root.innerHTML = `<style>${style}</style><ul role="log" aria-label="Alerts" tabindex="0"></ul>`;
    this.#root.querySelector('ul').addEventListener('click', () => this.#open());
  }

  set options(value) { this.#options = value ?? {}; this.#draw(); }
  set env(value) { this.#env = value ?? {}; this.#draw(); }
  set data(value) { this.#data = value; this.#draw(); }

  connectedCallback() { this.#draw(); }

  disconnectedCallback() {
    cancelAnimationFrame(this.#wanted);
    this.#wanted = 0;
  }

  describe() {
    const open = this.#rows.filter(({ level }) => level !== 'OK');
    return `${open.length} open alerts. ${open.slice(0, 3).map(({ id }) => id).join(', ')}`;
  }

  #draw() {
    if (this.#wanted || !this.isConnected) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      if (this.#data) this.#drawNow();
    });
  }

  #drawNow() {
    const rank = ({ level }) => (levels[level] ?? levels.INFO).rank;
    this.#rows = rowsOf(this.#data.frames[0])
      .filter(({ level }) => level !== 'OK' || this.#options.recovered !== false)
      .sort((a, b) => rank(a) - rank(b) || b.time - a.time)
      .slice(0, this.#options.most ?? 50);
    const list = this.#root.querySelector('ul');
    list.innerHTML = this.#rows.length ? this.#rows.map((row) => this.#row(row)).join('') :
      '<li class="quiet"><svg viewBox="0 0 24 24">' + levels.OK.icon + '</svg>Nothing is wrong</li>';
  }

  #row({ id, level, message, time }) {
    const { word, tone, icon } = levels[level] ?? levels.INFO;
    const age = this.#env.format?.age(this.#data.asOf - time) ?? '';
    const why = message ? ` — ${escape(message)}` : '';
    return `<li><span class="icon ${tone}"><svg viewBox="0 0 24 24" aria-hidden="true">${icon}</svg></span>
      <span class="name">${escape(id)}</span><span class="age">${escape(age)}</span>
      <span class="what" title="${escape(message)}"><b class="${tone}">${word}</b>${why}</span></li>`;
  }

  #open() {
    const event = { detail: { href: '/alerts' }, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('tw-open', event));
  }
}
