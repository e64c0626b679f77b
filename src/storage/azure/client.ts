import { createDefaultHttpClient } from '@azure/core-rest-pipeline'
import type { HttpClient } from '@azure/core-rest-pipeline'
import type { RequestPolicyFactory } from '@azure/storage-blob'
import type { Agents } from '../agents.ts'

/** Sends requests by these agents, as the clients of identities want it. */
export function azureClient(agents: Agents): HttpClient {
  const client = createDefaultHttpClient()
  return {
    sendRequest: request => {
      request.agent = agentFor(request.url, agents)
      return client.sendRequest(request)
    },
  }
}

/** The same as the client of blobs wants it. */
export function byAgents(agents: Agents): RequestPolicyFactory {
  return {
    create: next => ({
      sendRequest: request => {
        request.agent = agentFor(request.url, agents)
        return next.sendRequest(request)
      },
    }),
  }
}

function agentFor(url: string, { http, https }: Agents) {
  return url.startsWith('https:') ? https : http
}
