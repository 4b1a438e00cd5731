// SPDX-License-Identifier: MIT
// Boards, manifests and what the server wrote into the page (`#boot`) to save round trips.
import type { Manifest } from './contract';

export interface Query {
  source?: string;
  text?: string;
  as?: 'series' | 'table';
  label?: string;
  unit?: string;
  config?: Record<string, unknown>;
}

export interface PanelSpec {
  id: string;
  title: string;
  subtitle?: string;
  panel: string;
  /** x, y, w, h in grid units of twelve columns. */
  at: [number, number, number, number];
  options?: Record<string, unknown>;
  queries: Query[];
}

export interface Variable {
  name: string;
  label?: string;
  values?: string[];
}

export interface Board {
  slug: string;
  title: string;
  scope?: 'host';
  range?: number;
  variables?: Variable[];
  panels: PanelSpec[];
}

export interface BoardName {
  slug: string;
  title: string;
  scope?: 'host';
}

interface Boot {
  version?: string;
  openAlerts?: number;
  boards?: BoardName[];
  panels?: Manifest[];
  board?: Board;
}

function readBoot(): Boot {
  try {
    return JSON.parse(document.getElementById('boot')?.textContent ?? '{}') as Boot;
  } catch {
    return {};
  }
}

export const boot = readBoot();

export async function getJson<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

export async function loadBoard(slug: string): Promise<Board> {
  const first = boot.board;
  delete boot.board; // later the variables may have other values
  if (first?.slug === slug) return first;
  return getJson<Board>(`/api/boards/${encodeURIComponent(slug)}`);
}

export async function loadBoards(): Promise<BoardName[]> {
  return boot.boards ?? getJson<BoardName[]>('/api/boards');
}
