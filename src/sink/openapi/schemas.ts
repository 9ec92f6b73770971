import { COUNT, LIST, type Schema, TEXT, objectOf, ref } from './operation.ts';

const MESSAGE_NAME = {
  id: TEXT,
  kind: { type: 'string', enum: ['email', 'sms'] },
  from: TEXT,
  to: LIST,
  subject: TEXT,
  receivedAt: { type: 'string', format: 'date-time' },
};

/** Schemas that operations refer to. */
export const SCHEMAS: Schema = {
  Problem: objectOf({ error: TEXT }),
  Problems: objectOf({ error: TEXT, problems: LIST }),
  MessageName: objectOf(MESSAGE_NAME),
  Message: {
    ...objectOf({ ...MESSAGE_NAME, text: TEXT, links: { type: 'array', items: objectOf({ href: TEXT, text: TEXT }) } }),
    description:
      'A mail also has `headers`, and `html` and `plain` if it has these parts. GET /api/messages/{id} adds `claims`.',
  },
  WaitTimeout: objectOf({
    error: TEXT,
    reason: TEXT,
    waitedFor: TEXT,
    address: TEXT,
    ms: COUNT,
    messages: { type: 'array', items: { type: 'object' } },
    source: { type: 'object' },
    next: TEXT,
  }),
  Tie: objectOf({
    error: TEXT,
    reason: TEXT,
    candidates: { type: 'array', items: { type: 'object' } },
    message: ref('MessageName'),
  }),
  Fault: {
    type: 'object',
    required: ['fault'],
    properties: {
      fault: {
        type: 'string',
        enum: ['refuse', 'greylist', 'http-error', 'delay', 'slow', 'duplicate', 'reorder', 'drop', 'truncate'],
      },
      times: { type: 'integer', minimum: 1, maximum: 1000, default: 1 },
      status: { type: 'integer', description: 'Reply of `refuse` (SMTP) or `http-error`.' },
      ms: {
        type: 'integer',
        minimum: 0,
        maximum: 600_000,
        description: 'Time of `delay` and `slow`, in milliseconds.',
      },
      count: {
        type: 'integer',
        minimum: 2,
        maximum: 100,
        description: 'Copies of `duplicate`; messages of `reorder`.',
      },
      bytes: { type: 'integer', minimum: 0, description: 'Size that `truncate` leaves.' },
    },
  },
  AddressFaults: objectOf({ to: TEXT, faults: { type: 'array', items: ref('Fault') } }),
};
