import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Of each MQTT broker that is read: how its topics are. */
export const MqttStatus = z.array(
  z.strictObject({
    name: z.string(),
    state: z.enum(['connecting', 'reading', 'waiting', 'failing', 'stopped']).meta({
      description: 'waiting: nothing is taken, for want of space or because much waits to be loaded',
    }),
    message: z.string().nullable().meta({ description: 'Why it waits or fails' }),
    topics: z.array(
      z.strictObject({
        topic: z.string().meta({ description: 'As it stands in the settings' }),
        stream: z.string(),
        state: z.enum(['unknown', 'subscribed', 'refused']),
        reason: z.string().nullable().meta({ description: 'Why the broker refuses it' }),
        messages: count.meta({ description: 'Taken since the start' }),
        records: count.meta({ description: 'Records in them' }),
        refused: count.meta({
          description: 'Messages among them that say no record; they are in quarantine',
        }),
        repeated: count.meta({ description: 'Messages among them that the broker marks as sent again' }),
        unacknowledged: count.meta({
          description: 'Messages among them that were sent by QoS 0: such ones may get lost on their way',
        }),
        lastRefused: z
          .strictObject({ topic: z.string(), reason: z.string() })
          .nullable()
          .meta({ description: 'The newest that said no record' }),
      }),
    ),
    lost: z
      .array(z.strictObject({ since: z.iso.datetime(), until: z.iso.datetime() }))
      .meta({ description: 'When the broker had forgotten the session, the last hundred' }),
  }),
)
export type MqttStatus = z.infer<typeof MqttStatus>
