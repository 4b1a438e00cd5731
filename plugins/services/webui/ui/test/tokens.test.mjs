// SPDX-License-Identifier: MIT
// Contrast ratios of the token file, computed as WCAG 2.2 defines them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('../src/look/tokens.css', import.meta.url), 'utf8');
const [, dark, light] = /:root \{([^}]*)\}[\s\S]*:root\[data-theme='light'\] \{([^}]*)\}/.exec(css);
const tokens = (block) => Object.fromEntries([...block.matchAll(/--tw-([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

for (const [theme, block, series] of [['dark', dark, 4.5], ['light', light, 3]]) {
  const token = tokens(block);
  test(`${theme}: texts reach 4.5 on every background`, () => {
    for (const text of ['text', 'text-2', 'text-3', 'accent', 'ok', 'warn', 'crit', 'info']) {
      for (const back of ['canvas', 'surface', 'surface-2']) {
        assert.ok(contrast(token[text], token[back]) >= 4.5, `${text} on ${back}: ${contrast(token[text], token[back]).toFixed(2)}`);
      }
    }
    assert.ok(contrast(token['on-accent'], token.accent) >= 4.5);
  });
  test(`${theme}: graphics reach 3, series ${series}, field edges 3`, () => {
    for (const fill of ['ok-g', 'warn-g', 'crit-g', 'field']) assert.ok(contrast(token[fill], token.surface) >= 3, fill);
    for (let n = 1; n <= 8; n += 1) assert.ok(contrast(token[`series-${n}`], token.surface) >= series, `series ${n}`);
  });
}
