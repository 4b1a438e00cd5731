// SPDX-License-Identifier: MIT
// Runs inside the sandboxed frame: receives one port, defines the panel's element and plays the
// shell for it. It can reach nothing but that port.
import { formatter } from '../format/formatter';

interface Start {
  url: string;
  element: string;
  props: Record<string, unknown>;
}

type Panel = HTMLElement & Record<string, unknown> & { describe?: () => string };

const order = ['tokens', 'options', 'theme', 'env', 'range'];
const after = ['data', 'hover'];
const told = ['tw-select', 'tw-hover', 'tw-options', 'tw-open', 'tw-error', 'tw-ready'];

function set(panel: Panel, name: string, value: unknown): void {
  if (name === 'tokens') {
    const style = document.documentElement.style;
    for (const [key, text] of Object.entries(value as Record<string, string>)) {
      style.setProperty(key, text);
    }
  } else if (name in panel) {
    panel[name] = value;
  }
  if (name === 'theme') document.documentElement.style.colorScheme = String(value);
}

function complete(name: string, value: unknown): unknown {
  if (name !== 'env') return value;
  const env = value as { locale: string; timeZone: string };
  return { ...env, format: formatter(env.locale, env.timeZone) };
}

async function begin(start: Start, port: MessagePort): Promise<void> {
  const tell = (event: string, detail: unknown) => port.postMessage({ event, detail });
  const guarded = (panel: Panel, name: string, value: unknown) => {
    try {
      set(panel, name, complete(name, value));
    } catch (error) {
      tell('tw-error', { message: String(error) });
    }
  };
  try {
    const module = (await import(/* @vite-ignore */ start.url)) as { default: typeof HTMLElement };
    customElements.define(start.element, class extends module.default {});
    const panel = document.createElement(start.element) as Panel;
    for (const event of told) {
      panel.addEventListener(event, (fired) => tell(event, (fired as CustomEvent).detail));
    }
    for (const name of order) if (name in start.props) guarded(panel, name, start.props[name]);
    document.body.replaceChildren(panel);
    for (const name of after) if (name in start.props) guarded(panel, name, start.props[name]);
    port.onmessage = ({ data }) => {
      guarded(panel, data.name, data.value);
      if (data.name === 'data' && panel.describe) tell('describe', panel.describe());
    };
    tell('tw-ready', null);
  } catch (error) {
    tell('tw-error', { message: String(error) });
  }
}

addEventListener('message', (event) => void begin(event.data, event.ports[0] as MessagePort), {
  once: true,
});
