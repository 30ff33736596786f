// What a step points to and reads, for lints and for the plan of a new revision. Runs nothing.

import type { Buttons } from './steps/forms.ts';
import type { Step } from './steps/index.ts';
import type { Template } from './template.ts';
import { pathsOf } from './template.ts';

export interface StepFacts {
  /** Steps of the same flow it may go to. */
  readonly targets: readonly string[];
  /** Flows it may open. */
  readonly flows: readonly string[];
  /** Paths its texts, values and conditions read. */
  readonly paths: readonly string[];
}

export function answersOf(step: Step): StepFacts {
  const targets: string[] = [];
  const flows: string[] = [];
  const paths = [...(step.when?.paths ?? [])];
  const readIn = (value: unknown) => {
    if (Array.isArray(value)) paths.push(...pathsOf(value as unknown as Template));
  };
  if ('wait' in step && step.wait) targets.push(step.wait.go);
  switch (step.kind) {
    case 'branch':
      for (const way of step.branch) {
        targets.push(way.go);
        paths.push(...(way.if?.paths ?? []));
      }
      break;
    case 'choose':
      for (const option of Object.values(step.options)) if (option.go) targets.push(option.go);
      if (step.from) paths.push(step.from);
      if (step.people) paths.push(step.people);
      readIn(step.say);
      break;
    case 'say':
      readIn(step.say);
      for (const button of Object.values(step.buttons ?? {}))
        flows.push(typeof button === 'string' ? button : button.flow);
      break;
    case 'ask':
      readIn(step.say);
      readIn(step.again);
      if (step.people) paths.push(step.people);
      flows.push(...flowsOf(step.buttons));
      break;
    case 'confirm':
      readIn(step.confirm);
      readIn(step.wrong);
      break;
    case 'call':
      flows.push(step.call);
      Object.values(step.with).forEach(readIn);
      break;
    case 'save':
    case 'compute':
      Object.values(step.with ?? {}).forEach(readIn);
      break;
  }
  return { targets, flows, paths };
}

function flowsOf(buttons: Buttons | undefined): string[] {
  return Object.values(buttons ?? {}).map((button) => (typeof button === 'string' ? button : button.flow));
}
