import { describeSource } from '../../fixtures/testing/index.ts';
import { startSink } from '../../src/sink/sink.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import { CROWD } from '../support/full.ts';
import { Gate } from '../support/gate.ts';
import { postSms } from '../support/sink-clients.ts';
import { deliverBySmtp } from '../support/smtp-client.ts';

const NUMBERS: Readonly<Record<string, string>> = { alice: '+12025550143', malice: '+12025550144' };

for (const kind of ['email', 'sms'] as const) {
  describeSource(
    `the sink, ${kind}`,
    async () => {
      const sink = await startSink({ smtpPort: 0, httpPort: 0 });
      const gate = await Gate.open(sink.httpPort);
      return {
        open: () => sinkSource({ url: gate.url }),
        address: (name) => (kind === 'sms' ? (NUMBERS[name] ?? name) : `${name}@persona.test`),
        deliver: async ({ to, from, text, raw }) => {
          if (kind === 'sms') await postSms(sink, { to, from, body: text });
          else await deliverBySmtp(sink.smtpPort, to, raw);
        },
        faults: {
          reset: () => {
            gate.shut();
            gate.reopen();
          },
          down: () => gate.shut(),
        },
        close: async () => {
          gate.close();
          await sink.close();
        },
      };
    },
    // The whole crowd once.
    kind === 'email' ? { kind } : { kind, crowd: CROWD },
  );
}
