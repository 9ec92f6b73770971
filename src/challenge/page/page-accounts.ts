/** In-page functions for user names that a page repeats. */
export interface PageAccounts {
  /** Replaces the user names of the forms, whose words say nothing about the page: `sms-user`. */
  readonly withoutAccounts: (text: string) => string;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageAccounts(): PageAccounts {
  const MAX_NAMES = 5;
  const NAME = /user|login|account|ident/i;
  /** User names in several words. Addresses and numbers may be destinations. */
  const VALUE = /^(?=.{3,60}$)(?=.*\p{L})[^\s@]+[-_.][^\s@]+$/u;

  const names = [...document.querySelectorAll('input')]
    .filter((input) => NAME.test(`${input.name} ${input.id} ${input.autocomplete}`) && input.type !== 'password')
    .map(({ value }) => value.trim())
    .filter((value) => VALUE.test(value))
    .slice(0, MAX_NAMES);
  const withoutAccounts = (text: string): string => {
    let rest = text;
    for (const name of names) rest = rest.replaceAll(name, '…');
    return rest;
  };

  return { withoutAccounts };
}
