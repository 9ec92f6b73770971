import { defined } from '../core/defined.ts';
import { setFlagsFromString } from 'node:v8';
import { type Sink, type SinkOptions, startSink } from '../sink/sink.ts';
import { TwoFactorError } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import { isCountry } from '../message/national-number.ts';
import { Secret } from '../secret/secret.ts';
import type { Sender } from '../sink/inbound.ts';
import type { MailSenderName } from '../sink/inbound-mail/mail-sender.ts';
import { STRENGTH_RULE, isStrong } from '../secret/strength.ts';
import {
  DATA_VARIABLE,
  INBOUND_MAIL_VARIABLES,
  INBOUND_VARIABLES,
  TOKEN_VARIABLE,
} from '../protocol/sink-variables.ts';
import { readInput } from './input.ts';
import { readForward, readForwardRules, readRetention } from './sink-options.ts';
import { watchStarter } from './sink-starter.ts';
import { UsageError } from './usage-error.ts';
import { type Call, type Command, defineCommand } from './command.ts';

const USAGE = `Usage: playwright-2fa sink [options]

  --smtp-port 1025       port for mail; 0 selects a free port
  --http-port 8025       port for SMS and the HTTP API; 0 selects a free port
  --host 127.0.0.1       address to listen on; anything but a loopback address requires a token
  --token-file FILE      file with the token that HTTP clients must send (or the variable PLAYWRIGHT_2FA_SINK_TOKEN)
  --default-country DE   country of phone numbers without a country code; they are refused without it
  --accept-auth          offer SMTP AUTH and accept any credentials
  --starttls             offer STARTTLS with a self-signed certificate
  --forward-to URL       mail server that copies are sent through: smtp://host:587?to=qa@acme.com (a URL with a password
                         belongs into the variable PLAYWRIGHT_2FA_FORWARD_TO)
  --forward RULE         copies for one address: alice@codes.acme.com=alice.smith@acme.com; * stands for any part, as in
                         alice@*=alice.smith@acme.com. It may be repeated, and needs --forward-to
  --retention all        how long messages are kept: all, claimed (until their code is taken), or a time such as 15m
  --max-size 26214400    maximum size of a mail, in bytes
  --max-messages 10000   maximum number of stored messages; the oldest are evicted
  --max-bytes 67108864   maximum size of stored messages, in bytes; the oldest are evicted
  --data DIR             folder that keeps the messages on disk; what was acknowledged survives the sink

The sink ends with the program that started it, even if that was killed: when
standard input, a pipe, is closed; on Linux also when a process of its process
group ends that started it. As a service, start it with systemd, nohup or setsid.

SMS of real numbers arrive at /inbound/SENDER. Their signatures are verified if the environment contains a secret:
  twilio TWILIO_AUTH_TOKEN, vonage VONAGE_SIGNATURE_SECRET, sms PLAYWRIGHT_2FA_WEBHOOK_SECRET,
  android-sms-gateway ANDROID_SMS_GATEWAY_KEY, httpsms HTTPSMS_SIGNING_KEY
Mail of real addresses arrives at /inbound/mail: raw, or from a mail service. With one of these secrets, only signed calls count:
  raw PLAYWRIGHT_2FA_MAIL_WEBHOOK_SECRET, Mailgun MAILGUN_WEBHOOK_SIGNING_KEY, Postmark POSTMARK_WEBHOOK_PASSWORD,
  SendGrid SENDGRID_WEBHOOK_PUBLIC_KEY, SES PLAYWRIGHT_2FA_SNS_TOPIC
`;

/** Senders whose secret the user chooses. Twilio and Vonage issue theirs. */
const CHOSEN: readonly Sender[] = ['sms', 'android-sms-gateway', 'httpsms'];
/** Mail services whose secret the user chooses. */
const CHOSEN_MAIL: readonly MailSenderName[] = ['mail', 'postmark'];

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  'smtp-port': text,
  'http-port': text,
  host: text,
  token: text,
  'default-country': text,
  'token-file': text,
  'accept-auth': flag,
  starttls: flag,
  'forward-to': text,
  forward: texts,
  retention: text,
  'max-size': text,
  'max-messages': text,
  'max-bytes': text,
  data: text,
} as const;

const NO_TOKEN =
  'playwright-2fa sink: the token was passed as an argument (not repeated here). Other users can see arguments, and the shell keeps them: choose another token. Write it to a file and pass --token-file FILE, or set PLAYWRIGHT_2FA_SINK_TOKEN.';

