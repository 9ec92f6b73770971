import { BODY, type Operation, type Paths, inPath, json, query } from './operation.ts';

const ID = inPath('id', 'Id of the message.');
const GONE = { 404: { description: 'No such message.' } };

function page(summary: string, type = 'text/html', more: Partial<Operation> = {}): Operation {
  return { tags: ['inbox'], summary, responses: { 200: { description: 'OK', content: { [type]: {} } } }, ...more };
}

/** The web inbox. The root also takes the requests of Amazon's clients. */
export const PAGE_PATHS: Paths = {
  '/': {
    get: page('The web inbox.'),
    post: {
      tags: ['vendors'],
      summary:
        'Sends a mail or an SMS, as the query APIs of Amazon SES and SNS. See https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
      requestBody: BODY,
      responses: { '2XX': { description: 'The answer of the vendor, in XML.' }, '4XX': { description: 'Its error.' } },
    },
  },
  '/inbox/events': { get: page('Tells an open page of changes.', 'text/event-stream') },
  '/inbox/codes': {
    get: page('Returns the codes of messages, by their ids.', 'application/json', {
      parameters: [query('ids', 'Ids, separated by commas.')],
    }),
  },
  '/inbox/handoffs/{id}': {
    post: {
      tags: ['people'],
      summary: 'Takes the answer of a person from a form of the web inbox, and leads back to it.',
      parameters: [inPath('id', 'Id of the request.')],
      responses: {
        303: { description: 'The web inbox, which shows the result.' },
        403: { description: 'The form does not come from a page of this sink.' },
        413: { description: 'The form is too long.' },
      },
    },
  },
  '/inbox/page/{id}': {
    get: page('The HTML of a mail, for a sandboxed frame.', 'text/html', {
      parameters: [ID, query('images', '1 to load remote images.')],
    }),
  },
  '/inbox/file/{id}/{index}': {
    get: {
      tags: ['inbox'],
      summary: 'Downloads an attachment.',
      parameters: [ID, inPath('index', 'Number of the attachment, from 0.')],
      responses: { 200: { description: 'The file.', content: { 'application/octet-stream': {} } }, ...GONE },
    },
  },
};

/** The hook for applications that send an SMS by opening a URL. */
export const SMS_BY_URL: Operation = {
  tags: ['send'],
  summary: 'Takes an SMS from the query.',
  parameters: [
    query('to', 'Number of the recipient; also `phone`, `number` or `recipient`.'),
    query('body', 'Text; also `text`, `message` or `content`.'),
    query('from', 'Sender.'),
  ],
  responses: { 201: json('Accepted.'), 400: json('The message is invalid.') },
};
