import { defaultBadCodes, defaultBadStatuses } from '../../domain/defaults.ts';

/** Which answers a gate takes for a fault where its spec does not say. */
export const badAnswers = { codes: defaultBadCodes, statuses: defaultBadStatuses };
