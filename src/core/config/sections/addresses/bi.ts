import { z } from 'zod'
import type { Mistake } from '../../config-error.ts'
import { seconds, size, text, whole, wholeOrNull, word } from '../../values/setting-types.ts'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

const Limit = z.strictObject({
  token: z.string().min(1).max(64).meta({ allowed: 'the name of one of server.tokens' }),
  timeoutS: seconds(60, 1, 3600, { description: 'A statement of it may take so long' }),
  maxRows: whole(1_000_000, 1, 100_000_000, { description: 'Rows that it may answer' }),
  maxMemoryBytes: size('512MiB', '16MiB', {
    description: 'Memory that it may take, at most limits.sqlMaxMemoryBytes',
  }),
})

/** The address for BI tools, which speaks as ClickHouse does over HTTP. */
export const Bi = z.strictObject({
  port: wholeOrNull(0, 65_535, {
    description: 'Port for BI tools, which speak to it as to ClickHouse over HTTP; null: there is none',
  }),
  host: word(
    '127.0.0.1',
    'a host name or address; another than loopback only with TLS and server.tokens',
    /^[\w.:%-]{1,253}$/,
    {
      description: 'Address it listens on',
    },
  ),
  certFile: text(null, 'a file, or null', /^[^\0]{1,4096}$/, {
    description:
      'Certificate for TLS with those between (PEM); null: in clear. Relative to the configuration file',
  }),
  keyFile: text(null, 'a file, or null', /^[^\0]{1,4096}$/, {
    description: 'Its private key (PEM). Relative to the configuration file',
  }),
  timeoutS: seconds(60, 1, 3600, { description: 'A statement may take so long' }),
  maxRows: whole(1_000_000, 1, 100_000_000, {
    description:
      'Rows that a statement may answer; with more it fails, because a tool would not notice a cut',
  }),
  limits: z.array(Limit).max(1_000).prefault([]).meta({
    allowed: 'a list of {token, timeoutS, maxRows, maxMemoryBytes}',
    text: 'list',
    description: 'Tokens with limits of their own',
  }),
})

/** Rules between its settings, and with the server's. */
export function biMistakes(bi: unknown, server: unknown): Omit<Mistake, 'where'>[] {
  const { port, host, certFile, keyFile, limits } = (bi ?? {}) as Readonly<Record<string, unknown>>
  if (port === undefined || port === null) return []
  const { port: serverPort = 8080, tokens = [] } = (server ?? {}) as Readonly<Record<string, unknown>>
  const isGiven = (value: unknown) => value !== undefined && value !== null
  const hasTokens = Array.isArray(tokens) && tokens.length > 0
  const isOpen = typeof host === 'string' && !LOOPBACK.test(host)
  const names = hasTokens ? tokens.map(token => (token as { name?: unknown } | null)?.name) : []
  const strangers = (Array.isArray(limits) ? limits : []).flatMap((limit, i) => {
    const token = (limit as { token?: unknown } | null)?.token
    return typeof token !== 'string' || names.includes(token) ? [] : [{ token, i }]
  })
  return [
    ...(port !== 0 && port === serverPort
      ? [
          {
            path: 'bi.port',
            message: `${JSON.stringify(port)} is server.port too; allowed: a port of its own, or null`,
          },
        ]
      : []),
    ...(isGiven(certFile) === isGiven(keyFile)
      ? []
      : [{ path: 'bi.certFile', message: 'and bi.keyFile belong together; allowed: both, or neither' }]),
    ...(isOpen && !(isGiven(certFile) && hasTokens)
      ? [
          {
            path: 'bi.host',
            message: `"${host}" is reached from other machines, which needs bi.certFile, bi.keyFile and server.tokens; allowed without: 127.0.0.1, ::1, localhost`,
          },
        ]
      : []),
    ...strangers.map(({ token, i }) => ({
      path: `bi.limits[${i}].token`,
      message: `"${token}" is none of server.tokens; allowed: the name of one`,
    })),
  ]
}
