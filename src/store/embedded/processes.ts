// Which processes of this machine are alive, and folders that appear whole or not at all. Never signals anything.

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** True when the process runs. A zombie counts as gone: PID 1 of a container may never reap it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/**
 * Fills a folder beside `target` and gives it its name in one step, so that a kill at any moment leaves no half-filled `target`.
 * False when another process was first; drafts of dead processes are removed on the way.
 */
export async function appearWhole(target: string, fill: (draft: string) => void | Promise<void>): Promise<boolean> {
  removeDeadDrafts(target);
  const draft = `${target}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  drafts.add(draft);
  try {
    await fill(draft);
    renameSync(draft, target);
    syncFolder(dirname(target));
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  } finally {
    drafts.delete(draft);
  }
}

/** Drafts of this process: in a container a new process often has the number of the one that was killed. */
const drafts = new Set<string>();

function removeDeadDrafts(target: string): void {
  const prefix = `${basename(target)}.new-`;
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const draft = join(dirname(target), name);
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (pid === process.pid ? drafts.has(draft) : isAlive(pid)) continue;
    try {
      rmSync(draft, { recursive: true, force: true });
    } catch {
      // An orphaned initdb still writes there; the next start removes it.
    }
  }
}

/** A new name in a folder survives a power cut only after this. */
function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
