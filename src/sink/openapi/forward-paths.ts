import { LIST, type Paths, inPath, json, objectOf, problem } from './operation.ts';

const ADDRESS = inPath('address', 'E-mail address that mail is sent to, or a pattern such as alice@*.');
const NONE = { 404: problem('The sink forwards nothing.') };

/** The rules by which copies of mails are forwarded. */
export const FORWARD_PATHS: Paths = {
  '/api/forwards': {
    get: {
      tags: ['forwards'],
      summary: 'Returns the mail server, the rules, and the number of copies.',
      responses: { 200: json('The state.'), ...NONE },
    },
  },
  '/api/forwards/{address}': {
    put: {
      tags: ['forwards'],
      summary: 'Forwards copies of the mail to an address.',
      parameters: [ADDRESS],
      requestBody: { required: true, content: { 'application/json': { schema: objectOf({ to: LIST }) } } },
      responses: {
        200: json('The rule.'),
        400: problem('The rule is invalid.'),
        403: problem('A domain is not allowed.'),
        ...NONE,
      },
    },
    delete: {
      tags: ['forwards'],
      summary: 'Removes a rule.',
      parameters: [ADDRESS],
      responses: { 200: json('Removed.'), ...NONE },
    },
  },
};
