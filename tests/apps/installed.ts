import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Why an application is not there, if it is not. `npm run test:apps` tells what went wrong when it installed it. */
export function whyNotInstalled(name: string): string | undefined {
  const told = (JSON.parse(process.env['APPS_NOT_INSTALLED'] ?? '{}') as Record<string, string>)[name];
  if (told !== undefined) return told;
  const written = new URL(`./${name}/app/node_modules/.package-lock.json`, import.meta.url);
  return existsSync(fileURLToPath(written)) ? undefined : `${name} is not installed: npm run test:apps installs it`;
}
