// @ts-check
// node-sqlite3's interface, as much of it as Knex calls, on libSQL, which comes prebuilt: Uptime Kuma's own copy would be
// compiled for minutes. Only the storage is replaced; all that signs in is as it is published.
import Database from 'libsql';

/** @typedef {(this: { lastID?: number | bigint, changes?: number }, error: Error | null, rows?: unknown[]) => void} Callback */

/** A connection; each call does its work at once, and answers later, as callers expect. */
class Connection {
  /**
   * @param {string} file
   * @param {number} _flags
   * @param {(error: Error | null) => void} opened
   */
  constructor(file, _flags, opened) {
    this.database = new Database(file);
    setImmediate(opened, null);
  }

  /** @param {string} sql @param {unknown[]} values @param {Callback} callback */
  run(sql, values, callback) {
    this.#answer(sql, values, callback, (statement, bound) => {
      const { changes, lastInsertRowid } = statement.run(...bound);
      return { context: { changes, lastID: lastInsertRowid } };
    });
  }

  /** @param {string} sql @param {unknown[]} values @param {Callback} callback */
  all(sql, values, callback) {
    this.#answer(sql, values, callback, (statement, bound) => ({ context: {}, rows: statement.all(...bound) }));
  }

  /** @param {(error: Error | null) => void} closed */
  close(closed) {
    this.database.close();
    setImmediate(closed, null);
  }

  /**
   * @param {string} sql
   * @param {unknown[] | undefined} values
   * @param {Callback} callback
   * @param {(statement: Database.Statement, bound: unknown[]) => { context: object, rows?: unknown[] }} work
   */
  #answer(sql, values, callback, work) {
    try {
      const { context, rows } = work(this.database.prepare(sql), (values ?? []).map(bindable));
      setImmediate(() => callback.call(context, null, rows));
    } catch (error) {
      setImmediate(() => callback.call({}, /** @type {Error} */ (error)));
    }
  }
}

/** SQLite has no booleans and no dates. @param {unknown} value */
function bindable(value) {
  if (typeof value === 'boolean') return Number(value);
  return value instanceof Date ? value.getTime() : (value ?? null);
}

export const sqlite3 = { Database: Connection, OPEN_READWRITE: 2, OPEN_CREATE: 4 };
