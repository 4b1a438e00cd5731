// SPDX-License-Identifier: MIT
// Writes the binary messages of API.md.

const pad = (length) => (length + 7) & ~7;

export function encode(header, frames = []) {
  const buffers = [];
  let at = 0;
  const described = frames.map(({ query = 0, name = '', columns }) => ({
    query,
    name,
    rows: columns[0]?.values.length ?? 0,
    columns: columns.map(({ values, ...column }) => {
      if (column.type === 'json') return { ...column, at: 0, json: values };
      const dictionary = column.type === 'str' ? [...new Set(values)] : undefined;
      const array = dictionary ? Uint32Array.from(values, (v) => dictionary.indexOf(v)) : Float64Array.from(values);
      const described = { ...column, dictionary, at };
      buffers.push(Buffer.from(array.buffer));
      at = pad(at + array.byteLength);
      return described;
    }),
  }));
  const text = Buffer.from(JSON.stringify({ ...header, frames: described }));
  const shift = 8 + pad(text.length);
  const message = Buffer.alloc(shift + at, 0);
  message.fill(0x20, 8, shift);
  text.copy(message, 8);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt32LE(shift - 8, 4);
  let offset = shift;
  for (const buffer of buffers) {
    buffer.copy(message, offset);
    offset += pad(buffer.length);
  }
  return message;
}
