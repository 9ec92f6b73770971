/** Returns a URL for a model: without its query and fragment, which may hold a code or a token. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return 'an invalid address';
  const { protocol, origin, pathname } = new URL(url);
  return /^https?:$/.test(protocol) ? `${origin}${pathname}` : `${protocol}…`;
}
