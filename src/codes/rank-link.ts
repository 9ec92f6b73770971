import { memoize } from '../core/memoize.ts';
import type { Message, MessageLink } from '../message/message.ts';
import { THRESHOLD, rankCodes } from './rank-code.ts';
import { type AddressEvidence, type LinkKind, isHome, readAddress } from './link-address.ts';
import { type WordMeaning, findWords } from '../language/message/index.ts';

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

const HERE =
  /^(?:(?:please )?(?:click|tap|klick(?:en sie|e)?|cliquez|appuyez|haz clic|haga clic|clique|clicca|klik|kliknij|klikni|нажмите)\s*)?(?:on |auf |sur |en |su |op |på )?(?:here|hier|ici|aquí|aqui|qui|här|her|aici|tu|tutaj|zde|sem|ovdje|ovde|тук|тут|здесь|сюда|buraya|burada|tıkla(?:yın)?|tässä|tästä|ide|εδώ|vào đây|di sini|sini|this link|the link|link|こちら|ここ|여기|这里|此处|這裡|點此|点击这里|點擊這裡|هنا|اینجا|כאן|यहाँ|ที่นี่)[.!»>→\s]*$/iu;
const URL_FILE = /\.(?:png|jpe?g|gif|svg|css|js|ico|webp|woff2?)(?:[?#]|$)/i;
/** The text of a link that is its own address, or the beginning of it. */
const ADDRESS = /^(?:https?:\/\/|www\.)\S*$|^[\w-]+(?:\.[\w-]+)+\/\S*$/i;
/** A number at the end of an address. */
const NUMBER_AT_END = /[/=](\d{4,10})$/;
/** A name that programs give: `acme/login#217`. */
const IDENTIFIER = /^[\w.-]+[/#][\w./#-]*$/;
/** A link that sets up a second factor confirms nothing. */
const SETTING =
  /(?:activate|enable|turn on|set up|setup|aktivieren|activer|activar|ativar|attiva|activeer)\b.{0,20}?(?:two[- ]factor|2fa|mfa|two[- ]step|multi[- ]factor|authenticator)/i;
/** Words, in a script with spaces or without. */
const SENTENCE = /\p{L}\S*\s+\S*\p{L}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{3}/u;
const NO_MEANING: ReadonlySet<WordMeaning> = new Set();

/**
 * Returns the links of a message, the best candidate to follow first.
 *
 * @example
 * rankLinks(message)[0]?.kinds; // ['verify']
 */
export function rankLinks(message: Message): RankedLink[] {
  const subject = meaningsOf(message.subject);
  const code = memoize(() => rankCodes(message).find(({ score }) => score >= THRESHOLD)?.code);
  const links = message.links.filter(({ href }) => !URL_FILE.test(href));
  const lone = loneToken(links);
  const ranked = links.map((link) => judge(link, { subject, code, isLone: link.href === lone }));
  return joinEqual(ranked).toSorted((a, b) => b.score - a.score);
}

interface Context {
  /** Meanings of the words of the subject. */
  readonly subject: ReadonlySet<WordMeaning>;
  /** Returns the code of the message. */
  readonly code: () => string | undefined;
  /** True if no other address of the message is made for it. */
  readonly isLone: boolean;
}

function judge(link: MessageLink, { subject, code, isLone }: Context): RankedLink {
  const { href, text, before, after = '' } = link;
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    reasons.push(`${points > 0 ? '+' : ''}${points} ${reason}`);
  };
  const address = readAddress(href);
  // The words of a link name its purpose; for `here` and for a bare address, the words before it do.
  const isUnnamed = !/\p{L}/u.test(text) || HERE.test(text) || ADDRESS.test(text);
  const says = isUnnamed || IDENTIFIER.test(text) ? NO_MEANING : meaningsOf(text.replace(SETTING, ' '));
  const near = meaningsOf(lastSentence(before));
  // What follows an unnamed link says what it is for, or begins another thought: "if this was not you".
  const behind =
    isUnnamed && !/^[^\p{L}]+$/u.test(text) && !near.has('aside') ? meaningsOf(firstSentence(after)) : NO_MEANING;
  const [ownKinds, nearKinds, subjectKinds] = [
    kindsOf(says),
    [...kindsOf(near), ...(behind.has('aside') ? [] : kindsOf(behind))],
    kindsOf(subject),
  ];
  const isNotice = subject.has('notice') || subject.has('trade');
  const isAside = says.has('aside');
  if (isAside) count(-9, 'its words name another purpose');
  else if (ownKinds.length > 0) count(6, 'its words ask to follow it');
  if (address.kinds.some((kind) => kind !== 'sign-in') || (address.kinds.length > 0 && address.hasParameters))
    count(4, 'its address names the purpose');
  else if (address.kinds.length > 0) count(2, 'its address is a sign-in page');
  if (address.hasTokenName || address.hasLongToken) count(2, 'its address holds a token');
  const number = NUMBER_AT_END.exec(href)?.[1];
  if (number !== undefined && number === code()) count(5, 'its address ends with the code');
  if (address.isAside) count(-6, 'its address names another purpose');
  if (isUnnamed && near.has('aside') && !near.has('ignore')) count(-8, 'the words before it name another purpose');
  else if (isUnnamed && nearKinds.length > 0) count(4, 'the words before it ask to follow it');
  else if (!isAside && !isNotice && ownKinds.length === 0 && nearKinds.length > 0 && /[:：]$/.test(before))
    count(2, 'the words before it ask for an action');
  const kinds = new Set([...ownKinds, ...address.kinds, ...(isUnnamed ? nearKinds : [])]);
  // "It's me": the words of a button may say nothing of its purpose.
  const asked = [...nearKinds, ...subjectKinds];
  const isVague = kinds.size === 0 && !isUnnamed && !isAside && SENTENCE.test(text);
  if (isLone && isVague && asked.length > 0 && !isNotice && code() === undefined) {
    count(3, 'no other address is made for this message, which asks to follow a link');
    kinds.add(asked[0]!);
  }
  // "If this was not you: reset your password."
  if (!isUnnamed && near.has('aside') && !near.has('ignore') && kinds.has('reset'))
    count(-9, 'the words before it are about an action of somebody else');
  if (subjectKinds.length > 0 && !isAside && !isNotice) count(1, 'the subject asks to follow a link');
  if (isHome(href)) count(-5, 'it leads to a home page');
  const isAsked = !isNotice && [...subjectKinds, ...nearKinds].length > 0;
  // Receipts, alerts and digests link pages of the account: to sign in, to change the password, to invite others.
  if (!kinds.has('verify') && !isAside && kinds.size > 0) {
    if (!address.hasToken) count(isAsked && isUnnamed ? -1 : -5, 'its address is a page, not a message of its own');
    else if (isNotice) count(-6, 'the subject is about something that happened');
    else if (ownKinds.includes('sign-in') && !isAsked && address.kinds.length === 0)
      count(-3, 'nothing else asks to sign in');
  } else if (isNotice && kinds.size > 0)
    count(subjectKinds.length > 0 ? -2 : -4, 'the subject is about something that happened');
  else if (ownKinds.length === 0 && nearKinds.length === 0) count(-1, 'only a word of its address names a purpose');
  return { href, text, score, kinds: [...kinds], reasons };
}

/** Returns the address that holds a token, if the message has one only. */
function loneToken(links: readonly MessageLink[]): string | undefined {
  const hrefs = new Set(links.map(({ href }) => href).filter((href) => hasOwnToken(readAddress(href))));
  return hrefs.size === 1 ? [...hrefs][0] : undefined;
}

function hasOwnToken({ hasTokenName, hasLongToken, isAside }: AddressEvidence): boolean {
  return (hasTokenName || hasLongToken) && !isAside;
}

/** Returns the first sentence of the words after a link, without the next link. */
function firstSentence(text: string): string {
  return text.split(/[.!?](?=\s|$)|[。！？]/, 1)[0] ?? '';
}

/**
 * Returns the last sentence of the words before a link. The sentences before it may be about something else, unless the
 * last one only says how long the link is valid.
 */
function lastSentence(text: string): string {
  const sentences = text
    .trim()
    .split(
      /(?<=[.!?])\s+|(?<=[。！？])(?=.)|,\s+(?:otherwise|sonst|ansonsten|sinon|altrimenti|de lo contrario|caso contrário|anders|annars|ellers)\s/i,
    );
  const last = sentences.at(-1) ?? '';
  const says = sentences.length > 1 ? meaningsOf(last) : NO_MEANING;
  return says.has('valid') && kindsOf(says).length === 0 && !says.has('aside') ? (sentences.at(-2) ?? last) : last;
}

function meaningsOf(text: string): ReadonlySet<WordMeaning> {
  return new Set(findWords(text.slice(0, 500)).map(({ meaning }) => meaning));
}

function kindsOf(meanings: ReadonlySet<WordMeaning>): LinkKind[] {
  return [...meanings].flatMap((meaning) => KINDS[meaning] ?? []);
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
