import type { Message, MessageLink } from '../message/message.ts';
import { type WordMeaning, findWords } from '../language/message/index.ts';

/** Purpose of a link. */
export type LinkKind = 'verify' | 'sign-in' | 'reset' | 'invite';

/** A link that a message may ask to follow, with the evidence for and against it. */
export interface RankedLink {
  /** Address, byte for byte as it was sent. */
  readonly href: string;
  /** Visible words of the link. */
  readonly text: string;
  /** Score: 4 or more if it reads like the link to follow. */
  readonly score: number;
  readonly kinds: readonly LinkKind[];
  readonly reasons: readonly string[];
}

const KINDS: Readonly<Partial<Record<WordMeaning, LinkKind>>> = {
  confirm: 'verify',
  enter: 'sign-in',
  renew: 'reset',
  join: 'invite',
};

/** Words of addresses, which are English on most sites. */
const URL_WORDS: readonly (readonly [LinkKind, RegExp])[] = [
  [
    'verify',
    /verif|confirm|enroll?(?![a-z])|(?<!de|in|re)a[ck]t(?:iv|yw)(?:a|e[rz]|i[er])|attiva|ativa|(?<!in)validat|double-?opt|optin|regist\w*[/_-](?:complete|confirm|finish)/i,
  ],
  ['sign-in', /magic|passwordless|inlog|anmeld|connexion|iniciar-?_?sesion|sign-?_?in|log-?_?in|otp|(?<![a-z])auth/i],
  [
    'reset',
    /reset|recover|forgot|new-?_?password|set-?_?password|change-?_?password|unlock|herstel|obnov|restablec|redefin|r[eé]initial|ripristin|zur(?:ue|u|ü)ck?setz/i,
  ],
  ['invite', /invit|accept|join/i],
];
const URL_TOKEN =
  /[?&#/](?:token|code|otp|ticket|key|t|hash|sig|signature|nonce|oobcode|confirmation_token)[=/][\w.~%-]{6,}/i;
const URL_ASIDE =
  /unsub|invalidat|deactivat|decline|opt-?_?out|preferences|privacy|terms|legal|help|support|contact|faq|guides?\b|docs\b|documentation|pull\/\d|issues?\/\d|merge_requests|commit\/|blog|article|newsletter|deny|cancel|report|not-?_?me|block|revoke|app-?store|play\.google|itunes|facebook\.com|twitter\.com|(?<![\w])x\.com\/|instagram\.com|linkedin\.com|youtube\.com|tiktok\.com|schema\.org|w3\.org/i;
const HERE =
  /^(?:(?:please )?(?:click|tap|klick(?:en sie|e)?|cliquez|appuyez|haz clic|haga clic|clique|clicca|klik|kliknij|klikni|нажмите)\s*)?(?:on |auf |sur |en |su |op |på )?(?:here|hier|ici|aquí|aqui|qui|här|her|aici|tu|tutaj|zde|sem|ovdje|ovde|тук|тут|здесь|сюда|buraya|burada|tıkla(?:yın)?|tässä|tästä|ide|εδώ|vào đây|di sini|sini|this link|the link|link|こちら|ここ|여기|这里|此处|這裡|點此|点击这里|點擊這裡|هنا|اینجا|כאן|यहाँ|ที่นี่)[.!»>→\s]*$/iu;
const URL_FILE = /\.(?:png|jpe?g|gif|svg|css|js|ico|webp|woff2?)(?:[?#]|$)/i;

/**
 * Returns the links of a message, the best candidate to follow first.
 *
 * @example
 * rankLinks(message)[0]?.kinds; // ['verify']
 */
export function rankLinks(message: Message): RankedLink[] {
  const subject = meaningsOf(message.subject);
  const ranked = message.links.filter(({ href }) => !URL_FILE.test(href)).map((link) => judge(link, subject));
  return joinEqual(ranked).toSorted((a, b) => b.score - a.score);
}

function judge(link: MessageLink, subject: ReadonlySet<WordMeaning>): RankedLink {
  const { href, text, before } = link;
  const reasons: string[] = [];
  const kinds = new Set<LinkKind>();
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    reasons.push(`${points > 0 ? '+' : ''}${points} ${reason}`);
  };
  const says = meaningsOf(text);
  const ownKinds = kindsOf(says);
  if (says.has('aside')) count(-9, 'its words name another purpose');
  else if (ownKinds.length > 0) count(6, 'its words ask to follow it');
  const address = wordsOfAddress(href);
  // Many mails link a plain sign-in page.
  if (
    address.some(([kind]) => kind !== 'sign-in') ||
    (address.length > 0 && /[?#](?!(?:redirect|next|return|continue|from|lang|utm_)[\w-]*=)/i.test(href))
  )
    count(4, 'its address names the purpose');
  else if (address.length > 0) count(2, 'its address is a sign-in page');
  if (URL_TOKEN.test(href)) count(2, 'its address holds a token');
  if (URL_ASIDE.test(href.replace(/^https?:\/\//, ''))) count(-6, 'its address names another purpose');
  const near = meaningsOf(lastSentence(before));
  const nearKinds = kindsOf(near);
  // The words of a link name its purpose; for `here` and for a bare address, the words before it do.
  const isUnnamed = !/\p{L}/u.test(text) || HERE.test(text);
  if (isUnnamed && near.has('aside')) count(-8, 'the words before it name another purpose');
  else if (isUnnamed && nearKinds.length > 0) count(4, 'the words before it ask to follow it');
  // "If this was not you: reset your password."
  if (!isUnnamed && near.has('aside') && [...ownKinds, ...address.map(([kind]) => kind)].includes('reset'))
    count(-9, 'the words before it are about an action of somebody else');
  if (kindsOf(subject).length > 0 && !says.has('aside')) count(1, 'the subject asks to follow a link');
  if (isHome(href)) count(-5, 'it leads to a home page');
  for (const kind of [...ownKinds, ...address.map(([kind]) => kind), ...(isUnnamed ? nearKinds : [])]) kinds.add(kind);
  return { href, text, score, kinds: [...kinds], reasons };
}

/** Returns the last sentence of the words before a link. The sentences before it may be about something else. */
function lastSentence(text: string): string {
  return (
    text
      .trim()
      .split(
        /(?<=[.!?])\s+|(?<=[。！？])(?=.)|,\s+(?:otherwise|sonst|ansonsten|sinon|altrimenti|de lo contrario|caso contrário|anders|annars|ellers)\s/i,
      )
      .at(-1) ?? ''
  );
}

function meaningsOf(text: string): ReadonlySet<WordMeaning> {
  return new Set(findWords(text.slice(0, 500)).map(({ meaning }) => meaning));
}

function kindsOf(meanings: ReadonlySet<WordMeaning>): LinkKind[] {
  return [...meanings].flatMap((meaning) => KINDS[meaning] ?? []);
}

/** Returns the URL of a link. A host without a scheme, as in an SMS, gets `https:`. */
export function urlOf(href: string): URL | undefined {
  const address = /^https?:/i.test(href) ? href : `https://${href}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

function wordsOfAddress(href: string): (readonly [LinkKind, RegExp])[] {
  const rest = href.replace(/^(?:https?:\/\/)?[^/?#]*/i, '');
  // A token is a long run of letters and digits; any word may occur in it by chance.
  const words = rest.replace(/[\w-]*\d[\w-]{15,}|[A-Za-z0-9_-]{40,}/g, ' ');
  return URL_WORDS.filter(([, pattern]) => pattern.test(words));
}

function isHome(href: string): boolean {
  const url = urlOf(href);
  if (!url) return false;
  const { pathname, search, hash } = url;
  return /^\/?(?:[a-z]{2}(?:-[a-z]{2})?\/?)?$/i.test(pathname) && search === '' && hash === '';
}

/** Joins the links with the same address in the HTML and in the plain text: the best score counts. */
function joinEqual(links: readonly RankedLink[]): RankedLink[] {
  const best = new Map<string, RankedLink>();
  for (const link of links) {
    const known = best.get(link.href);
    if (!known || known.score < link.score) best.set(link.href, link);
  }
  return [...best.values()];
}
