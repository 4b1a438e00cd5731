// SPDX-License-Identifier: MIT
// Builds the shell into ../dist with content hashes in the names. The sandboxed frame is a second
// run (`--mode frame`), so that the shell's first load is one file and not shared pieces.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  base: '/',
  publicDir: false,
  build: {
    outDir: here('../dist'),
    emptyOutDir: mode !== 'frame',
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: { input: mode === 'frame' ? here('frame.html') : here('index.html') },
  },
}));
