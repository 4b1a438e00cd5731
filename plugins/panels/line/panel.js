// SPDX-License-Identifier: MIT
// Time series: uPlot draws the lines; crosshair, tooltip, legend and keyboard are elements above
// the canvas, so that a moving pointer repaints nothing. First what it needs around uPlot (frames
// to series, axes and fills from the page's tokens, style), then the element.
import uPlot from './uplot.js';

export const api = 1;

const dashes = [undefined, [6, 4], [2, 3], [8, 3, 2, 3]];
const colours = 8;

/** Index of the time nearest to `wanted`; times ascend. */
function nearest(times, wanted) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - times[low - 1] < times[low] - wanted ? low - 1 : low;
}

/** Least and greatest finite value; the least is above the greatest when there is none. */
function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function lastValue(values) {
  for (let index = values.length - 1; index >= 0; index -= 1) {
    if (Number.isFinite(values[index]) && values[index] !== null) return values[index];
  }
  return null;
}

/** uPlot knows gaps as null; typed arrays mark them as NaN. */
function withNulls(values) {
  return values.includes(NaN) ? Array.from(values, (v) => (Number.isNaN(v) ? null : v)) : values;
}

function isNumber(column) {
  return column.type === 'f64' || column.type === 'i64' || column.type === 'bool';
}

function table(frame) {
  const numbers = frame.columns.slice(1).filter(isNumber);
  return { columns: numbers, data: [frame.columns[0].values, ...numbers.map((c) => withNulls(c.values))] };
}

function stacked(series) {
  let below = null;
  for (const one of series) {
    const base = below;
    one.drawn = base ? Array.from(one.drawn, (v, i) => (v ?? 0) + (base[i] ?? 0)) : one.drawn;
    below = one.drawn;
  }
}

function collect(frames, options, join) {
  const tables = frames.filter((frame) => frame.columns[0]?.type === 'time').map(table);
  if (tables.length === 0) return { times: [], series: [] };
  const data = tables.length > 1 ? join(tables.map((one) => one.data)) : tables[0].data;
  const columns = tables.flatMap((one) => one.columns);
  const first = (options.first_color ?? 1) - 1;
  const series = columns.map((column, index) => {
    const shown = data[index + 1];
    const mirror = column.config?.mirror === true;
    const colour = column.config?.color ?? ((first + index) % colours) + 1;
    return {
      name: column.name,
      unit: column.unit,
      mirror,
      shown,
      drawn: mirror ? Array.from(shown, (v) => (v === null ? null : -v)) : shown,
      token: `--tw-series-${colour}`,
      dash: dashes[Math.floor(index / colours) % dashes.length],
    };
  });
  if (options.stack) stacked(series);
  return { times: data[0], series };
}

const day = 86_400_000;

/** Steps of the time axis: those of uPlot and the useful ones between. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => 1000 * seconds),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => 60_000 * minutes),
  ...[1, 2, 3, 4, 6, 12].map((hours) => 3_600_000 * hours),
  ...[1, 2, 5, 10, 30, 90, 365].map((days) => day * days),
];

/** Steps of an axis in bytes, so that its labels are whole KiB, MiB, GiB. */
const powersOfTwo = Array.from({ length: 50 }, (_, power) => 2 ** power);

