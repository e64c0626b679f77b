import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ConfigError } from '../../core/errors.ts'
import { RequestError } from '../problems.ts'
import type { Access } from '../route.ts'
import { hostName, isCrossSite, isLoopback, isOwnHost } from './hosts.ts'
import { noteSender } from './sender.ts'
import { recognise, type AccessToken } from './tokens.ts'

export interface Security {
  /** Address the server listens on; any but loopback needs tokens. */
  readonly host: string
  /** Further names the server is called by, e.g. behind a reverse proxy; a port in them counts for the origin of pages alone. */
  readonly allowedHosts?: readonly string[]
  readonly tokens: readonly AccessToken[]
  /** Of the control socket and of the administrator's paths; '' means nobody has it. */
  readonly adminSecret: string
  /** A configured tile style lets the page load tiles and glyphs over HTTPS; null keeps it to this server. */
  readonly tileStyle?: string | null
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
}

/**
 * Guards every path: the host name, the site a request comes from, and who may call. `isControl` tells the requests
 * of the control socket, where only the administrator's secret counts.
 * @throws {ConfigError} when the server would be open to the network without tokens
 */
export function guard(
  app: FastifyInstance,
  security: Security,
  isControl: (request: FastifyRequest) => boolean,
): void {
  const { host, tokens, adminSecret } = security
  if (!isLoopback(host) && tokens.length === 0) {
    throw new ConfigError(
      `server.host is ${host}, which others can reach, but server.tokens is empty: make a token with ` +
        '`arterial token create` and put its hash there, or use 127.0.0.1.',
    )
  }
  const ownNames = [host, ...(security.allowedHosts ?? [])].map(name => hostName(name) ?? name.toLowerCase())

  app.addHook('onRequest', (request, _reply, done) => {
    const access = request.routeOptions.config.access ?? 'read'
    const control = isControl(request)
    if (access !== 'open') {
      if (!control) checkSite(request, ownNames, security.allowedHosts ?? [])
      if (control || access === 'admin' || tokens.length > 0) {
        checkScope(request, control ? 'admin' : access, tokens, adminSecret)
      }
    }
    done()
  })
}

function checkSite(
  request: FastifyRequest,
  ownNames: readonly string[],
  allowedHosts: readonly string[],
): void {
  const { host } = request.headers
  if (!isOwnHost(host, ownNames)) {
    throw new RequestError(
      'ART_HOST',
      `This server is not known as ${JSON.stringify(host ?? '')}; if it should be, add the name to server.allowedHosts.`,
    )
  }
  const from = {
    host,
    origin: request.headers.origin,
    fetchSite: header(request, 'sec-fetch-site'),
    fetchMode: header(request, 'sec-fetch-mode'),
  }
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (isCrossSite(from, changes, allowedHosts)) {
    throw new RequestError(
      'ART_CROSS_SITE',
      `A page of ${JSON.stringify(from.origin ?? 'another site')} may not call this server; open its own page, or call it from a program.`,
    )
  }
}

function checkScope(
  request: FastifyRequest,
  scope: Exclude<Access, 'open'>,
  tokens: readonly AccessToken[],
  adminSecret: string,
): void {
  const identity = recognise(request.headers.authorization, tokens, adminSecret)
  if (identity === null) {
    const shown =
      request.headers.authorization === undefined ? 'No access token came with' : 'Unknown access token in'
    throw new RequestError(
      'ART_UNAUTHORIZED',
      `${shown} the request; send "Authorization: Bearer <token>" with a token that covers "${scope}".`,
      { headers: { 'www-authenticate': challenge(request) } },
    )
  }
  if (!identity.covers(scope)) {
    throw new RequestError('ART_FORBIDDEN', `The token "${identity.name}" does not cover "${scope}".`)
  }
  noteSender(request.raw, identity.name)
}

/** A browser that opens the page is asked for the token (as a password, any user name); a program is told the scheme. */
function challenge(request: FastifyRequest): string {
  const opensPage = request.headers.accept?.includes('text/html') ?? false
  return opensPage ? 'Basic realm="Arterial", charset="UTF-8"' : 'Bearer realm="Arterial"'
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
