// SPDX-License-Identifier: MIT
// Just enough TOML for panel manifests: tables, dotted table heads, strings, numbers, booleans,
// arrays and inline tables.

export function parse(text) {
  const root = {};
  let table = root;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (!line || line.startsWith('#')) continue;
    const head = /^\[([^\]]+)\]$/.exec(line);
    if (head) {
      table = head[1].split('.').reduce((at, key) => (at[key] ??= {}), root);
      continue;
    }
    const [, key, rest] = /^"?([^"=]+?)"?\s*=\s*(.*)$/.exec(line);
    table[key] = value(rest);
  }
  return root;
}

/** Arrays and inline tables become JSON by quoting their keys. */
function value(text) {
  const quoted = text.replace(/([{,]\s*)([A-Za-z_]\w*)\s*=/g, '$1"$2":');
  const bare = /^("(?:[^"\\]|\\.)*"|[^#]*)/.exec(quoted)[1].trim();
  return JSON.parse(/^[[{]/.test(quoted) ? quoted : bare);
}
