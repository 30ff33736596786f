// The one thrown error of the product. Expected outcomes are values and never pass through here.

/** What a fault is about; stable, documented in docs/operations.md, used in logs and tests. */
export type FaultCode =
  | 'config'
  | 'database'
  | 'database-busy'
  | 'bad-file'
  | 'bad-flow'
  | 'bad-content'
  | 'not-found'
  | 'not-allowed'
  | 'channel'
  | 'broken';

/** Thrown when the work at hand cannot go on. `message` says in one line what to do about it, in the words of the reader (Chinese for operators). */
export class Fault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
}
