// SPDX-License-Identifier: MIT
// From a manifest to an element. A class can be registered once and a name never again, so each
// content hash gets a fresh subclass under its own tag: two versions can live side by side.
import { boot, getJson } from '../data/boards';
import type { Manifest, PanelElement } from '../data/contract';
import { FramedPanel } from './framed';

let known: Promise<Manifest[]> | undefined;

export function manifests(fresh = false): Promise<Manifest[]> {
  if (fresh || !known) {
    known = boot.panels && !fresh ? Promise.resolve(boot.panels) : getJson<Manifest[]>('/api/panels');
    known.catch(() => (known = undefined));
  }
  return known;
}

/** The manifest of `id`, asking the server again for one that is not known yet. */
export async function manifest(id: string): Promise<Manifest> {
  const find = (list: Manifest[]) => list.find((entry) => entry.id === id);
  const found = find(await manifests()) ?? find(await manifests(true));
  if (!found) throw new Error(`no panel "${id}" is installed; put its folder into panel_path`);
  if (found.error) throw new Error(`panel "${id}": ${found.error}`);
  return found;
}

export function defaults(manifest: Manifest): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(manifest.options)) filled[name] = spec.value;
  return filled;
}

/** `attempt` asks for the module under another address, because a failed import is remembered. */
async function inPage(entry: Manifest, attempt: number): Promise<PanelElement> {
  const tag = `${entry.element}-${entry.hash.slice(0, 8)}`;
  if (!customElements.get(tag)) {
    const url = attempt > 0 ? `${entry.url}?attempt=${attempt}` : entry.url;
    const module = (await import(/* @vite-ignore */ url)) as {
      api?: number;
      default?: typeof HTMLElement;
    };
    if (module.api !== 1 || !module.default) {
      throw new Error(`panel "${entry.id}" does not export api = 1 and a default class`);
    }
    const Base = module.default;
    if (!customElements.get(tag)) customElements.define(tag, class extends Base {});
  }
  return document.createElement(tag) as PanelElement;
}

export async function create(entry: Manifest, attempt = 0): Promise<PanelElement> {
  return entry.trust === 'page' ? inPage(entry, attempt) : new FramedPanel(entry);
}
