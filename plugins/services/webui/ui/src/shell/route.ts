// SPDX-License-Identifier: MIT
// Addresses and what they show. Links are plain anchors; clicks inside the page become history
// entries.

export type Route =
  | { page: 'hosts' }
  | { page: 'host'; host: string }
  | { page: 'boards' }
  | { page: 'board'; slug: string }
  | { page: 'alerts' }
  | { page: 'plugins' }
  | { page: 'missing' };

export function parse(path: string): Route {
  const [first, second] = path.split('/').filter(Boolean).map(decodeURIComponent);
  switch (first) {
    case undefined:
      return { page: 'hosts' };
    case 'hosts':
      return second ? { page: 'host', host: second } : { page: 'hosts' };
    case 'd':
      return second ? { page: 'board', slug: second } : { page: 'boards' };
    case 'alerts':
    case 'plugins':
      return second ? { page: 'missing' } : { page: first };
    default:
      return { page: 'missing' };
  }
}

export function go(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** Turns clicks on same-origin anchors into `go`, wherever they are in the shadow trees. */
export function captureLinks(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement) || link.target || link.origin !== location.origin) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
