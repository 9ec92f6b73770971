import { randomUUID } from 'node:crypto';
import type { Action } from './action.ts';
import { readQueryForm } from './fields.ts';
import { type Gateway, GatewayProblem } from './gateway.ts';
import { sesActions } from './ses-query.ts';
import { publish } from './sns.ts';

const NAMESPACES = { ses: 'http://ses.amazonaws.com/doc/2010-12-01/', sns: 'http://sns.amazonaws.com/doc/2010-03-31/' };

const ACTIONS: Readonly<Record<string, Action>> = { ...sesActions, Publish: publish };

/**
 * Amazon's query APIs, which share a path: SES version 1, and SNS.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const amazonQuery: Gateway = {
  name: 'amazon',
  kinds: ['email', 'sms'],

  async answer(request) {
    const fields = readQueryForm(request);
    const name = fields.get('Action') ?? '';
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) {
      const known = Object.keys(ACTIONS).join(', ');
      throw new GatewayProblem(
        400,
        `The action ${name.slice(0, 100)} is not valid for this web service. Known: ${known}`,
        {
          code: 'InvalidAction',
        },
      );
    }
    const { result, messages, refused } = await action(fields, request);
    const service = name === 'Publish' ? 'sns' : 'ses';
    const body = `<${name}Response xmlns="${NAMESPACES[service]}"><${name}Result>${result}</${name}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${name}Response>`;
    return { status: 200, body, messages, via: service, ...(refused && { refused }) };
  },

  refuse({ status, message, code }, request) {
    const service = /(?:^|&)Action=Publish(?:&|$)/.test(request.body.toString('latin1', 0, 64 * 1024)) ? 'sns' : 'ses';
    const kind = status < 500 ? 'Sender' : 'Receiver';
    const error = `<Error><Type>${kind}</Type><Code>${code || 'ValidationError'}</Code><Message>${escapeXml(message)}</Message></Error>`;
    const body = `<ErrorResponse xmlns="${NAMESPACES[service]}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
    return { status, body };
  },
};

function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '').replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
