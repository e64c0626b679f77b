import { z } from 'zod'
import { listOf, usedTwice } from '../values/given-lists.ts'
import type { Found } from '../values/given-lists.ts'
import { Secret } from '../values/secret.ts'
import { choice, text, wholeOrNull, word } from '../values/setting-types.ts'

/** Names that MySQL, MariaDB and PostgreSQL take without quotes. */
const COLUMN = /^[a-z_][a-z0-9_]{0,62}$/

/** The table that a run alone sees, beside which no other of that name can be read. */
export const OUTPUT_STAGE = 'arterial_incoming'

const Output = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each output has its own' }),
  kind: z.enum(['mysql', 'postgresql']).meta({ allowed: 'mysql (also MariaDB) or postgresql' }),
  host: word('127.0.0.1', 'a host name or address', /^[\w.:%-]{1,253}$/, { description: 'Its host' }),
  port: wholeOrNull(1, 65_535, { description: 'Its port; null: 3306 of mysql, 5432 of postgresql' }),
  database: word('arterial', '1 to 64 visible characters', /^[\x21-\x7e]{1,64}$/, {
    description: 'The database, which has to be there',
  }),
  user: word('arterial', '1 to 64 visible characters', /^[\x21-\x7e]{1,64}$/, {
    description: 'Who may create and write the table',
  }),
  // A text is refused by `outputMistakes`, whose message does not repeat it.
  password: z
    .union([z.string(), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .transform(given => (given instanceof Secret ? given : null))
    .meta({ allowed: 'a reference, ${env:NAME} or ${file:path}, or null' }),
  tls: choice(['verify', 'off'], 'verify', {
    description: 'off: in clear, for this machine or a private network',
  }),
  from: word(
    'silver.incidents',
    'a table of the lake, such as silver.incidents',
    /^[a-z]+\.[a-z_][a-z0-9_]*$/,
    {
      description: 'The table that is delivered',
    },
  ),
  key: z
    .array(z.string().regex(COLUMN))
    .min(1)
    .max(8)
    .prefault(['incident_id'])
    .meta({ allowed: 'a list of columns that tell its rows apart' }),
  table: word('incidents', '1 to 63 of a-z, 0-9 and _', COLUMN, {
    description: 'The table over there; it is made when it is missing',
  }),
  cron: text(null, 'five fields of cron, such as "15 * * * *", or null', /^\S+( \S+){4,5}$/, {
    description: 'When it is delivered; null: when `arterial jobs run` says so',
  }),
})

/** Other databases that hold what a table of the lake holds. */
export const Outputs = z.strictObject({
  databases: z.array(Output).max(50).prefault([]).meta({
    allowed: 'a list of databases, each a map of name, kind, host, user, password and more',
    text: 'list',
    secretsInside: true,
    description: 'Tables of MySQL, MariaDB or PostgreSQL that are kept equal to a table of the lake',
  }),
})

/** Rules between an output's settings. No message has a value that may be a secret. */
export function outputMistakes(databases: unknown): Found[] {
  const list = listOf(databases)
  return list.flatMap((one, i) => {
    const at = `outputs.databases[${i}]`
    const { table, password } = one
    return [
      ...(table === OUTPUT_STAGE
        ? [
            {
              path: `${at}.table`,
              message: `"${OUTPUT_STAGE}" is where a run gathers its rows; allowed: another name`,
            },
          ]
        : []),
      ...usedTwice(list, i, at),
      ...(typeof password === 'string'
        ? [
            {
              path: `${at}.password`,
              message: 'a secret must not stand here; allowed: a reference, ${env:NAME} or ${file:path}',
            },
          ]
        : []),
    ]
  })
}
