import { factorOf } from './factor.ts';
import { type PageSnapshot, isAround, isControl } from './page-snapshot.ts';
import type { Signs, Classification } from './classification.ts';
import { isNamed, says } from '../language/page/index.ts';

/** One button may speak of a factor by chance. */
const MIN_MANAGED = 2;
/** A text that is longer tells of more than who is signed in. */
const MAX_NOTE = 120;

/** What only who is signed in sees, on a page that is titled for nothing else. */
export function plainlySignedIn(signs: Signs): Classification | undefined {
  if (signs.scene.isTitled('verify', 'choose', 'passkey', 'enrol')) return undefined;
  return signedIn(signs) ?? accountMenu(signs);
}

export function signedIn({ controls: { signOut } }: Signs): Classification | undefined {
  const evidence = [`There is "${signOut?.label ?? ''}", and nothing asks for an identity.`];
  return signOut && { kind: 'signed-in', score: 4, evidence };
}

/** Only who is signed in has a menu of an account, with the sign-out in it. */
function accountMenu({ scene, fields }: Signs): Classification | undefined {
  if (isAsking(fields) || isGuest(scene)) return undefined;
  const menu = scene.all
    .filter(isControl)
    .find(({ is, label, opens }) => is === 'button' && (opens === 'account' || isNamed(label, 'accountMenu')));
  const evidence = [`There is "${menu?.label ?? ''}", and nothing asks for an identity.`];
  return menu && { kind: 'signed-in', score: 2, evidence };
}

/** A sign-out that is not shown is a weak sign: a page may keep it from before one signed in. */
export function hiddenSignOut({ scene, fields }: Signs): Classification | undefined {
  const label = scene.hidden.find((label) => isNamed(label, 'signOut') && !says(label, 'newsletter'));
  if (label === undefined || isAsking(fields) || isGuest(scene)) return undefined;
  const evidence = [`There is "${label}" in a closed menu, and nothing asks for an identity.`];
  return { kind: 'signed-in', score: 2, evidence };
}

/** "Signed in as alice", with nothing to press: where one may go on, it is a step on the way. */
export function signedInAs({ scene, fields }: Signs): Classification | undefined {
  const isStep = scene.controls.some(
    (control) => !isAround(control) && (control.is === 'button' || isNamed(control.label, 'goOn')),
  );
  const told = scene.texts.find(({ text }) => text.length <= MAX_NOTE && says(text, 'signedInAs'));
  if (!told || isStep || isAsking(fields) || isGuest(scene)) return undefined;
  return { kind: 'signed-in', score: 2, evidence: ['The page says who is signed in, and nothing asks for it.'] };
}

function isAsking(fields: Signs['fields']): boolean {
  return fields.some(({ role }) => role === 'password' || role === 'code');
}

/** Who is signed in is not asked to sign in. */
function isGuest(scene: PageSnapshot): boolean {
  const controls = scene.all.filter(isControl);
  return controls.some((control) => (control.is === 'button' || isAround(control)) && isNamed(control.label, 'signIn'));
}

/** Only who is signed in manages factors. */
export function settings({ scene }: Signs): Classification | undefined {
  const managed = scene.controls.filter(({ is, label }) => is === 'button' && says(label, 'manage'));
  const factors = managed.filter(({ label, near }) => factorOf(label) ?? factorOf(near));
  if (factors.length < MIN_MANAGED) return undefined;
  return {
    kind: 'signed-in',
    score: 3,
    evidence: [`The page manages factors: ${factors.map(({ label }) => `"${label}"`).join(', ')}.`],
  };
}
