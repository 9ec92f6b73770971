import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Applications from Debian's packages: a file of each package that must be installed. */
const DEBIAN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  glewlwyd: { glewlwyd: '/usr/bin/glewlwyd', 'glewlwyd-common': '/usr/share/glewlwyd/webapp/login.html' },
  phpmyadmin: {
    phpmyadmin: '/usr/share/phpmyadmin/index.php',
    'php-cli': '/usr/bin/php',
    'php-mysql': '/usr/share/php/PhpMyAdmin/SqlParser/autoload.php',
    'mariadb-server': '/usr/sbin/mariadbd',
    'mariadb-client': '/usr/bin/mariadb',
  },
};

/** Returns the reason if an application is not installed. `npm run test:apps` passes on errors of the installation. */
export function whyNotInstalled(name: string): string | undefined {
  const told = (JSON.parse(process.env['APPS_NOT_INSTALLED'] ?? '{}') as Record<string, string>)[name];
  if (told !== undefined) return told;
  if (DEBIAN[name]) {
    const missing = Object.entries(DEBIAN[name]).flatMap(([debian, file]) => (existsSync(file) ? [] : [debian]));
    return missing.length > 0 ? `${name} is not installed: apt-get install ${missing.join(' ')}` : undefined;
  }
  const written = new URL(`./${name}/app/node_modules/.package-lock.json`, import.meta.url);
  return existsSync(fileURLToPath(written))
    ? undefined
    : `${name} is not installed: npm run test:apps -- --project=${name} installs it`;
}

/** Returns true if an application's server is needed: `npm run test:apps -- --project=NAME` starts only that one. */
export function isChosen(name: string): boolean {
  const chosen = JSON.parse(process.env['APPS_CHOSEN'] ?? '[]') as string[];
  return chosen.length === 0 || chosen.includes(name);
}
