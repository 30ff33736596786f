// Conditions of flows: `event.window is open`, `not mine.services`, `dues.months > 3`, `month in {dues.open}`, joined by `and`. Parsed once, read like a sentence.

import type { Scope } from './template.ts';
import { isPresent, read } from './template.ts';

type Test = (scope: Scope) => boolean;
export interface Condition {
  readonly source: string;
  readonly paths: readonly string[];
  readonly holds: Test;
}

/** Parses a condition; throws an Error with a Chinese message when it is not well formed. */
export function parseCondition(source: string): Condition {
  const paths: string[] = [];
  const tests = source.split(/\s+and\s+/).map((clause) => parseClause(clause.trim(), paths));
  return { source, paths, holds: (scope) => tests.every((test) => test(scope)) };
}

function parseClause(clause: string, paths: string[]): Test {
  const parts = /^(not\s+)?([a-zA-Z_][\w.-]*)(?:\s+(is not|is|in|>=|<=|>|<)\s+(.+))?$/.exec(clause);
  if (!parts) throw new Error(`条件“${clause}”看不懂`);
  const [, not, path, operator, raw] = parts;
  paths.push(path!);
  const test = operator
    ? compare(path!, operator, operand(raw!.trim(), paths))
    : (scope: Scope) => isPresent(read(scope, path!));
  return not ? (scope) => !test(scope) : test;
}

/** What a value is compared with: a word as it stands, or in braces what is read at that path. */
function operand(raw: string, paths: string[]): (scope: Scope) => unknown {
  const path = /^\{([a-zA-Z_][\w.-]*)\}$/.exec(raw)?.[1];
  if (path === undefined) return () => raw;
  paths.push(path);
  return (scope) => read(scope, path);
}

function compare(path: string, operator: string, other: (scope: Scope) => unknown): Test {
  const value = (scope: Scope) => read(scope, path);
  switch (operator) {
    case 'is':
      return (scope) => String(value(scope)) === String(other(scope));
    case 'is not':
      return (scope) => String(value(scope)) !== String(other(scope));
    case 'in':
      return (scope) => listOf(other(scope)).includes(String(value(scope)));
    case '>':
      return (scope) => Number(value(scope)) > Number(other(scope));
    case '<':
      return (scope) => Number(value(scope)) < Number(other(scope));
    case '>=':
      return (scope) => Number(value(scope)) >= Number(other(scope));
    default:
      return (scope) => Number(value(scope)) <= Number(other(scope));
  }
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[,、\s]+/);
}
