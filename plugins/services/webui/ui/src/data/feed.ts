// SPDX-License-Identifier: MIT
// Keeps the data of every panel on screen: merges what the stream brings, tells which panel
// changed, and ages what has not been heard of.
import type { PanelData } from './contract';
import { merge } from './merge';
import { session } from './session';
import { Stream, type Subscription } from './stream';
import type { Message } from './wire';

export const loading: PanelData = { state: 'loading', asOf: 0, columns: [], frames: [] };

const staleAfter = 15_000;

function isEmpty(message: { frames: PanelData['frames'] }): boolean {
  return message.frames.every((frame) => (frame.columns[0]?.values.length ?? 0) === 0);
}

export class Feed {
  private data = new Map<string, PanelData>();
  private heard = Date.now();
  private stream: Stream;
  private timer: number;
  private stopListening: () => void;

  constructor(
    subscription: () => Subscription,
    private readonly changed: (panel: string, data: PanelData) => void,
  ) {
    this.stream = new Stream(
      subscription,
      (message) => this.take(message),
      (why) => this.failed(why, subscription()),
    );
    this.stopListening = session.on('range', () => this.fade());
    this.timer = window.setInterval(() => this.ageAll(), 5000);
  }

  close(): void {
    this.stopListening();
    this.stream.close();
    clearInterval(this.timer);
  }

  restart(): void {
    this.fade();
    this.stream.restart();
  }

  /** The old picture stays, dimmed, until the new range has arrived. */
  private fade(): void {
    for (const [id, data] of this.data) this.set(id, { ...data, state: 'loading' });
  }

  private set(panel: string, data: PanelData): void {
    this.data.set(panel, data);
    this.changed(panel, data);
  }

  private take(message: Message): void {
    this.heard = Date.now();
    session.tick(message.asOf);
    if (message.kind === 'beat') return;
    const old = this.data.get(message.panel) ?? loading;
    if (message.kind === 'error') {
      const error = message.error ?? 'unknown';
      this.set(message.panel, { ...old, state: 'error', error, asOf: message.asOf });
      return;
    }
    const frames = merge(old.frames, message);
    const state = isEmpty({ frames }) ? 'empty' : message.partial ? 'partial' : 'ok';
    const { asOf, reduced, read } = message;
    this.set(message.panel, { state, asOf, reduced, read, columns: frames[0]?.columns ?? [], frames });
  }

  private failed(why: string, subscription: Subscription): void {
    for (const { id } of subscription.panels) {
      const old = this.data.get(id);
      if (!old || old.frames.length === 0) {
        this.set(id, { ...loading, state: 'error', error: `No answer from the server: ${why}` });
      }
    }
    this.ageAll();
  }

  private ageAll(): void {
    if (!session.range.live || Date.now() - this.heard < staleAfter) return;
    for (const [id, data] of this.data) {
      if (data.state === 'ok') this.set(id, { ...data, state: 'stale' });
    }
  }
}
