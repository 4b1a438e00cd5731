// SPDX-License-Identifier: MIT
// A panel that is not trusted: the same contract, spoken over a MessagePort to a sandboxed frame
// of opaque origin. Custom properties do not cross frames, so the tokens are sent as a map.
import type { Environment, Manifest, PanelData, Range } from '../data/contract';

const passedOn = new Set(['tw-select', 'tw-hover', 'tw-options', 'tw-open', 'tw-error', 'tw-ready']);

function tokens(): Record<string, string> {
  const map: Record<string, string> = {};
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSStyleRule) || !rule.selectorText.startsWith(':root')) continue;
      for (const name of rule.style) if (name.startsWith('--tw-')) map[name] = '';
    }
  }
  const now = getComputedStyle(document.documentElement);
  for (const name of Object.keys(map)) map[name] = now.getPropertyValue(name);
  return map;
}

export class FramedPanel extends HTMLElement {
  private port: MessagePort | undefined;
  private kept = new Map<string, unknown>();
  private sentence = '';
  private entry!: Manifest;

  constructor(entry?: Manifest) {
    super();
    if (entry) this.entry = entry;
  }

  set options(value: Record<string, unknown>) { this.send('options', value); }
  set data(value: PanelData) { this.send('data', value); }
  set range(value: Range) { this.send('range', value); }
  set hover(value: number | null) { this.send('hover', value); }
  set env(value: Environment) { this.send('env', { ...value, format: undefined }); }
  set theme(value: string) {
    this.send('tokens', tokens());
    this.send('theme', value);
  }

  describe(): string {
    return this.sentence;
  }

  connectedCallback(): void {
    this.style.cssText = 'display:block;width:100%;height:100%';
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.title = this.entry.name;
    frame.style.cssText = 'border:0;width:100%;height:100%;color-scheme:inherit';
    frame.src = '/panels/frame.html';
    frame.addEventListener('load', () => this.greet(frame), { once: true });
    this.replaceChildren(frame);
  }

  disconnectedCallback(): void {
    this.port?.close();
    this.port = undefined;
    this.replaceChildren();
  }

  private greet(frame: HTMLIFrameElement): void {
    const channel = new MessageChannel();
    this.port = channel.port1;
    this.port.onmessage = (event) => this.heard(event.data);
    const url = new URL(this.entry.url, location.href).href;
    const start = { url, element: this.entry.element, props: Object.fromEntries(this.kept) };
    frame.contentWindow?.postMessage(start, '*', [channel.port2]);
  }

  private heard(message: { event: string; detail: unknown }): void {
    if (message.event === 'describe') this.sentence = String(message.detail);
    if (!passedOn.has(message.event)) return;
    const event = { detail: message.detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent(message.event, event));
  }

  private send(name: string, value: unknown): void {
    this.kept.set(name, value);
    this.port?.postMessage({ name, value });
  }
}

customElements.define('tw-framed-panel', FramedPanel);
