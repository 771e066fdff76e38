import { guardStatements } from '@divoc/core/internal';
import type { Knex } from 'knex';
// @ts-expect-error knex has no types for its dialects
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
// @ts-expect-error knex has no types for its dialects
import PostgresColumns from 'knex/lib/dialects/postgres/schema/pg-columncompiler.js';
import { inWords } from './storage-error.js';

const BY_BYTES = 'collate "C"';

/**
 * PostgreSQL sorts and compares text as a language does, unless a column says otherwise; every text column that knex
 * makes here says so. Keys and instants are compared by bytes, as on SQLite, so that a list has one order on both.
 */
class BytewiseColumns extends (PostgresColumns as new (...args: unknown[]) => { varchar(length?: number): string }) {
  get text(): string {
    return `text ${BY_BYTES}`;
  }

  override varchar(length?: number): string {
    return `${super.varchar(length)} ${BY_BYTES}`;
  }
}

class BytewiseClient extends (PostgresClient as new (...args: unknown[]) => object) {
  columnCompiler(...args: unknown[]): unknown {
    return new BytewiseColumns(this, ...args);
  }
}

/** A class of clients for one database, whose faults name it. */
export function clientOf(name: string): typeof Knex.Client {
  class Client extends BytewiseClient {}
  guardStatements(Client.prototype, (fault) => inWords(fault, name));
  return Client as unknown as typeof Knex.Client;
}
