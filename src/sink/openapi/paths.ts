import {
  BODY,
  COUNT,
  LIST,
  type Operation,
  type Parameter,
  type Paths,
  type Schema,
  TEXT,
  inPath,
  json,
  needed,
  objectOf,
  problem,
  query,
  ref,
} from './operation.ts';
import { SMS_BY_URL } from './page-paths.ts';

const TO = query('to', 'E-mail address or phone number of the recipient.');
const ID = inPath('id', 'Id of the message.');
const NOT_FOUND = { 404: problem('No such message: it was deleted, evicted, or belongs to an earlier sink.') };
const WAIT = [
  needed(TO),
  query(
    'after',
    'Mark of GET /api/mark, id of a message, or sequence number: only later messages count. Default: the start of the wait. 0 for all stored messages.',
  ),
  query('from', 'Address, domain, number or name of the sender.'),
  query('subject', 'Part of the subject, ignoring case.'),
  query('claim', 'Takes the message: no other wait that claims returns it.', { type: 'boolean', default: false }),
  query('timeout', 'Time limit, in milliseconds.', { type: 'integer', minimum: 1, maximum: 600_000, default: 20_000 }),
];
const WAIT_ENDS = {
  400: json('All problems of the parameters.', ref('Problems')),
  408: json(
    'Nothing came in time: each message that came and the reason it was rejected, and what else the sink saw.',
    ref('WaitTimeout'),
  ),
  409: json('A message holds several equally likely ones.', ref('Tie')),
  429: problem('Too many clients wait at the same time.'),
};

function wait(what: string, schema: Schema, own: readonly Parameter[]): { readonly get: Operation } {
  const summary = `Waits for ${what}. Answered when the message comes.`;
  return {
    get: {
      tags: ['wait'],
      summary,
      parameters: [...WAIT, ...own],
      responses: { 200: json('Found.', schema), ...WAIT_ENDS },
    },
  };
}

function sends(summary: string, status: number, parameters: readonly Parameter[] = []): { readonly post: Operation } {
  const responses = { [status]: json('Accepted.'), 400: json('The message is invalid.') };
  return { post: { tags: ['send'], summary, parameters, requestBody: BODY, responses } };
}

