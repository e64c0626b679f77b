import { LogController, type FastifyServerOptions } from 'fastify'

export interface LogOptions {
  /** `debug` logs every request, `info` starts and ends, `warn` and `error` only what went wrong. */
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly stream: { write(line: string): void }
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
      serializers: {
        req: ({ method, url }) => ({ method, path: url.split('?', 1)[0] ?? '' }),
        res: ({ statusCode }) => ({ statusCode }),
      },
      redact: ['req.headers', 'headers.authorization', 'headers.cookie', 'err.config', '*.adminSecret'],
    },
  }
}
