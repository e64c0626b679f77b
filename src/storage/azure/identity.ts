import { DefaultAzureCredential } from '@azure/identity'
import type { TokenCredential } from '@azure/identity'
import { agentsOf } from '../agents.ts'
import { azureClient } from './client.ts'
import type { Bucket } from '../bucket.ts'

/**
 * Who this program is to Azure where no key is given: what `AZURE_…` variables say, a workload's identity in Kubernetes, or the managed
 * identity of the machine, in this order.
 */
export function azureIdentity(settings: Pick<Bucket, 'proxy' | 'ca'>): TokenCredential {
  return new DefaultAzureCredential({ httpClient: azureClient(agentsOf(settings)) })
}
