// A database with the small organisation, a fake WeCom, and `zhibu doctor --json` run on them with planted faults.

import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Finding } from '../../src/commands/doctor/finding.ts';
import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { removeFolder } from '../store/other-process.ts';
import { runHere } from './command-line.ts';

export interface Examined {
  readonly code: number | null;
  readonly findings: readonly Finding[];
  of(check: string): Finding[];
}

export interface Patient {
  readonly folder: string;
  readonly wecom: FakeWecom;
  readonly db: Database;
  readonly env: Readonly<Record<string, string>>;
  /** Runs doctor with `more` in its environment; an empty value takes a variable away. */
  examine(more?: Readonly<Record<string, string>>): Promise<Examined>;
  close(): Promise<void>;
}

export async function openPatient(options: FakeWecomOptions = {}): Promise<Patient> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'zhibu-doctor-')));
  chmodSync(folder, 0o755);
  const wecom = await startFakeWecom(options);
  const env = {
    DATA_DIR: join(folder, 'data'),
    WECOM_API_BASE: wecom.url,
    WECOM_CORP_ID: fakeCredentials.corpId,
    WECOM_AGENT_ID: String(fakeCredentials.agentId),
    WECOM_SECRET: fakeCredentials.secret,
    WECOM_TOKEN: fakeCredentials.token,
    WECOM_ENCODING_AES_KEY: fakeCredentials.encodingAesKey,
    FIELD_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  const db = await openDatabase({ dataDir: env.DATA_DIR });
  const organisation = join(import.meta.dirname, '../fixtures/orgs/small.yaml');
  expect(await runHere(['import', organisation], env)).toMatchObject({ code: 0 });
  return {
    folder,
    wecom,
    db,
    env,
    async examine(more = {}) {
      const { code, stdout, stderr } = await runHere(['doctor', '--json'], { ...env, ...more });
      expect(stderr).toBe('');
      const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
      expect(ok).toBe(code === 0);
      expect(ok).toBe(findings.every(({ level }) => level !== 'bad'));
      // Whatever is not in order has its next step, each in one line.
      for (const { level, what, todo } of findings) {
        expect(what).not.toBe('');
        if (level !== 'good') expect(todo, what).toMatch(/\S/);
      }
      return { code, findings, of: (check) => findings.filter((finding) => finding.check === check) };
    },
    async close() {
      await db.close();
      await wecom.close();
      removeFolder(folder);
    },
  };
}
