/** Parameters that tell of a failure if they have any value. */
const ERROR = /^(?:error|err|login_?error|auth_?error|error_?(?:code|message|description)|failed|failure)$/i;
/** Parameters that tell of a failure if they are false. */
const SUCCESS = /^(?:success|ok|authenticated|valid)$/i;
const FALSE = /^(?:false|0|no)$/i;
/** Values that tell of a failure in any parameter. */
const FAILED = /^(?:failed|failure|error|denied|access_denied|invalid_?\w{0,30}|expired)$/i;
/** Value that is a word, and not a token. */
const WORD = /^[A-Za-z][A-Za-z _-]{0,60}$/;

/** Returns the parameter of an address that tells of a failed sign-in, as `error=INVALID_TOKEN`. Undefined if there is none. */
export function failureIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { searchParams, hash } = new URL(url);
  const parameters = [...searchParams, ...new URLSearchParams(hash.replace(/^#[^?=]*\?|^#/, ''))];
  const found = parameters.find(([name, value]) => {
    if (value === '') return false;
    return (ERROR.test(name) && !FALSE.test(value)) || (SUCCESS.test(name) && FALSE.test(value)) || FAILED.test(value);
  });
  if (!found) return undefined;
  const [name, value] = found;
  return WORD.test(value) || FALSE.test(value) ? `${name}=${value}` : name;
}
