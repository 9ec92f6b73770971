import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Returns the reason if an application is not installed. `npm run test:apps` passes on errors of the installation. */
export function whyNotInstalled(name: string): string | undefined {
  const told = (JSON.parse(process.env['APPS_NOT_INSTALLED'] ?? '{}') as Record<string, string>)[name];
  if (told !== undefined) return told;
  const written = new URL(`./${name}/app/node_modules/.package-lock.json`, import.meta.url);
  return existsSync(fileURLToPath(written)) ? undefined : `${name} is not installed: npm run test:apps installs it`;
}
