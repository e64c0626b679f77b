import { describe, expect, it } from 'vitest'
import { withRemedy } from '../../../src/core/network/broker-remedy.ts'

describe('what a client of Kafka says', () => {
  it.each([
    ['Client network socket disconnected before secure TLS connection was established', 'tls: off'],
    ['self-signed certificate in certificate chain', 'ca names'],
    ['unable to verify the first certificate', 'ca names'],
    ["Hostname/IP does not match certificate's altnames: IP: 127.0.0.1", 'take the name'],
    ['Unknown topic traffic-sensors.', 'make it in the cluster'],
    ['This server does not host this topic-partition.', 'make it in the cluster'],
  ])('of %s has what to do beside it', (reason, remedy) => {
    expect(withRemedy(reason)).toContain(remedy)
    expect(withRemedy(reason)).toContain(reason.replace(/\.$/, ''))
  })

  it('is left as it is where nobody knows what to do', () => {
    expect(withRemedy('connect ECONNREFUSED 127.0.0.1:9092')).toBe('connect ECONNREFUSED 127.0.0.1:9092')
  })
})
