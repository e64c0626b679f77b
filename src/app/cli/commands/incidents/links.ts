import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { note, withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { patienceOf } from '../../import/patience.ts'
import { deliverThings } from '../../import/things.ts'
import { command, withServerFlags } from '../../options.ts'
import { printable } from '../../output.ts'
import type { Shell } from '../../shell.ts'

interface LinkFlags extends ServerFlags {
  readonly note?: string
}

const LINKS = {
  unlink: {
    says: 'keep two reports apart that were taken for one event, or a row without an id from the report it was joined to',
    example:
      'incidents unlink 2017-05-01T08:00:0051.05-114.07 2017-05-01T08:00:0051.06-114.08 --note "two collisions"',
    done: 'are kept apart from now on',
  },
  relink: {
    says: 'take an unlink back',
    example: 'incidents relink 2017-05-01T08:00:0051.05-114.07 2017-05-01T08:00:0051.06-114.08',
    done: 'are linked again where they belong together',
  },
} as const

export function linkCommand(shell: Shell, name: keyof typeof LINKS): Command {
  const { says, example, done } = LINKS[name]
  return withServerFlags(command(name, says, [example]))
    .argument('<id>', 'one report, as silver.incident_links names it')
    .argument('<other-id>', 'the other')
    .option('--note <text>', 'why')
    .action((id: string, other: string, flags: LinkFlags) =>
      withServer(shell, flags, 'write', async ({ client }) => {
        // One pair is one thing, whichever is named first.
        const [first = id, second = other] = [id, other].sort()
        const decision = {
          ...{ incident_id: first, other_id: second, decided_by: userInfo().username },
          ...(flags.note === undefined ? {} : { note: flags.note }),
          ...(name === 'relink' ? { withdrawn: true } : {}),
        }
        const patience = patienceOf(shell.signal, reason => note(shell, `waiting: ${reason}`))
        const positions = await deliverThings(
          client,
          { name: 'incident-link-decisions' },
          [decision],
          patience,
          'operator',
        )
        if (flags.json) shell.stdout.write(`${JSON.stringify({ ...decision, positions })}\n`)
        else shell.stdout.write(`${printable(first)} and ${printable(second)} ${done}.\n`)
      }),
    )
}
