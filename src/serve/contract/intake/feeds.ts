import { z } from 'zod'

const at = z.iso.datetime().nullable()
const count = z.int().nonnegative()

/** An address that is asked again and again, and how that goes. */
export const Feed = z.strictObject({
  name: z.string(),
  stream: z.string().meta({ description: 'Where its records go' }),
  format: z.string().meta({ description: 'The preset, or the format of its mapping' }),
  address: z.string().meta({ description: 'Without parameters: they may hold a key' }),
  schedule: z.string().meta({ description: 'How often it is asked, in words or as cron' }),
  state: z.enum(['new', 'well', 'failing']),
  asking: z.boolean().meta({ description: 'It is being asked right now' }),
  last_poll_at: at,
  last_success_at: at,
  age_s: count.nullable().meta({ description: 'Seconds since the last success' }),
  newest_at: at.meta({ description: 'Newest instant that it has told of' }),
  next_at: at,
  error: z
    .strictObject({ code: z.string(), message: z.string(), since: at })
    .nullable()
    .meta({ description: 'Why the last poll failed; null when it did not' }),
  failures: count.meta({ description: 'Failures in a row' }),
  notice: z
    .string()
    .nullable()
    .meta({ description: 'What is odd although it works, such as a clock that is ahead' }),
  polls: count,
  unchanged: count.meta({ description: 'Polls that brought nothing new' }),
  lines_read: count,
  lines_sent: count.meta({ description: 'Durable in the log; quarantine may have some of them' }),
  last_lines: count.meta({ description: 'Records of the last answer that was read' }),
})
export type Feed = z.infer<typeof Feed>
