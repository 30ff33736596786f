// COPY through pg, in both directions, without holding a table in memory. Needs a client that is not pipelined.

import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { ClientBase, Connection, Submittable } from 'pg';

/** What pg's connection can do beyond its types. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** The rows of `copy … to stdout`, as PostgreSQL writes them: text, one row a chunk and a line. */
export function copyOut(client: ClientBase, statement: string): Readable {
  let connection: Connection | undefined;
  const rows = new Readable({ objectMode: true, highWaterMark: 64, read: () => connection?.stream.resume() });
  const query = {
    ...ignored,
    submit(to: Connection) {
      connection = to;
      to.query(statement);
    },
    handleCopyData(message: { chunk: Buffer }) {
      // pg uses the memory again for what comes next.
      if (!rows.push(Buffer.from(message.chunk))) connection?.stream.pause();
    },
    // After the end nobody asks for more, but the next statement's answer must be read.
    handleError(error: Error) {
      connection?.stream.resume();
      rows.destroy(error);
    },
    handleReadyForQuery() {
      connection?.stream.resume();
      rows.push(null);
    },
  };
  client.query(query satisfies Submittable);
  return rows;
}

/** Feeds `copy … from stdin`; resolves when PostgreSQL has taken all, rejects with its error or that of `rows`. */
export function copyIn(client: ClientBase, statement: string, rows: AsyncIterable<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const query = {
      ...ignored,
      submit(connection: Connection) {
        connection.query(statement);
      },
      handleCopyInResponse(connection: CopyConnection) {
        feed(connection, rows, () => failure !== undefined).catch((error: Error) => {
          failure = error;
          connection.sendCopyFail('the source failed');
        });
      },
      // Of an error pg tells only this; it is also what answers `sendCopyFail`.
      handleError(error: Error) {
        failure ??= error;
        reject(failure);
      },
      handleReadyForQuery: () => resolve(),
    };
    client.query(query satisfies Submittable);
  });
}

async function feed(connection: CopyConnection, rows: AsyncIterable<Buffer>, failed: () => boolean): Promise<void> {
  for await (const chunk of rows) {
    if (failed()) return;
    connection.sendCopyFromChunk(chunk);
    if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
  }
  connection.endCopyFrom();
}

/** What pg tells every query and COPY has no use for. */
const ignored = {
  handleRowDescription() {},
  handleDataRow() {},
  handlePortalSuspended() {},
  handleEmptyQuery() {},
  handleCommandComplete() {},
};
