import { type Command, defineGroup } from './command.ts';
import { USAGE } from './profile/options.ts';

/** Records and shows saved sessions. */
export const runProfile: Command = defineGroup({
  name: 'profile',
  usage: USAGE,
  commands: {
    record: async () => (await import('./profile/record.ts')).runRecord,
    list: async () => (await import('./profile/list.ts')).runList,
    show: async () => (await import('./profile/show.ts')).runShow,
    probe: async () => (await import('./profile/probe.ts')).runProbe,
    discard: async () => (await import('./profile/discard.ts')).runDiscard,
  },
});
