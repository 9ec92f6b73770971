import { TwoFactorError } from '../core/errors.ts';

/**
 * Loads a module of the MCP SDK.
 *
 * @param load imports the module
 * @throws TwoFactorError `MISSING_PACKAGE`
 */
export async function loadSdk<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const text =
      'This needs the package "@modelcontextprotocol/sdk", which is not installed. Run: npm install -D @modelcontextprotocol/sdk';
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}