/** All routes of the sink. A test compares them with the routes that exist. */
export const PATHS: Paths = {
  '/api/health': {
    get: {
      tags: ['sink'],
      summary: 'Counts, and the id of this start of the sink.',
      responses: { 200: json('Running.') },
    },
  },
  '/api/openapi.json': {
    get: { tags: ['sink'], summary: 'This description.', responses: { 200: json('OpenAPI 3.1.') } },
  },
  '/api/stream': {
    get: {
      tags: ['messages'],
      summary: 'Opens a WebSocket, to which each message is pushed.',
      parameters: [query('since', 'Sequence number: every later message follows.', COUNT)],
      responses: { 101: { description: 'WebSocket.' } },
    },
  },
  '/api/messages': {
    get: {
      tags: ['messages'],
      summary: 'Lists the newest messages, oldest first, without their content.',
      parameters: [
        TO,
        query('since', 'Sequence number.', COUNT),
        query('limit', 'Number of messages.', { type: 'integer', maximum: 1000, default: 50 }),
      ],
      responses: {
        200: json(
          'The list.',
          objectOf({ mark: { type: 'object' }, messages: { type: 'array', items: { type: 'object' } } }),
        ),
      },
    },
    delete: {
      tags: ['messages'],
      summary: 'Deletes the messages to an address, or all.',
      parameters: [TO],
      responses: { 200: json('Deleted.', objectOf({ deleted: COUNT })) },
    },
  },
  '/api/messages/{id}': {
    get: {
      tags: ['messages'],
      summary: 'Returns a message, decoded.',
      parameters: [ID],
      responses: { 200: json('The message.', ref('Message')), ...NOT_FOUND },
    },
    delete: {
      tags: ['messages'],
      summary: 'Deletes a message.',
      parameters: [ID],
      responses: { 200: json('Deleted.', objectOf({ deleted: COUNT })), ...NOT_FOUND },
    },
  },
  '/api/messages/{id}/raw': {
    get: {
      tags: ['messages'],
      summary: 'Returns a message as it came.',
      parameters: [ID],
      responses: {
        200: { description: 'A mail, or the text of an SMS.', content: { 'message/rfc822': {}, 'text/plain': {} } },
        ...NOT_FOUND,
      },
    },
  },
  '/api/mark': {
    get: {
      tags: ['wait'],
      summary: 'Returns the mark of this moment, to pass as `after`.',
      responses: { 200: json('The mark.', objectOf({ mark: TEXT })) },
    },
  },
  '/api/wait/code': wait('a one-time code', objectOf({ code: TEXT, reasons: LIST, message: ref('MessageName') }), [
    query('length', 'Length of the code, in characters.', { type: 'integer', minimum: 1, maximum: 64 }),
    query('charset', 'Characters of the code.', { type: 'string', enum: ['digits', 'alphanumeric'] }),
    query('pattern', 'Regular expression whose first group, or else whole match, is the code.'),
  ]),
  '/api/wait/link': wait('a link to follow', objectOf({ link: TEXT, reasons: LIST, message: ref('MessageName') }), [
    query('text', 'Part of the words or of the address of the link.'),
    query('host', 'Host of the link.'),
    query('kind', 'Purpose of the link.', { type: 'string', enum: ['verify', 'sign-in', 'reset', 'invite'] }),
  ]),
  '/api/wait/message': wait('a message', objectOf({ message: ref('Message') }), []),
  '/api/faults': {
    get: {
      tags: ['faults'],
      summary: 'Lists the faults.',
      parameters: [TO],
      responses: {
        200: json('The faults of each address.', objectOf({ faults: { type: 'array', items: ref('AddressFaults') } })),
      },
    },
    put: {
      tags: ['faults'],
      summary: 'Replaces the faults of an address. Each delivery to it meets the first fault that has times left.',
      parameters: [needed(TO)],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: objectOf({ faults: { type: 'array', items: ref('Fault') } }) } },
      },
      responses: {
        200: json('The faults of the address.', ref('AddressFaults')),
        400: json('All problems.', ref('Problems')),
      },
    },
    delete: {
      tags: ['faults'],
      summary: 'Removes the faults of an address, or all. Messages that they hold are stored.',
      parameters: [TO],
      responses: { 200: json('Removed.', objectOf({ deleted: COUNT })) },
    },
  },
  '/sms': { ...sends('Takes an SMS: `to`, `from`, `body`.', 201), get: SMS_BY_URL },
  '/2010-04-01/Accounts/{account}/{resource}': sends("Takes an SMS as Twilio's API does.", 201, [
    inPath('account', 'Any account.'),
    inPath('resource', "Twilio's resource.", { type: 'string', enum: ['Messages.json', 'Messages'] }),
  ]),
  '/inbound/{sender}': sends('Takes an SMS of a real number, from the webhook of its service.', 200, [
    inPath('sender', 'Service.', {
      type: 'string',
      enum: ['twilio', 'vonage', 'sms', 'android-sms-gateway', 'httpsms'],
    }),
  ]),
  '/inbound/mail': sends('Takes the mail of a real address: as it is (`message/rfc822`), or from a webhook.', 200, [
    query('to', 'Recipient of a mail that is sent as it is.'),
  ]),
  '/api/handoffs': {
    get: {
      tags: ['people'],
      summary: 'Lists the requests that wait for a person, newest first, without their tokens.',
      responses: {
        200: json('The list.', objectOf({ handoffs: { type: 'array', items: { type: 'object' } } })),
      },
    },
  },
  '/api/handoffs/{id}': {
    get: {
      tags: ['people'],
      summary: 'Returns an open request, and the path of its page, which contains its token.',
      parameters: [inPath('id', 'Id of the request.')],
      responses: { 200: json('The request.'), 404: problem('No such request.') },
    },
  },
  '/api/handoffs/{id}/answer': {
    post: {
      tags: ['people'],
      summary: 'Answers a request: `code`, `done` or `decline`. Takes the token of the request.',
      parameters: [inPath('id', 'Id of the request.')],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        200: json('Answered.', objectOf({ answered: TEXT })),
        400: problem('The body does not answer this request.'),
        404: problem('No such request: it expired, or the sign-in has ended.'),
        409: problem('Somebody has answered already.'),
      },
    },
  },
  '/handoff/{token}': {
    get: {
      tags: ['people'],
      summary: 'The page on which a person answers.',
      parameters: [inPath('token', 'Token of the request.')],
      security: [{}],
      responses: { 200: { description: 'The page.', content: { 'text/html': {} } } },
    },
    post: {
      tags: ['people'],
      summary: 'Sends the answer of a person.',
      parameters: [inPath('token', 'Token of the request.')],
      security: [{}],
      responses: { 200: { description: 'Answered.', content: { 'text/html': {} } } },
    },
  },
};
