import { LogController, type FastifyServerOptions } from 'fastify'
import type { LogLevel, LogSink } from './log-lines.ts'

export interface LogOptions {
  /** `debug` logs every request, `info` starts and ends, `warn` and `error` only what went wrong. */
  readonly level: LogLevel
  readonly stream: LogSink
}

/** Logs of the server: a request as method and path alone. A query may hold what is nobody's business, a header a secret. */
export function requestLog(
  options: LogOptions | undefined,
): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  if (options === undefined) return { logger: false }
  const { level, stream } = options
  return {
    // Thousands of deliveries a second say nothing one by one.
    logController: new LogController({ disableRequestLogging: level !== 'debug' }),
    logger: {
      level,
      stream,
      hooks: {
        // A caller who goes away is nothing that went wrong here.
        logMethod(args, method) {
          if (!isCallerGone(args[0])) method.apply(this, args)
        },
      },
      serializers: {
        req: ({ method, url }) => ({ method, path: url.split('?', 1)[0] ?? '' }),
        res: ({ statusCode }) => ({ statusCode }),
      },
      redact: ['req.headers', 'headers.authorization', 'headers.cookie', 'err.config', '*.adminSecret'],
    },
  }
}

/** Whether what is to be logged comes from a caller's leaving, by whatever errors it came through. */
function isCallerGone(logged: unknown): boolean {
  const { err, error } = (typeof logged === 'object' ? (logged ?? {}) : {}) as {
    err?: unknown
    error?: unknown
  }
  for (let one = err ?? error ?? logged; one instanceof Error; one = one.cause) {
    const { code } = one as NodeJS.ErrnoException
    if (one.name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE') return true
  }
  return false
}
