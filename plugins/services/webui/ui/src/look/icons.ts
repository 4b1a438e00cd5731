// SPDX-License-Identifier: MIT
// Icons drawn on a 24 grid with 1.6 strokes, as inline SVG so that they take the text's colour.
import { svg, type SVGTemplateResult } from 'lit';

const drawn: Record<string, SVGTemplateResult> = {
  pulse: svg`<path d="M3 13h4l3-8 4 14 3-6h4"/>`,
  hosts: svg`<rect x="4" y="4" width="16" height="6" rx="2"/><rect x="4" y="14" width="16" height="6" rx="2"/><path d="M8 7h.01M8 17h.01M12 7h5M12 17h5"/>`,
  boards: svg`<rect x="4" y="4" width="7" height="9" rx="1.8"/><rect x="13.5" y="4" width="6.5" height="5" rx="1.8"/><rect x="13.5" y="12" width="6.5" height="8" rx="1.8"/><rect x="4" y="16" width="7" height="4" rx="1.6"/>`,
  bell: svg`<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z"/><path d="M10.2 20.5a2 2 0 0 0 3.6 0"/>`,
  plug: svg`<path d="M9 3v5M15 3v5M7 8h10v3a5 5 0 0 1-10 0zM12 16v5"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  clock: svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,
  down: svg`<path d="m7 10 5 5 5-5"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1"/>`,
  moon: svg`<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"/>`,
  help: svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.6 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6h.01"/>`,
  table: svg`<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M4 10h16M10 10v9"/>`,
  expand: svg`<path d="M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  retry: svg`<path d="M19 12a7 7 0 1 1-2.1-5M19 4v4.5h-4.5"/>`,
  warning: svg`<path d="M12 4.5 21 19.5H3z"/><path d="M12 10.5v4M12 17h.01"/>`,
  empty: svg`<path d="M3.5 17.5 9 12l3.5 3L20.5 7" stroke-dasharray="2 3"/>`,
  back: svg`<path d="m14 6-6 6 6 6"/>`,
};

export function icon(name: keyof typeof drawn, size = 18): SVGTemplateResult {
  return svg`<svg viewBox="0 0 24 24" width=${size} height=${size} fill="none" stroke="currentColor"
    stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
    style="display:block;flex:none">${drawn[name]}</svg>`;
}
