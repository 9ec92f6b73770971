import type { Context, Hono } from 'hono';
import { foldAddress } from '../../message/address.ts';
import { withCountryCode } from '../../message/national-number.ts';
import type { MessageStore } from '../store.ts';
import { readFields } from './sms-fields.ts';
import { type TwilioProblem, twilioProblem } from './twilio-problem.ts';
import { type Verification, Verifications, isVerificationSid } from './verifications.ts';
import { type VerifyService, VerifyServices } from './verify-services.ts';

/** Channels of a number. Each brings an SMS: the sink makes no calls. */
const NUMBER_CHANNELS = new Set(['sms', 'call', 'whatsapp', 'rcs', 'auto']);
const SENDER = 'VERIFY';
/** Maximum length of a recipient (RFC 5321 section 4.5.3.1), in characters. */
const MAX_TO = 320;
/** Maximum length of an id, in characters: twice that of Twilio's. */
const MAX_SID = 68;
const SERVICE = '/v2/Services/:service{VA[0-9A-Za-z]+}';

/** Adds Twilio Verify. The sink makes the codes, sends them to itself and checks them. @see https://www.twilio.com/docs/verify/api */
export function addVerifyRoutes(app: Hono, store: MessageStore, country?: string): void {
  const verifications = new Verifications();
  const services = new VerifyServices();

  /** Answers with an error, which timed-out waits report. */
  const refuse = (context: Context, problem: TwilioProblem): Response => {
    store.refused(`twilio-verify ${problem.status} (Twilio error ${problem.code}) ${problem.message}`);
    return context.json(problem, problem.status);
  };
  const gone = (context: Context): Response =>
    refuse(context, twilioProblem(20404, `The requested resource ${context.req.path} was not found`, 404));

  app.use(`${SERVICE}/*`, async (context, next) => {
    if (context.req.param('service').length > MAX_SID) return gone(context);
    return await next();
  });

  app.post('/v2/Services', async (context) => {
    const service = services.describe(await readFields(context));
    return service ? context.json(serviceResource(context, service), 201) : refuse(context, invalid('CodeLength'));
  });

  app.on(['GET', 'POST'], SERVICE, async (context) => {
    const { service: sid } = context.req.param();
    const isUpdate = context.req.method === 'POST';
    const service = isUpdate ? services.describe(await readFields(context), sid) : services.get(sid);
    return service ? context.json(serviceResource(context, service)) : refuse(context, invalid('CodeLength'));
  });

  app.post(`${SERVICE}/Verifications`, async (context) => {
    const deliveries = [{ kind: 'sms' as const }, { kind: 'email' as const }];
    for (const delivery of deliveries) store.deliveries.begun(delivery.kind, delivery);
    try {
      const service = services.get(context.req.param('service'));
      const fields = await readFields(context);
      const { To: written = '', Channel: channel = '', CustomCode: customCode } = fields;
      const to = await recipientOf(written, channel, country);
      if (typeof to !== 'string') return refuse(context, to);
      if (customCode !== undefined && !/^[0-9A-Za-z]{4,10}$/.test(customCode))
        return refuse(context, invalid('CustomCode'));
      const account = accountOf(context);
      const started = verifications.start({
        service: service.sid,
        account,
        to,
        channel,
        length: service.length,
        customCode,
      });
      if (started === 'too many') return refuse(context, twilioProblem(60203, 'Max send attempts reached', 429));
      await send(started, textOf(started, service, fields), store);
      return context.json(resource(context, started), 201);
    } finally {
      for (const delivery of deliveries) store.deliveries.closed(delivery);
    }
  });

  app.post(`${SERVICE}/VerificationCheck`, async (context) => {
    const { To: written, VerificationSid: sid, Code: code } = await readFields(context);
    if (!written && !sid) return refuse(context, twilioProblem(60200, 'Missing required parameter: To'));
    if (!code) return refuse(context, twilioProblem(60200, 'Missing required parameter: Code'));
    const to = written && (await foldedRecipient(written, country));
    const checked = verifications.check(context.req.param('service'), { ...(to && { to }), ...(sid && { sid }) }, code);
    if (checked === 'gone') return gone(context);
    if (checked === 'too many') return refuse(context, twilioProblem(60202, 'Max check attempts reached', 429));
    return context.json(resource(context, checked.verification));
  });

  app.on(['GET', 'POST'], `${SERVICE}/Verifications/:sid`, async (context) => {
    const { service, sid } = context.req.param();
    const found = verifications.find(service, isVerificationSid(sid) ? sid : await foldedRecipient(sid, country));
    if (!found) return gone(context);
    if (context.req.method === 'GET') return context.json(resource(context, found));
    const { Status: status } = await readFields(context);
    if (status !== 'approved' && status !== 'canceled') return refuse(context, invalid('Status'));
    if (found.status !== 'pending') return gone(context);
    return context.json(resource(context, verifications.update(found, status)));
  });
}

