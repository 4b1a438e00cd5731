// SPDX-License-Identifier: MIT
// The page's one stream: POST /api/live, all panels of what is on screen multiplexed. It starts
// again after a break with a growing pause, and ends while the tab is hidden.
import { session } from './session';
import { Splitter, type Message } from './wire';

export interface Subscription {
  board?: string;
  vars?: Record<string, string>;
  panels: { id: string; width: number; source?: string }[];
}

const firstPause = 500;
const longestPause = 10_000;

export class Stream {
  private stop = new AbortController();
  private pause = firstPause;
  private timer = 0;
  private closed = false;
  private stopListening: (() => void)[] = [];

  constructor(
    private readonly subscription: () => Subscription,
    private readonly deliver: (message: Message) => void,
    private readonly broken: (why: string) => void,
  ) {
    const visible = () => this.restart();
    document.addEventListener('visibilitychange', visible);
    this.stopListening.push(() => document.removeEventListener('visibilitychange', visible));
    this.stopListening.push(session.on('range', () => this.restart()));
    this.restart();
  }

  close(): void {
    this.closed = true;
    this.stopListening.forEach((stop) => stop());
    this.halt();
  }

  restart(): void {
    this.halt();
    if (this.closed) return;
    if (document.hidden) return session.setLink('paused');
    this.pause = firstPause;
    void this.run();
  }

  private halt(): void {
    clearTimeout(this.timer);
    this.stop.abort();
    this.stop = new AbortController();
  }

  private async run(): Promise<void> {
    const stop = this.stop;
    const live = session.range.live;
    session.setLink('connecting');
    try {
      await this.read(live ? '/api/live' : '/api/query', stop.signal);
      if (stop.signal.aborted) return;
      if (!live) return session.setLink('paused');
      throw new Error('the server ended the stream');
    } catch (error) {
      if (stop.signal.aborted) return;
      this.broken(error instanceof Error ? error.message : String(error));
      session.setLink('connecting');
      this.timer = window.setTimeout(() => void this.run(), this.pause);
      this.pause = Math.min(longestPause, this.pause * 2);
    }
  }

  private async read(path: string, signal: AbortSignal): Promise<void> {
    const asked = session.asked;
    const body = JSON.stringify({ ...this.subscription(), range: asked });
    const headers = { 'Content-Type': 'application/json', Accept: 'application/vnd.tickwork.frames' };
    const answer = await fetch(path, { method: 'POST', body, headers, signal });
    if (!answer.ok || !answer.body) throw new Error(await problem(answer));
    if (path === '/api/live') session.setLink('live');
    this.pause = firstPause;
    const splitter = new Splitter(this.deliver);
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      splitter.push(value);
    }
  }
}

async function problem(answer: Response): Promise<string> {
  const text = await answer.text().catch(() => '');
  try {
    return (JSON.parse(text) as { error: string }).error;
  } catch {
    return `${answer.status} ${answer.statusText}`;
  }
}
