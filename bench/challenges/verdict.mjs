/** Compares the reading of a page with its gallery entry. */

/** Roles that count as equal: a recovery code may be named `code`, for example. */
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
  // A guess counts only where a factor is expected.
  const stated = (challenge.factors ?? []).filter((one) => !one.guess || entry.factors.length > 0);
  const factors = stated.map((one) => one.factor ?? one);
  return {
    kind: challenge.kind === entry.kind,
    factors: same(factors, entry.factors),
    roles: rolesRight(named, entry.fields),
    elements: await elementsRight(entry, reading),
    filledNever: await touches(entry.neverFill ?? [], reading),
    namedWithoutNeed: NOT_CHALLENGES.has(entry.kind) && named.length > 0,
    destination: entry.destination && shows(challenge.factors ?? [], entry.destination),
    // An empty label means that no control must be named.
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

/** Compares the labels of the controls. An empty label means that there is no such control. */
function controlsRight(challenge, entry) {
  // The control that submits a choice is not reported as `submit`.
  const expected = CONTROLS.filter(
    (name) => entry[name] !== undefined && (name !== 'submit' || entry.fields.length > 0),
  );
  if (expected.length === 0) return undefined;
  const got = labelsOf(challenge);
  return expected.every((name) => got[name] === entry[name]);
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

/** True if each named element matches a selector of its role. */
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

/** Returns the elements of each named field: one, or its boxes. */
async function elementsOf({ challenge, locators }) {
  return await Promise.all(
    challenge.fields.map(async ({ role }, index) => ({ role, elements: await locators.fields[index].all() })),
  );
}

async function matches(element, selectors) {
  if (selectors.length === 0) return false;
  return await element.evaluate((node, all) => all.some((one) => node.matches(one)), selectors);
}

/** True if a factor shows the unmasked parts of the destination. */
function shows(factors, destination) {
  const partsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return factors.some((one) => {
    const got = new Set(partsOf(one.destination ?? ''));
    return partsOf(destination).every((part) => got.has(part));
  });
}

function plain(role) {
  return SAME_ROLE[role] ?? role;
}

function same(some, others) {
  return new Set(some).size === new Set(others).size && others.every((one) => some.includes(one));
}