function invalid(name: string): TwilioProblem {
  return twilioProblem(60200, `Invalid parameter: ${name}`);
}

/** Returns the recipient, folded for comparison, or the reason why it is none. */
async function recipientOf(to: string, channel: string, country: string | undefined): Promise<string | TwilioProblem> {
  if (!to) return twilioProblem(60200, 'Missing required parameter: To');
  if (!channel) return twilioProblem(60200, 'Missing required parameter: Channel');
  if (to.length > MAX_TO) return invalid('To');
  if (channel === 'email') return /^[^\s@]+@[^\s@]+$/.test(to) ? foldAddress('email', to) : invalid('To');
  if (!NUMBER_CHANNELS.has(channel)) return invalid('Channel');
  if (!/^[+\d(][\d\s().-]{3,}$/.test(to)) return invalid('To');
  const recipient = await withCountryCode(to, country);
  return 'number' in recipient ? foldAddress('sms', recipient.number) : twilioProblem(60200, recipient.problem);
}

async function foldedRecipient(to: string, country: string | undefined): Promise<string> {
  if (to.includes('@')) return foldAddress('email', to);
  const recipient = await withCountryCode(to, country);
  return 'number' in recipient ? foldAddress('sms', recipient.number) : to;
}

/** Returns the text of a message. An `AppHash` makes it one that Android passes to the app. */
function textOf({ code }: Verification, { name }: VerifyService, fields: Readonly<Record<string, string>>): string {
  const brand = fields['CustomFriendlyName'] ?? name;
  const sentence = `Your ${brand === '' ? '' : `${brand} `}verification code is: ${code}`;
  const { AppHash: hash } = fields;
  return hash ? `<#> ${sentence}\n${hash}` : sentence;
}

async function send({ sid, to, channel }: Verification, text: string, store: MessageStore): Promise<void> {
  if (channel !== 'email') {
    store.add('sms', SENDER, [to], [Buffer.from(text)], 'twilio-verify');
    return;
  }
  const { composeMail } = await import('./compose-mail.ts');
  const from = { name: 'Verify', address: 'verify@twilio.example' };
  const subject = 'Your verification code';
  const mail = { from, to: [{ name: '', address: to }], subject, text, messageId: `<${sid}@twilio.example>` };
  store.add('email', from.address, [to], [await composeMail(mail, 'twilio-verify')], 'twilio-verify');
}

function accountOf(context: Context): string {
  const [, value = ''] = /^Basic (.*)$/i.exec(context.req.header('authorization') ?? '') ?? [];
  const [user = ''] = Buffer.from(value, 'base64').toString().split(':');
  return user.startsWith('AC') && user.length <= MAX_SID ? user : `AC${'0'.repeat(32)}`;
}

function resource(context: Context, verification: Verification): object {
  const { sid, service, account, to, channel, status, createdAt, updatedAt, sent } = verification;
  return {
    sid,
    service_sid: service,
    account_sid: account,
    ...{ to, channel, status, valid: status === 'approved', amount: null, payee: null },
    ...{ lookup: {}, sna: null, sna_attempts_error_codes: [] },
    send_code_attempts: sent.map(({ at, channel: by }) => ({ time: dateOf(at), channel: by, attempt_sid: null })),
    date_created: dateOf(createdAt),
    date_updated: dateOf(updatedAt),
    url: `${new URL(context.req.url).origin}/v2/Services/${service}/Verifications/${sid}`,
  };
}

function serviceResource(context: Context, { sid, name, length, createdAt }: VerifyService): object {
  const url = `${new URL(context.req.url).origin}/v2/Services/${sid}`;
  return {
    sid,
    account_sid: accountOf(context),
    friendly_name: name,
    code_length: length,
    ...{ lookup_enabled: false, psd2_enabled: false, skip_sms_to_landlines: false, custom_code_enabled: true },
    ...{ dtmf_input_required: false, tts_name: null, do_not_share_warning_enabled: false },
    date_created: dateOf(createdAt),
    date_updated: dateOf(createdAt),
    url,
    links: { verifications: `${url}/Verifications`, verification_checks: `${url}/VerificationCheck` },
  };
}

/** Returns a time as Twilio Verify writes it, without a fraction of a second. */
function dateOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