function clockLabels(env) {
  const zone = env.timeZone ? { timeZone: env.timeZone } : {};
  const make = (style) => new Intl.DateTimeFormat('en-GB', { ...style, ...zone });
  const seconds = make({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const minutes = make({ hour: '2-digit', minute: '2-digit' });
  const days = make({ day: 'numeric', month: 'short' });
  return (plot, splits, _, __, step) => splits.map((ms) => {
    if (step >= day) {
      const room = plot.bbox.width / devicePixelRatio - plot.valToPos(ms, 'x');
      return room < 8 ? '' : days.format(ms); // a cut label is worse than none
    }
    if (step < 60_000) return seconds.format(ms);
    const text = minutes.format(ms);
    return text === '00:00' ? days.format(ms) : text;
  });
}

function axes(css, show, env, unit) {
  const shared = {
    stroke: css.getPropertyValue('--tw-text-3'),
    font: `11px ${css.getPropertyValue('--tw-font') || 'sans-serif'}`,
    ticks: { show: false },
    border: { show: false },
  };
  const grid = { stroke: css.getPropertyValue('--tw-grid'), width: 1 };
  return [
    { ...shared, grid: { show: false }, size: 26, gap: 8, space: 64, incrs: timeSteps, values: clockLabels(env) },
    {
      ...shared,
      grid,
      gap: 8,
      space: 30,
      ...(unit === 'B' ? { incrs: powersOfTwo } : {}),
      values: (_, splits) => splits.map((value) => (value === 0 ? '0' : show(Math.abs(value)))),
      size: (_, values) => 18 + 6.4 * Math.max(2, ...(values ?? []).map((text) => text.length)),
    },
  ];
}

/** From the options where they are set, else zero-based with some air. */
function yRange(options, model) {
  const mirrored = model.series.some((series) => series.mirror);
  return (_, low, high) => {
    if (low === null || high === null) return [options.min ?? 0, options.max ?? 1];
    const air = (high - low || Math.abs(high) || 1) * 0.08;
    const floor = mirrored ? low - air : low >= 0 ? 0 : low - air;
    const limit = Math.max(0, ...(options.thresholds ?? []).map((zone) => zone.show_from ?? 0));
    return [options.min ?? floor, options.max ?? Math.max(high + air, limit, floor + 1e-9)];
  };
}

function faded(colour, alpha) {
  const hex = colour.trim().replace('#', '');
  return `#${hex}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`;
}

function lineFill(kind, series) {
  if (kind === 'soft') return () => faded(series.colour, 0.12);
  if (kind !== 'gradient') return undefined;
  return (plot) => {
    const { top, height } = plot.bbox;
    const zero = Math.max(top, Math.min(top + height, plot.valToPos(0, 'y', true) || top + height));
    const far = series.mirror ? top + height : top;
    if (!Number.isFinite(zero) || Math.abs(zero - far) < 1) return faded(series.colour, 0.2);
    const shade = plot.ctx.createLinearGradient(0, far, 0, zero);
    shade.addColorStop(0, faded(series.colour, 0.5));
    shade.addColorStop(1, faded(series.colour, 0.02));
    return shade;
  };
}

/** Steps longer than `times` median steps are drawn as holes; shorter ones are bridged. */
function gapsOver(times) {
  return (plot, index, from, to) => {
    const [x, y] = [plot.data[0], plot.data[index]];
    const steps = [];
    for (let i = from + 1; i <= to && steps.length < 64; i += 1) steps.push(x[i] - x[i - 1]);
    steps.sort((a, b) => a - b);
    const longest = (steps[steps.length >> 1] ?? 0) * times;
    const gaps = [];
    let last = -1;
    for (let i = from; i <= to; i += 1) {
      if (y[i] === null || y[i] === undefined) continue;
      if (last >= 0 && x[i] - x[last] > longest) {
        gaps.push([plot.valToPos(x[last], 'x', true), plot.valToPos(x[i], 'x', true)]);
      }
      last = i;
    }
    return gaps;
  };
}

function thresholdsHook(zones, css) {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const { value, level = 'crit', label } of zones) {
      const y = plot.valToPos(value, 'y', true);
      if (!Number.isFinite(y) || y <= bbox.top || y > bbox.top + bbox.height) continue;
      const colour = css.getPropertyValue(`--tw-${level}-g`);
      ctx.fillStyle = css.getPropertyValue(`--tw-${level}-soft`);
      ctx.globalAlpha = 0.7;
      ctx.fillRect(bbox.left, bbox.top, bbox.width, y - bbox.top);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = colour;
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.font = `590 ${11 * devicePixelRatio}px ${css.getPropertyValue('--tw-font') || 'sans-serif'}`;
      ctx.fillStyle = css.getPropertyValue(`--tw-${level}`);
      ctx.textAlign = 'left';
      ctx.textBaseline = 'bottom';
      ctx.fillText(label ?? '', bbox.left + 6 * devicePixelRatio, y - 4 * devicePixelRatio);
    }
    ctx.restore();
  };
}

