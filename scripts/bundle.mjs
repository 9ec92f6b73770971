// @ts-check
// Bundles the compiled files of build/ into dist/. Playwright resolves each import of a test file in a thread of its own,
// which takes 3 ms of CPU time per file in each process: the hundred files that every worker needs become one.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** Files of dist/ that others import or run, and their sources. All files of dist/ are in one folder, which paths rely on. */
const ENTRIES = {
  index: 'fixtures/index.js',
  library: 'src/index.js',
  reporter: 'fixtures/reporter.js',
  'final-sweep': 'fixtures/final-sweep.js',
  testing: 'fixtures/testing/index.js',
  cli: 'src/cli/main.js',
  'doctor-config': 'fixtures/doctor/config.js',
  'doctor-checks': 'fixtures/doctor/checks.js',
  'doctor-reporter': 'fixtures/doctor/reporter.js',
  'keep-round': 'fixtures/keep/round.js',
  'keep-reporter': 'fixtures/keep/reporter.js',
};

/**
 * Files that every worker needs: those that the index imports at once, and those that they import. Each file that is
 * imported later stays in a file of its own.
 * @type {Set<string>}
 */
const ofEveryWorker = new Set();

const bundle = await rolldown({
  input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(BUILD, path)])),
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
  platform: 'node',
  plugins: [
    {
      name: 'files-of-every-worker',
      buildEnd() {
        ofEveryWorker.add(join(BUILD, ENTRIES.index));
        for (const id of ofEveryWorker)
          for (const imported of this.getModuleInfo(id)?.importedIds ?? []) ofEveryWorker.add(imported);
      },
    },
  ],
});
for (const name of existsSync(DIST) ? readdirSync(DIST) : []) if (name.endsWith('.js')) rmSync(join(DIST, name));
await bundle.write({
  dir: DIST,
  format: 'esm',
  minify: false,
  chunkFileNames: '[name]-[hash].js',
  // Two files, because the library and the command line do without `@playwright/test`.
  codeSplitting: {
    groups: ['src', 'fixtures'].map((folder) => ({
      name: folder,
      test: (id) => ofEveryWorker.has(id) && id.startsWith(join(BUILD, folder)),
    })),
  },
});

// CommonJS projects load the same modules by require(). TypeScript lets them import types only from a file of their own kind.
for (const name of ['index', 'library', 'reporter', 'testing']) {
  const types = ENTRIES[name].replace(/\.js$/, '.d.ts');
  const defaultType = name === 'reporter' ? `export { default } from './${types}';\n` : '';
  writeFileSync(join(DIST, `${name}.cjs`), `module.exports = require('./${name}.js');\n`);
  writeFileSync(join(DIST, 'types', `${name}.d.cts`), `export * from './${types}';\n${defaultType}`);
}
