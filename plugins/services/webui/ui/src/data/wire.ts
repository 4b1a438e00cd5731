// SPDX-License-Identifier: MIT
// Reads the binary messages of /api/live and /api/query: a length, a JSON header and 8-byte
// aligned buffers that become typed arrays without a copy.
import type { Column, Frame } from './contract';

interface WireColumn extends Omit<Column, 'values' | 'nulls'> {
  /** Where the values begin, counted from the end of the header. */
  at: number;
  nullsAt?: number;
  json?: unknown[];
}

export interface Message {
  panel: string;
  kind: 'full' | 'append' | 'error' | 'beat';
  asOf: number;
  /** append: rows at or after this time are replaced. */
  since?: number;
  /** append: rows before this time are dropped. */
  dropBefore?: number;
  error?: string;
  query?: string;
  reduced?: boolean;
  partial?: boolean;
  read?: number;
  frames: Frame[];
}

const prefix = 8;

function view(buffer: ArrayBuffer, start: number, column: WireColumn, rows: number): Column['values'] {
  const at = start + column.at;
  switch (column.type) {
    case 'str':
    case 'enum':
      return new Uint32Array(buffer, at, rows);
    case 'bool':
      return new Uint8Array(buffer, at, rows);
    case 'json':
      return column.json ?? [];
    default:
      return new Float64Array(buffer, at, rows);
  }
}

/** One whole message; `buffer` starts at its length prefix and is 8-byte aligned. */
export function decode(buffer: ArrayBuffer): Message {
  const head = new DataView(buffer);
  const length = head.getUint32(4, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, prefix, length));
  const header = JSON.parse(text);
  for (const frame of header.frames ?? []) {
    for (const column of frame.columns) {
      column.values = view(buffer, prefix + length, column, frame.rows);
    };
  }
  return { frames: [], ...header };
}

/** Cuts a byte stream into messages, however the network splits it. */
export class Splitter {
  private parts: Uint8Array[] = [];
  private size = 0;

  constructor(private readonly deliver: (message: Message) => void) {}

  push(chunk: Uint8Array): void {
    this.parts.push(chunk);
    this.size += chunk.length;
    while (this.size >= prefix) {
      const length = this.peekLength();
      if (length < prefix || length > 256 << 20) throw new Error('the stream is not in step');
      if (this.size < length) return;
      this.deliver(decode(this.take(length)));
    }
  }

  private peekLength(): number {
    const first = this.parts[0];
    if (first && first.length >= 4) {
      return new DataView(first.buffer, first.byteOffset, 4).getUint32(0, true);
    }
    const joined = new Uint8Array(this.size);
    this.copyInto(joined);
    this.parts = [joined];
    return new DataView(joined.buffer).getUint32(0, true);
  }

  private copyInto(target: Uint8Array): void {
    let at = 0;
    for (const part of this.parts) {
      const piece = part.subarray(0, target.length - at);
      target.set(piece, at);
      at += piece.length;
      if (at === target.length) return;
    }
  }

  private take(length: number): ArrayBuffer {
    const message = new Uint8Array(length);
    this.copyInto(message);
    let left = length;
    while (left > 0) {
      const first = this.parts[0] as Uint8Array;
      if (first.length > left) {
        this.parts[0] = first.subarray(left);
        break;
      }
      left -= first.length;
      this.parts.shift();
    }
    this.size -= length;
    return message.buffer;
  }
}
