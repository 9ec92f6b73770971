/** Purpose of a link. */
export type LinkKind = 'verify' | 'sign-in' | 'reset' | 'invite';

/** Evidence in the address of a link. */
export interface AddressEvidence {
  readonly kinds: readonly LinkKind[];
  /** True if it has a query or a fragment besides those of trackers. */
  readonly hasParameters: boolean;
  /** True if one of its parts is named a token. */
  readonly hasTokenName: boolean;
  /** True if one of its parts is a long run of letters and digits. */
  readonly hasLongToken: boolean;
  /** True if one of its parts is made for this message: an identifier, a token. */
  readonly hasToken: boolean;
  /** True if it leads to help, to terms, to a social network. */
  readonly isAside: boolean;
}

/** Words of addresses, which are English on most sites. */
const WORDS: readonly (readonly [LinkKind, RegExp])[] = [
  [
    'verify',
    /verif|confirm|enroll?(?![a-z])|(?<!de|in|re)a[ck]t(?:iv|yw)(?:a|e[rz]|i[er])|attiva|ativa|(?<!in)validat|double-?opt|optin|regist\w*[/_-](?:complete|confirm|finish)/i,
  ],
  ['sign-in', /magic|passwordless|inlog|anmeld|connexion|iniciar-?_?sesion|sign-?_?in|log-?_?in|otp|(?<![a-z])auth/i],
  [
    'reset',
    /reset|recover|forgot|(?:new|set|change|lost|update|edit)-?_?(?:new-?_?)?pass(?:word)?|password[/_-](?:edit|change)|unlock|herstel|obnov|restablec|redefin|r[eé]initial|ripristin|zur(?:ue|u|ü)ck?setz/i,
  ],
  ['invite', /invit|accept|join/i],
];
const TOKEN_NAME =
  /[?&#/](?:token|code|otp|ticket|key|t|hash|sig|signature|nonce|oobcode|confirmation_token)[=/][\w.~%-]{6,}/i;
const ASIDE_WORDS =
  /unsub|invalidat|deactivat|decline|opt-?_?out|preferences|privacy|terms|legal|help|support|contact|faq|guides?\b|docs\b|documentation|pull\/\d|issues?\/\d|merge_requests|commit\/|blog|article|newsletter|deny|cancel|report|not-?_?me|block|revoke/i;
/** The name of a host says little: many products are at `help.acme.example` or `docs.acme.example`. */
const ASIDE_HOSTS =
  /(?:^|\.)(?:apps\.apple|itunes\.apple|play\.google|facebook|twitter|x|instagram|linkedin|youtube|tiktok|schema|w3)\.(?:com|org)(?::\d+)?$/i;
/** Parameters that trackers add: their names and values say nothing of the purpose. */
const TRACKING =
  /([?&#])(?:utm_\w+|mc_\w+|mkt_\w+|pk_\w+|hsa_\w+|_hs\w+|fbclid|gclid|msclkid|trk\w*|campaign\w*|medium|source|content|ref)=[^&#]*/gi;

/** Parameters that say where to go, or who reads the message. */
const NAVIGATION = /([?&#])(?:redirect\w*|next|return\w*|continue|from|lang|locale|hl|email|mail|e)=[^&#]*/gi;

/** Reads the evidence in the address of a link. */
export function readAddress(href: string): AddressEvidence {
  const [, host = '', tail = ''] = /^(?:https?:\/\/)?([^/?#]*)(.*)$/is.exec(href) ?? [];
  const rest = tail.replace(TRACKING, '$1');
  // A token is a long run of letters and digits; any word may occur in it by chance.
  const words = rest.replace(/[\w-]*\d[\w-]{15,}|[A-Za-z0-9_-]{40,}/g, ' ');
  const kinds = WORDS.filter(([, pattern]) => pattern.test(words)).map(([kind]) => kind);
  const parts = rest.replace(NAVIGATION, '$1').split(/[/?&#=.:;,]|%2[46CF]|%3[ADF]/i);
  return {
    kinds,
    hasParameters: /[?#](?!(?:redirect|next|return|continue|from|lang)[\w-]*=)[^&#]/i.test(rest),
    hasTokenName: TOKEN_NAME.test(rest),
    hasLongToken: parts.some((part) => part.length >= 20 && /[a-z]/i.test(part) && isToken(part)),
    hasToken: TOKEN_NAME.test(rest) || parts.some(isOwn) || endsWithId(rest),
    isAside: ASIDE_HOSTS.test(host) || ASIDE_WORDS.test(words),
  };
}

/** True for a part with a number besides that of a version: few pages of a site have one, and nearly every token. */
function isOwn(part: string): boolean {
  return (/\d/.test(part) && !/^v\d{1,2}$|^(?:19|20)\d\d$/i.test(part)) || (part.length >= 20 && isToken(part));
}

/** True for letters and digits that no person chose as a name. */
function isToken(part: string): boolean {
  if (part.length < 6) return false;
  if (part.length >= 32) return /^[\w~%+-]+$/.test(part) && !/^[a-z]+(?:[-_][a-z]+)+$/i.test(part);
  if (/^\d+$/.test(part)) return true;
  return (
    /\d/.test(part) && /[a-z]/i.test(part) && !/^(?:[a-z]+[-_]?)+\d{1,4}$|^(?:[a-z]+[-_])+[a-z]*\d?[a-z]*$/.test(part)
  );
}

/** True if the part after the word for the purpose is an identifier: `/invitations/slzymetevck`. */
function endsWithId(rest: string): boolean {
  const [path = ''] = rest.split(/[?#]/);
  const [purpose = '', id = ''] = path.split('/').filter(Boolean).slice(-2);
  const isId = /^[\w-]*\d[\w-]*$|^[a-z]{10,}$/i.test(id) && !WORDS.some(([, pattern]) => pattern.test(id));
  return isId && WORDS.some(([, pattern]) => pattern.test(purpose));
}

/** Returns the URL of a link. A host without a scheme, as in an SMS, gets `https:`. */
export function urlOf(href: string): URL | undefined {
  const address = /^https?:/i.test(href) ? href : `https://${href}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** True for the first page of a site. */
export function isHome(href: string): boolean {
  const url = urlOf(href);
  if (!url) return false;
  const { pathname, search, hash } = url;
  return /^\/?(?:[a-z]{2}(?:-[a-z]{2})?\/?)?$/i.test(pathname) && search === '' && hash === '';
}
