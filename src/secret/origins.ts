/**
 * Whether a secret may go to an origin: one of those listed, to the letter, or a subdomain where the list has it as
 * `https://*.example.com`.
 */
export function allowsOrigin(listed: readonly string[], origin: string): boolean {
  return listed.some((pattern) => {
    const [scheme = '', host = ''] = pattern.split('://*');
    return host === '' ? pattern === origin : origin.startsWith(`${scheme}://`) && origin.endsWith(host);
  });
}

/** Form of an entry of a list of origins, for error messages. */
export const ORIGIN_FORM = 'write it like https://app.example.com, or https://*.example.com for its subdomains';

/** Problem of an entry of a list of origins; `undefined` if it is valid. */
export function originProblem(pattern: string): string | undefined {
  const plain = pattern.replace('://*.', '://any.');
  const isOrigin = /^https?:[^*]*$/.test(plain) && URL.canParse(plain) && new URL(plain).origin === plain;
  return isOrigin ? undefined : `\`origins\` has "${pattern}": ${ORIGIN_FORM}`;
}

/** A list as people read it. */
export function listed(origins: readonly string[]): string {
  return origins.length > 0
    ? `may go to ${origins.join(' and ')} only`
    : 'may go nowhere, since its persona lists no origin';
}
