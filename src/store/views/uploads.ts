// Where the files are that a member has just sent in. Seen by that member's own conversation only.

import { uploadStates } from '../uploads.ts';
import type { View } from './view.ts';

/** `{id: {state, name}}` of the last two days. */
export const uploads: View = ({ client, member, now }) => uploadStates(client, member.id, now);