const style = `
:host { display: block; container-type: size; }
.box { position: relative; display: flex; flex-direction: column; height: 100%; }
[hidden] { display: none !important; }
.plot { position: relative; flex: 1; min-height: 0; overflow: hidden; cursor: crosshair; outline-offset: -2px; }
.plot:focus-visible { outline: 2px solid var(--tw-accent); border-radius: 6px; }
.canvas { position: absolute; inset: 0; }
.uplot, .uplot * { box-sizing: border-box; }
.uplot { position: relative; }
.u-wrap { position: relative; user-select: none; }
.u-over, .u-under { position: absolute; }
.uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
.u-select, .u-cursor-x, .u-cursor-y, .u-axis { position: absolute; display: none; }
.cross { position: absolute; top: 0; left: 0; width: 1px; background: var(--tw-crosshair); pointer-events: none; }
.flag { position: absolute; top: calc(100% + 4px); left: 0; transform: translateX(-50%); padding: 1px 7px;
  border-radius: 4px; background: var(--tw-crosshair); color: var(--tw-canvas);
  font-size: 11px; font-weight: 620; line-height: 16px; white-space: nowrap; }
.dots { pointer-events: none; }
.dots i { position: absolute; top: -3.5px; left: -3.5px; width: 7px; height: 7px; border-radius: 50%;
  box-shadow: 0 0 0 2px var(--tw-surface); }
.zoom { position: absolute; background: var(--tw-accent-soft); border: solid var(--tw-accent); border-width: 0 1px;
  pointer-events: none; }
.tip { position: absolute; z-index: 2; top: 0; left: 0; min-width: 150px; max-width: 320px; padding: 8px 11px;
  border: 1px solid var(--tw-border-2); border-radius: 8px; background: var(--tw-surface-2);
  box-shadow: var(--tw-shadow); font-size: 12px; pointer-events: none; }
.tip p { margin: 0 0 5px; color: var(--tw-text-3); white-space: nowrap; }
.tip div { display: flex; align-items: center; gap: 8px; line-height: 19px; }
.tip div.chosen span { color: var(--tw-text); }
.tip i, .legend i { flex: none; width: 10px; height: 3px; border-radius: 2px; }
.tip span { overflow: hidden; color: var(--tw-text-2); text-overflow: ellipsis; white-space: nowrap; }
.tip b { margin-left: auto; padding-left: 14px; font-weight: 620; white-space: nowrap; }
.legend { display: flex; flex: none; flex-wrap: wrap; gap: 0 16px; max-height: 42px; overflow: auto;
  padding: 2px 14px 10px; }
.legend button { display: flex; align-items: center; gap: 7px; min-height: 24px; padding: 0; border: 0;
  background: none; color: var(--tw-text-2); font: 12px/18px var(--tw-font, inherit); cursor: pointer; }
.legend button[aria-pressed="false"] { opacity: 0.45; }
.legend button:focus-visible { outline: 2px solid var(--tw-accent); border-radius: 4px; }
.legend b { color: var(--tw-text); font-weight: 620; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@container (max-height: 150px) { .legend { display: none; } }
`;

const frame = `<style>${style}</style><div class="box">
<div class="plot" tabindex="0" role="application">
  <div class="canvas"></div>
  <div class="cross" hidden><span class="flag"></span></div>
  <div class="dots"></div>
  <div class="zoom" hidden></div>
  <div class="tip" hidden></div>
</div>
<div class="legend"></div>
<div class="spoken" role="status" aria-live="polite"></div></div>`;

