import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Of each cluster that is read: how its topics are, and how far. */
export const KafkaStatus = z.array(
  z.strictObject({
    name: z.string(),
    state: z.enum(['connecting', 'reading', 'waiting', 'failing', 'stopped']).meta({
      description: 'waiting: nothing is taken, for want of space or because much waits to be loaded',
    }),
    message: z.string().nullable().meta({ description: 'Why it waits or fails' }),
    topics: z.array(
      z.strictObject({
        topic: z.string(),
        stream: z.string(),
        state: z.enum(['unknown', 'there', 'missing']),
        messages: count.meta({ description: 'Taken since the start' }),
        records: count.meta({ description: 'Records in them' }),
        refused: count.meta({
          description: 'Messages among them that say no record; they are in quarantine',
        }),
        lastRefused: z
          .strictObject({ partition: count, offset: count, reason: z.string() })
          .nullable()
          .meta({ description: 'The newest of those' }),
        partitions: z.array(
          z.strictObject({
            partition: count,
            next: count.meta({ description: 'First offset that is not in the log' }),
            end: count.nullable().meta({ description: 'Behind the newest record; null before it is known' }),
            lag: count.nullable().meta({ description: 'Offsets in between' }),
          }),
        ),
      }),
    ),
    holes: z
      .array(
        z.strictObject({
          topic: z.string(),
          partition: count,
          from: count.meta({ description: 'First offset that the broker had no more' }),
          to: count.meta({ description: 'Where reading went on' }),
          at: z.iso.datetime(),
        }),
      )
      .meta({ description: 'What the broker dropped before it was read, the last hundred' }),
  }),
)
export type KafkaStatus = z.infer<typeof KafkaStatus>

/** Of each cluster that is written to: how far its topics are. */
export const KafkaOutputStatus = z.array(
  z.strictObject({
    name: z.string(),
    topics: z.array(
      z.strictObject({
        topic: z.string(),
        from: z.string().meta({ description: 'The table whose rows it gets' }),
        message: z.string().nullable().meta({ description: 'Why it fails; null: it does not' }),
        rows: count.meta({ description: 'Sent since the start' }),
        next: count.nullable().meta({ description: 'First position of the log that was not sent' }),
        behind: count.nullable().meta({ description: 'Positions between it and what the lake has' }),
      }),
    ),
  }),
)
export type KafkaOutputStatus = z.infer<typeof KafkaOutputStatus>
