import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A key and a certificate in PEM, for a TLS server of Node. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export const WITHOUT_OPENSSL = 'openssl is not installed: apt-get install openssl';
export const HAS_OPENSSL: boolean = spawnSync('openssl', ['version']).status === 0;

/** Creates a self-signed certificate for servers on the loopback interface. */
export function makeCertificate(names = 'DNS:localhost,IP:127.0.0.1'): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', [
    ...['req', '-x509', ...kind, '-subj', '/CN=stand-in', '-addext', `subjectAltName=${names}`],
    ...['-keyout', key, '-out', cert],
  ]);
  try {
    if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`);
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns a `fetch` that trusts a certificate, such as that of a corporate proxy. */
export function fetchTrusting({ cert }: Certificate): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init.headers));
    const options: RequestOptions = { method: init.method ?? 'GET', headers, ca: cert };
    return await new Promise<Response>((resolve, reject) => {
      const sent = request(url, { ...options, ...(init.signal ? { signal: init.signal } : {}) }, (answer) => {
        const { statusCode = 0, statusMessage = '', headers: seen } = answer;
        const list = Object.entries(seen).map(([name, value]): [string, string] => [name, String(value)]);
        const isEmpty = statusCode === 204 || statusCode === 304;
        const body = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
        resolve(new Response(body, { status: statusCode, statusText: statusMessage, headers: list }));
      });
      sent.on('error', reject);
      sent.end(init.body as string | undefined);
    });
  };
}
