import type { Page } from '@playwright/test';
import nodemailer from 'nodemailer';

export const SITE = 'https://acme.example';

/** A request from the browser to the site. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
}

/** The HTML of a page, or a path to redirect to. */
export type Answer = string | { readonly to: string };

/** Answers all requests of a page to `SITE`, and records submitted forms. */
export async function pretendSite(page: Page, answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Asked[]> {
  const sent: Asked[] = [];
  await page.context().route(`${SITE}/**`, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const form = new URLSearchParams(request.postData() ?? url.search);
    const asked: Asked = { method: request.method(), path: url.pathname, form };
    if (asked.method === 'POST') sent.push(asked);
    if (asked.path === '/favicon.ico') return await route.fulfill({ status: 404 });
    const said = await answer(asked);
    if (typeof said === 'string') return await route.fulfill({ contentType: 'text/html', body: document(said) });
    // The browser does not follow a redirect that a route returns for a POST, so a script navigates instead.
    await route.fulfill({ contentType: 'text/html', body: `<script>location.replace('${said.to}')</script>` });
  });
  return sent;
}

function document(body: string): string {
  const title = /<h1>(.*?)<\/h1>/.exec(body)?.[1] ?? 'Acme';
  return `<!doctype html><html lang="en"><title>${title}</title><body>${body}</body></html>`;
}

export const LOGIN = `<h1>Sign in</h1><form method="post" action="/login">
  <label>Email <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button></form>`;

export const HOME = '<h1>Orders</h1><p>Nothing new.</p><a href="/logout">Sign out</a>';

/** A form for an e-mailed code, with an alert above it. */
export function codePage(said = '', more = ''): string {
  return `<h1>Check your email</h1>${said ? `<p role="alert">${said}</p>` : ''}
    <p>Enter the 6-digit code we sent to your address.</p><form method="post" action="/code">
    <label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code"></label><button>Verify</button></form>
    ${more}`;
}

export async function mailCode(to: string, code: string): Promise<void> {
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: Number(process.env['PLAYWRIGHT_2FA_SMTP_PORT']),
  });
  const text = `Your verification code is ${code}. It works for ten minutes.`;
  await transport.sendMail({ from: 'Acme <no-reply@acme.example>', to, subject: 'Your code', text });
  transport.close();
}

export async function textCode(to: string, code: string): Promise<void> {
  const body = JSON.stringify({ to, from: 'ACME', body: `${code} is your code.` });
  await fetch(`${process.env['PLAYWRIGHT_2FA_SINK_URL']}/sms`, { method: 'POST', body });
}

export async function mailLink(to: string, link: string): Promise<void> {
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: Number(process.env['PLAYWRIGHT_2FA_SMTP_PORT']),
  });
  const text = `Sign in to Acme:\n${link}\n\nQuestions? https://help.acme.example/`;
  await transport.sendMail({ from: 'Acme <no-reply@acme.example>', to, subject: 'Your sign-in link', text });
  transport.close();
}
