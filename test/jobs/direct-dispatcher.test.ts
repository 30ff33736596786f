// The dispatcher that every installation has.

import { directDispatcher } from '../../src/jobs/direct-dispatcher.ts';
import { defineDispatcherContract } from '../contracts/dispatcher.ts';

defineDispatcherContract('direct', async () => ({ make: directDispatcher, close: async () => {} }));
