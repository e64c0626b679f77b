import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'
import { environment } from '../core/config/index.ts'
import type { Bucket } from './bucket.ts'

/** How a service is reached: through which proxy, and whose certificates are trusted. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

/** The proxy of the settings, else as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say; the usual certificates, and those of the settings. */
export function agentsOf({ proxy, ca }: Pick<Bucket, 'proxy' | 'ca'>): Agents {
  const proxyEnv = proxy === null ? environment() : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
  const trusted = ca === null ? {} : { ca: [...getCACertificates('default'), ca] }
  return {
    http: new HttpAgent({ keepAlive: true, proxyEnv }),
    https: new HttpsAgent({ keepAlive: true, proxyEnv, ...trusted }),
  }
}
