/** What is to be done about what clients of Kafka say first, for those who never connected before. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /before secure TLS|wrong version number|packet length too long/i,
    'what listens there speaks no TLS; take its port for TLS, or tls: off on a private network',
  ],
  [
    /self[- ]signed|unable to (verify|get)|unknown ca/i,
    'its certificate is signed by nobody known here; ca names the file of those to trust',
  ],
  [/altnames|does not match certificate/i, 'take the name that its certificate is for'],
  [
    /^Unknown topic|not host this topic-partition/i,
    'topics are not made by themselves; make it in the cluster',
  ],
]

/** The reason as the client says it, with what to do about it where that is known. */
export function withRemedy(reason: string): string {
  const remedy = REMEDIES.find(([words]) => words.test(reason))?.[1]
  return remedy === undefined ? reason : `${reason.replace(/\.$/, '')}: ${remedy}`
}