/** Runs the sink until SIGTERM or SIGINT, or until the program is gone that started it. */
export const runSink: Command = defineCommand({
  name: 'sink',
  usage: USAGE,
  options: OPTIONS,
  async run({ values }) {
    // Mails are stored outside V8's heap. For the rest, a growing young generation would only raise peak memory, by 15 %.
    setFlagsFromString('--semi-space-growth-factor=1');
    let end = (): void => process.exit(0);
    watchStarter(() => end());
    const sink = await startSink(await readOptions(values));
    end = memoize(() => void sink.close().then(() => process.exit(0)));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
    process.stdout.write(`${startLine(sink, values.host)}\n`);
  },
});

/** Formats the line that `withTwoFactor` reads both addresses from. */
function startLine(sink: Sink, host = '127.0.0.1'): string {
  return `playwright-2fa sink ready smtp=${host}:${sink.smtpPort} http=${sink.url}`;
}

type Values = Call<typeof OPTIONS>['values'];

async function readOptions(values: Values): Promise<SinkOptions> {
  const problems: string[] = [];
  const number = (name: keyof Values, max: number): number | undefined => {
    const given = values[name];
    if (given === undefined) return undefined;
    const value = Number(given);
    if (!Number.isInteger(value) || value < 0 || value > max) {
      problems.push(`--${name} must be an integer from 0 to ${max}, but is "${String(given)}"`);
    }
    return value;
  };
  if (values.token !== undefined) throw new UsageError(NO_TOKEN);
  const token = await readToken(values['token-file']);
  if (token !== undefined && !isStrong(token))
    problems.push(`The token of the sink is too weak. It needs ${STRENGTH_RULE}`);
  const defaultCountry = values['default-country'];
  if (defaultCountry !== undefined && !isCountry(defaultCountry))
    problems.push(`--default-country must be the code of a country such as DE, but is "${defaultCountry}"`);
  const forwardTo = readForward(values['forward-to'], problems);
  const options = {
    defaultCountry,
    forwardTo,
    forwards: readForwardRules(values.forward, forwardTo, problems),
    retention: readRetention(values.retention, problems),
    smtpPort: number('smtp-port', 65_535),
    httpPort: number('http-port', 65_535),
    host: values.host,
    token,
    inbound: secretsIn<Sender>(INBOUND_VARIABLES, CHOSEN, problems),
    inboundMail: secretsIn<MailSenderName>(INBOUND_MAIL_VARIABLES, CHOSEN_MAIL, problems),
    acceptAuth: values['accept-auth'],
    startTls: values.starttls,
    maxSize: number('max-size', Number.MAX_SAFE_INTEGER),
    maxMessages: number('max-messages', Number.MAX_SAFE_INTEGER),
    maxBytes: number('max-bytes', Number.MAX_SAFE_INTEGER),
    data: values.data ?? process.env[DATA_VARIABLE],
    onProblem: (problem: string) => void process.stderr.write(`playwright-2fa sink: ${problem}\n`),
  };
  if (values.data === '') problems.push('--data must name a folder');
  if (problems.length > 0) throw new TwoFactorError('SETTINGS_INVALID', `${problems.join('; ')}.`);
  return defined(options);
}

async function readToken(file: string | undefined): Promise<string | undefined> {
  const token = file === undefined ? process.env[TOKEN_VARIABLE] : (await readInput(file)).toString('utf8').trim();
  if (token === '' && file !== undefined)
    throw new TwoFactorError('SETTINGS_INVALID', `${file} is empty. Write the token into it.`);
  return token || undefined;
}

/** Reads the secrets of senders from their variables. Adds those that are too weak to the problems. */
function secretsIn<Name extends string>(
  variables: Readonly<Record<Name, string>>,
  chosen: readonly Name[],
  problems: string[],
): Partial<Record<Name, Secret>> {
  const weak = chosen
    .map((sender) => variables[sender])
    .filter((name) => process.env[name] && !isStrong(process.env[name]));
  problems.push(...weak.map((name) => `${name} is too weak. It needs ${STRENGTH_RULE}`));
  const given = Object.entries<string>(variables).map(([sender, name]) => [sender, process.env[name]] as const);
  const secrets = given.flatMap(([sender, value]) => (value ? [[sender, new Secret(`sink/${sender}`, value)]] : []));
  return Object.fromEntries(secrets) as Partial<Record<Name, Secret>>;
}
