// SPDX-License-Identifier: MIT
// What one browser tab is looking at: range, theme, crosshair. Listeners name the part they need,
// so that a moving crosshair wakes nobody but the panels.
import type { Range } from './contract';

type Topic = 'range' | 'clock' | 'theme' | 'hover' | 'link';
type Listener = () => void;

export type Link = 'live' | 'connecting' | 'paused';
export type Theme = 'dark' | 'light';

/** A relative range (`last` seconds, moving) or a fixed one in ms. */
export type Asked = { last: number } | { from: number; to: number };

export const presets: readonly [number, string][] = [
  [300, 'Last 5 minutes'],
  [900, 'Last 15 minutes'],
  [3600, 'Last 1 hour'],
  [21600, 'Last 6 hours'],
  [43200, 'Last 12 hours'],
  [86400, 'Last 24 hours'],
  [172800, 'Last 2 days'],
  [604800, 'Last 7 days'],
  [2592000, 'Last 30 days'],
];

class Session {
  asked: Asked = { last: 900 };
  live = true;
  link: Link = 'connecting';
  hover: number | null = null;
  private hoverBy: object | null = null;
  theme: Theme = document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
  shortcutsOff = localStorage.getItem('tw-shortcuts') === 'off';
  private now = 0;
  private before: Asked[] = [];
  private listeners = new Map<Topic, Set<Listener>>();

  on(topic: Topic, listener: Listener): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(listener));
    return () => set.delete(listener);
  }

  private tell(topic: Topic): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }

  /** The server's clock moves a live range, in steps of about two pixels. */
  tick(asOf: number): void {
    const step = 'last' in this.asked ? Math.max(1000, this.asked.last) : 1000;
    const now = Math.floor(asOf / step) * step;
    if (now === this.now) return;
    this.now = now;
    this.tell('clock');
  }

  get range(): Range {
    if ('last' in this.asked) {
      const to = this.now || Date.now();
      return { from: to - this.asked.last * 1000, to, live: this.live };
    }
    return { from: this.asked.from, to: this.asked.to, live: false };
  }

  ask(asked: Asked): void {
    this.before.push(this.asked);
    this.asked = asked;
    this.tell('range');
  }

  /** Back from a zoom; true if there was one. */
  back(): boolean {
    const last = this.before.pop();
    if (!last) return false;
    this.asked = last;
    this.tell('range');
    return true;
  }

  /** Sets the range a board asks for, without a step to go back to. */
  begin(asked: Asked): void {
    this.before = [];
    this.asked = asked;
    this.tell('range');
  }

  setLive(live: boolean): void {
    this.live = live;
    this.tell('range');
  }

  setLink(link: Link): void {
    if (link === this.link) return;
    this.link = link;
    this.tell('link');
  }

  /** A panel may end only its own crosshair: leaving one and entering the next can cross. */
  setHover(time: number | null, by: object | null = null): void {
    if (time === null && by !== null && by !== this.hoverBy) return;
    this.hoverBy = by;
    if (time === this.hover) return;
    this.hover = time;
    this.tell('hover');
  }

  setShortcutsOff(off: boolean): void {
    this.shortcutsOff = off;
    localStorage.setItem('tw-shortcuts', off ? 'off' : 'on');
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('tw-theme', theme);
    this.tell('theme');
  }
}

export const session = new Session();

export function rangeLabel(asked: Asked): string {
  if (!('last' in asked)) {
    const day = new Date(asked.from).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    const clock = (ms: number) => new Date(ms).toLocaleTimeString('en-GB').slice(0, 5);
    return `${day}, ${clock(asked.from)}–${clock(asked.to)}`;
  }
  return presets.find(([seconds]) => seconds === asked.last)?.[1] ?? `Last ${asked.last} s`;
}
