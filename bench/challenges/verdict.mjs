/** Whether what was read from a page is what the page asks for. */

/** The field of a recovery page may be called by what is typed there, or by what it is: both are right. */
const SAME_ROLE = {
  'recovery-code': 'code',
  recovery: 'code',
  otp: 'code',
  username: 'identifier',
  email: 'identifier',
};
const CONTROLS = ['submit', 'otherWay', 'resend'];
const NOT_CHALLENGES = new Set(['unknown', 'signed-in']);

/**
 * @param {import('./gallery.mjs').Entry} entry
 * @param {{ challenge: object, fields?: object[] }} reading
 */
export async function verdict(entry, reading) {
  const { challenge } = reading;
  const named = challenge.fields ?? [];
  const factors = (challenge.factors ?? []).map((one) => one.factor ?? one);
  return {
    kind: challenge.kind === entry.kind,
    factors: same(factors, entry.factors),
    roles: rolesRight(named, entry.fields),
    elements: await elementsRight(entry, reading),
    filledNever: await touches(entry.neverFill ?? [], reading),
    namedWithoutNeed: NOT_CHALLENGES.has(entry.kind) && named.length > 0,
    destination: entry.destination && shows(challenge.factors ?? [], entry.destination),
    // Told with no name: nothing there is to be pressed.
    dismiss: entry.dismiss === undefined ? undefined : (challenge.dismiss?.label ?? '') === entry.dismiss,
    controls: controlsRight(challenge, entry),
    length: entry.length && challenge.length === entry.length,
    got: {
      kind: challenge.kind,
      factors,
      fields: named.map(
        ({ role, label, boxes }) => `${role}${label ? ` "${label}"` : ''}${boxes > 1 ? ` x ${boxes}` : ''}`,
      ),
      dismiss: challenge.dismiss?.label,
      controls: labelsOf(challenge),
      evidence: challenge.evidence,
    },
  };
}

export function isChallenge({ kind }) {
  return !NOT_CHALLENGES.has(kind);
}

/** What an entry tells of the controls beside the fields; told with no name, there is none. */
function controlsRight(challenge, entry) {
  // What sends a choice is not named as what sends a form.
  const told = CONTROLS.filter((name) => entry[name] !== undefined && (name !== 'submit' || entry.fields.length > 0));
  if (told.length === 0) return undefined;
  const got = labelsOf(challenge);
  return told.every((name) => got[name] === entry[name]);
}

function labelsOf(challenge) {
  return Object.fromEntries(CONTROLS.map((name) => [name, challenge[name]?.label ?? '']));
}

function rolesRight(named, expected) {
  const roles = named.map(({ role }) => plain(role));
  const needed = expected.filter(({ optional }) => !optional).map(({ role }) => role);
  const allowed = new Set(expected.map(({ role }) => role));
  return needed.every((role) => roles.includes(role)) && roles.every((role) => allowed.has(role));
}

/** Whether every element that was named is one of those expected in its role. */
async function elementsRight(entry, reading) {
  const named = await elementsOf(reading);
  for (const { role, elements } of named) {
    const selectors = entry.fields.filter((field) => field.role === plain(role)).flatMap((field) => field.selectors);
    for (const element of elements) if (!(await matches(element, selectors))) return false;
  }
  const roles = new Set(named.map(({ role }) => plain(role)));
  return entry.fields.every(({ role, optional }) => optional || roles.has(role));
}

async function touches(selectors, reading) {
  for (const { elements } of await elementsOf(reading)) {
    for (const element of elements) if (await matches(element, selectors)) return true;
  }
  return false;
}

/** The elements of each field that is named: one, or its boxes. */
async function elementsOf({ challenge, locators }) {
  return await Promise.all(
    challenge.fields.map(async ({ role }, index) => ({ role, elements: await locators.fields[index].all() })),
  );
}

async function matches(element, selectors) {
  if (selectors.length === 0) return false;
  return await element.evaluate((node, all) => all.some((one) => node.matches(one)), selectors);
}

/** What a page leaves of an address or a number, without the dots around it. */
function shows(factors, destination) {
  const left = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return factors.some((one) => {
    const got = new Set(left(one.destination ?? ''));
    return left(destination).every((part) => got.has(part));
  });
}

function plain(role) {
  return SAME_ROLE[role] ?? role;
}

function same(some, others) {
  return new Set(some).size === new Set(others).size && others.every((one) => some.includes(one));
}