export default class Line extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #options = {};
  #env = {};
  #data = null;
  #range = null;
  #time = null;
  #own = false;
  #byKey = false;
  #chosen = 0;
  #hidden = new Set();
  #model = { times: [], series: [] };
  #plot = null;
  #shape = '';
  #wanted = 0;
  #observer = null;
  #drag = null;

  constructor() {
    super();
    this.#root.innerHTML = frame;
    this.#listen(this.#find('.plot'));
  }

  set options(value) { this.#options = value ?? {}; this.#shape = ''; this.#draw(); }
  set env(value) { this.#env = value ?? {}; this.#shape = ''; this.#draw(); }
  set theme(_) { this.#shape = ''; this.#draw(); }
  set range(value) { this.#range = value; this.#draw(); }
  set data(value) { this.#data = value; this.#model.stale = true; this.#draw(); }
  set hover(time) {
    if (time === this.#time) return;
    this.#own = false; // this panel's own moves come through #hoverAt
    this.#time = time;
    this.#showHover();
  }

  connectedCallback() {
    this.#observer = new ResizeObserver(() => this.#draw());
    this.#observer.observe(this.#find('.plot'));
    this.#draw();
  }

  disconnectedCallback() {
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#wanted);
    this.#wanted = 0;
    this.#plot?.destroy();
    this.#plot = null;
    this.#shape = '';
  }

  describe() {
    return this.#model.series
      .map((series) => {
        const [low, high] = extent(series.shown);
        if (low > high) return `${series.name} has no values.`;
        const show = (value) => this.#number(value, series);
        const now = show(lastValue(series.shown));
        return `${series.name} between ${show(low)} and ${show(high)}, now ${now}.`;
      })
      .join(' ');
  }

  #find(selector) { return this.#root.querySelector(selector); }

  #number(value, series) {
    const unit = series?.unit || this.#options.unit || '';
    return this.#env.format?.number(value, unit) ?? String(value ?? '–');
  }

  #draw() {
    if (this.#wanted || !this.isConnected) return;
    this.#wanted = requestAnimationFrame(() => {
      this.#wanted = 0;
      this.#drawNow();
    });
  }

  #drawNow() {
    if (!this.#data || !this.#range) return;
    if (this.#model.stale) {
      this.#model = collect(this.#data.frames, this.#options, uPlot.join);
      this.#paint();
    }
    const box = this.#find('.canvas').getBoundingClientRect();
    if (box.width < 20 || box.height < 20) return;
    const shape = JSON.stringify(this.#model.series.map(({ name, unit, mirror }) => [name, unit, mirror]));
    if (shape !== this.#shape || !this.#plot) this.#build(box, shape);
    else if (box.width !== this.#plot.width || box.height !== this.#plot.height) {
      this.#plot.setSize({ width: box.width, height: box.height });
    }
    this.#plot.batch(() => {
      this.#plot.setData([this.#model.times, ...this.#model.series.map((s) => s.drawn)], false);
      this.#plot.setScale('x', { min: this.#range.from, max: this.#range.to });
    });
    this.#showHover();
    this.#find('.plot').setAttribute('aria-label', `${this.getAttribute('aria-label') ?? 'Chart'}. ` +
      'Left and right move the crosshair, up and down choose a series, T shows the table.');
  }

  /** Gives every series the colour that its token has in the theme of the moment. */
  #paint() {
    const css = getComputedStyle(this);
    for (const series of this.#model.series) series.colour = css.getPropertyValue(series.token);
    return css;
  }

  #build(box, shape) {
    this.#plot?.destroy();
    this.#shape = shape;
    const css = this.#paint();
    const unit = this.#model.series[0]?.unit || this.#options.unit || '';
    const show = (value) => this.#env.format?.number(value, unit) ?? String(value);
    this.#plot = new uPlot({
      width: box.width,
      height: box.height,
      ms: 1,
      padding: [10, 14, 0, 4],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true, auto: false }, y: { range: yRange(this.#options, this.#model) } },
      axes: axes(css, show, this.#env, unit),
      series: [{}, ...this.#model.series.map((series) => ({
        label: series.name,
        stroke: series.colour,
        width: 1.5,
        dash: series.dash,
        show: !this.#hidden.has(series.name),
        points: { show: false },
        fill: lineFill(this.#options.fill, series),
        gaps: gapsOver(4),
      }))],
      hooks: { draw: [thresholdsHook(this.#options.thresholds ?? [], css)] },
    }, [this.#model.times, ...this.#model.series.map((s) => s.drawn)], this.#find('.canvas'));
    this.#buildLegend();
    this.#find('.dots').replaceChildren(...this.#model.series.map((series) => {
      const dot = document.createElement('i');
      dot.style.background = series.colour;
      return dot;
    }));
  }

  #buildLegend() {
    const legend = this.#find('.legend');
    legend.hidden = this.#options.legend === false;
    legend.replaceChildren(...this.#model.series.map((series) => {
      const line = document.createElement('button');
      line.innerHTML = '<i></i><span></span><b></b>';
      line.querySelector('i').style.background = series.colour;
      line.querySelector('span').textContent = series.name;
      line.setAttribute('aria-pressed', String(!this.#hidden.has(series.name)));
      line.title = 'Show only this; again for all';
      line.addEventListener('click', () => this.#isolate(series.name));
      return line;
    }));
  }

  #isolate(name) {
    const others = this.#model.series.map((series) => series.name).filter((other) => other !== name);
    const alone = others.length > 0 && others.every((other) => this.#hidden.has(other));
    this.#hidden = new Set(alone ? [] : others);
    this.#shape = '';
    this.#draw();
  }

  #visible() {
    return this.#model.series.filter((series) => !this.#hidden.has(series.name));
  }

  /** Everything that follows the crosshair: line, flag, dots, legend values and tooltip. */
  #showHover() {
    const { times, series } = this.#model;
    if (!this.#plot || times.length === 0) return;
    const inside = this.#time !== null && this.#range &&
      this.#time >= this.#range.from && this.#time <= this.#range.to;
    const at = inside ? nearest(times, this.#time) : -1;
    const values = series.map((one) => (at < 0 ? lastValue(one.shown) : one.shown[at]));
    this.#find('.legend').querySelectorAll('b').forEach((cell, index) => {
      cell.textContent = this.#number(values[index], series[index]);
    });
    const cross = this.#find('.cross');
    cross.hidden = !inside;
    this.#find('.dots').hidden = !inside;
    if (!inside) return (this.#find('.tip').hidden = true);
    const over = this.#plot.over;
    const [left, top] = [over.offsetLeft, over.offsetTop];
    const x = left + this.#plot.valToPos(times[at], 'x');
    cross.style.transform = `translateX(${Math.round(x)}px)`;
    cross.style.top = `${top}px`;
    cross.style.height = `${over.offsetHeight}px`;
    this.#find('.flag').textContent = this.#env.format?.clock(times[at]) ?? '';
    this.#placeDots(x, top, at);
    this.#placeTip(x, left, at, values);
  }

  #placeDots(x, top, at) {
    this.#find('.dots').querySelectorAll('i').forEach((dot, index) => {
      const series = this.#model.series[index];
      const value = series.drawn[at];
      dot.hidden = !Number.isFinite(value) || value === null || this.#hidden.has(series.name);
      const y = dot.hidden ? 0 : top + this.#plot.valToPos(value, 'y');
      dot.style.transform = `translate(${x}px, ${y}px)`;
    });
  }

  #placeTip(x, left, at, values) {
    const tip = this.#find('.tip');
    tip.hidden = !this.#own;
    if (!this.#own) return;
    const lines = this.#visible()
      .map((series) => [series, values[this.#model.series.indexOf(series)]])
      .sort((a, b) => (b[1] ?? -Infinity) - (a[1] ?? -Infinity));
    const head = document.createElement('p');
    head.textContent = this.#env.format?.stamp(this.#model.times[at]) ?? '';
    tip.replaceChildren(head, ...lines.map(([series, value]) => {
      const line = document.createElement('div');
      line.innerHTML = '<i></i><span></span><b></b>';
      line.className = series === this.#model.series[this.#chosen] ? 'chosen' : '';
      line.children[0].style.background = series.colour;
      line.children[1].textContent = series.name;
      line.children[2].textContent = this.#number(value, series);
      return line;
    }));
    const flip = x - left > this.#plot.over.offsetWidth * 0.6;
    tip.style.transform = `translate(${x}px, 14px) translateX(${flip ? 'calc(-100% - 12px)' : '12px'})`;
  }

  #fire(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #hoverAt(time) {
    this.#own = time !== null;
    this.#time = time;
    this.#showHover();
    this.#fire('tw-hover', { time });
  }

  #timeAt(event) {
    const box = this.#plot.over.getBoundingClientRect();
    const x = Math.min(box.width, Math.max(0, event.clientX - box.left));
    return this.#plot.posToVal(x, 'x');
  }

  #listen(plot) {
    plot.addEventListener('pointermove', (event) => this.#move(event));
    plot.addEventListener('pointerleave', () => this.#own && !this.#drag && this.#hoverAt(null));
    plot.addEventListener('pointerdown', (event) => this.#press(event));
    plot.addEventListener('pointerup', (event) => this.#release(event));
    plot.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    plot.addEventListener('keydown', (event) => this.#key(event));
    plot.addEventListener('blur', () => this.#own && this.#hoverAt(null));
  }

  #press(event) {
    if (!this.#plot || event.button !== 0 || event.pointerType === 'touch') return;
    this.#drag = { from: this.#timeAt(event), x: event.clientX, pan: event.altKey };
    this.#find('.plot').setPointerCapture(event.pointerId);
  }

  #move(event) {
    if (!this.#plot || this.#model.times.length === 0) return;
    this.#byKey = false;
    const { times } = this.#model;
    this.#hoverAt(times[nearest(times, this.#timeAt(event))]);
    if (!this.#drag || this.#drag.pan) return;
    const box = this.#find('.plot').getBoundingClientRect();
    const zoom = this.#find('.zoom');
    const [a, b] = [this.#drag.x - box.left, event.clientX - box.left].sort((p, q) => p - q);
    zoom.hidden = b - a < 4;
    zoom.style.cssText = `left:${a}px;width:${b - a}px;top:${this.#plot.over.offsetTop}px;` +
      `height:${this.#plot.over.offsetHeight}px`;
  }

  #release(event) {
    const drag = this.#drag;
    this.#drag = null;
    this.#find('.zoom').hidden = true;
    if (!drag || !this.#plot || Math.abs(event.clientX - drag.x) < 5) return;
    const to = this.#timeAt(event);
    const shift = drag.from - to;
    const range = drag.pan
      ? [this.#range.from + shift, this.#range.to + shift]
      : [drag.from, to].sort((a, b) => a - b);
    this.#fire('tw-select', { from: Math.round(range[0]), to: Math.round(range[1]) });
  }

  #wheel(event) {
    if (!event.shiftKey || !this.#range) return;
    event.preventDefault();
    const { from, to } = this.#range;
    const by = (to - from) * 0.25 * Math.sign(event.deltaY || event.deltaX);
    this.#fire('tw-select', { from: Math.round(from - by), to: Math.round(to + by) });
  }

  #key(event) {
    const { times, series } = this.#model;
    if (times.length === 0 || event.ctrlKey || event.altKey) return;
    const now = this.#time === null ? times.length - 1 : nearest(times, this.#time);
    const step = event.shiftKey ? 10 : 1;
    const goal = { ArrowLeft: now - step, ArrowRight: now + step, Home: 0, End: times.length - 1 };
    if (event.key in goal) {
      this.#hoverAt(times[Math.max(0, Math.min(times.length - 1, goal[event.key]))]);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const by = event.key === 'ArrowUp' ? -1 : 1;
      this.#chosen = (this.#chosen + by + series.length) % series.length;
      this.#hoverAt(times[now]);
    } else if (event.key === 'Escape' && this.#byKey) {
      this.#byKey = false;
      this.#hoverAt(null);
    } else {
      return;
    }
    this.#byKey = event.key !== 'Escape';
    event.preventDefault();
    this.#speak();
  }

  #speak() {
    const { times, series } = this.#model;
    if (this.#time === null) return (this.#find('.spoken').textContent = '');
    const at = nearest(times, this.#time);
    const one = series[this.#chosen];
    this.#find('.spoken').textContent = `${this.#env.format?.clock(times[at]) ?? ''}, ` +
      `${one.name} ${this.#number(one.shown[at], one)}`;
  }
}
