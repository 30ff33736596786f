// Reads a stream of bytes line by line, or in blocks of whole lines. Never decodes them and never holds more than one block and one line.

import type { Readable } from 'node:stream';

const newline = 10;

export class LineReader {
  readonly #source: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#source = source;
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined after the last one. */
  async next(): Promise<Buffer | undefined> {
    for (let from = 0; ; ) {
      const end = this.#rest.indexOf(newline, from);
      if (end >= 0) {
        const line = this.#rest.subarray(0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      from = this.#rest.length;
      const { value, done } = await this.#chunks.next();
      if (done) break;
      this.#rest = Buffer.concat([this.#rest, value]);
    }
    const last = this.#rest;
    this.#rest = Buffer.alloc(0);
    return last.length > 0 ? last : undefined;
  }

  /** Blocks of whole lines up to the line `mark`, which is read but not given; ends quietly when the source does. */
  async *blocksUntil(mark: string): AsyncGenerator<{ bytes: Buffer; count: number }> {
    let block: Buffer[] = [];
    let size = 0;
    for (let line = await this.next(); line && !line.equals(Buffer.from(mark)); line = await this.next()) {
      block.push(line, lineEnd);
      size += line.length;
      if (size < 65_536) continue;
      yield { bytes: Buffer.concat(block), count: block.length / 2 };
      block = [];
      size = 0;
    }
    if (block.length > 0) yield { bytes: Buffer.concat(block), count: block.length / 2 };
  }

  close(): void {
    this.#source.destroy();
  }
}

const lineEnd = Buffer.from('\n');
