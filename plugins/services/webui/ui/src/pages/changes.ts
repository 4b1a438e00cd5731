// SPDX-License-Identifier: MIT
// How instances differ from the configuration files: tags on those that run, and rows for those
// that were taken out.
import { html } from 'lit';
import type { Row } from '../data/rows';

interface Tag {
  word: string;
  why: string;
}

function tagOf({ change, detail }: Row): Tag {
  switch (change) {
    case 'added':
      return { word: 'added', why: `In no configuration file: added as ${detail} with tickwork ctl` };
    case 'set':
      return { word: 'changed', why: `Set with tickwork ctl: ${detail}` };
    case 'removed':
      return { word: 'removed', why: 'In the configuration files, but taken out with tickwork ctl' };
    default:
      return { word: 'changed', why: 'Runs otherwise than the configuration files say' };
  }
}

/** The instances with their changes; one that was removed is a row without numbers. */
export function marked(instances: readonly Row[], changes: readonly Row[]): Row[] {
  const tags = new Map<unknown, Tag[]>();
  for (const row of changes) tags.set(row.instance, [...(tags.get(row.instance) ?? []), tagOf(row)]);
  const known = new Set(instances.map((row) => row.name));
  const gone = changes.filter((row) => row.change === 'removed' && !known.has(row.instance));
  return [
    ...instances.map((row) => ({ ...row, tags: tags.get(row.name) })),
    ...gone.map(({ instance }) => {
      const plugin = String(instance).replace(/(::|#).*/, '');
      const kind = plugin.replace(/\..*/, '').replace(/s$/, '');
      return { name: instance, plugin, kind, state: 'removed', gone: true, tags: tags.get(instance) };
    }),
  ];
}

export function tagsOf(row: Row) {
  return ((row.tags as Tag[] | undefined) ?? []).map(({ word, why }) =>
    html`<span class="tag runtime" title=${why}>${word}</span>`);
}
