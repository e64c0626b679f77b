import type { FastifyInstance } from 'fastify'
import { Histogram } from 'prom-client'

/** Which of the program's addresses was asked. */
export type Address = 'main' | 'public' | 'bi'

/** How long requests took at the program's addresses. */
export class RequestTimes {
  /** Of no registry of its own: who tells the figures registers it. */
  readonly metric = new Histogram({
    name: 'arterial_http_request_duration_seconds',
    help: 'Time until a request was answered, by route and address (main, public, bi); streams count until they end',
    labelNames: ['method', 'route', 'status', 'address'] as const,
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [],
  })

  /** Counts every request of a server, refused ones too. */
  observe(app: FastifyInstance, address: Address): void {
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none'
      const labels = { method: request.method, route, status: reply.statusCode, address }
      this.metric.observe(labels, reply.elapsedTime / 1000)
      done()
    })
  }
}
