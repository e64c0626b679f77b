export type Tags = Readonly<Record<string, string>>

export interface OsmMember {
  readonly type: 'node' | 'way' | 'relation'
  readonly ref: number
  readonly role: string
}

/** Takes what a file has, one thing after the other. */
export interface OsmSink {
  node(id: number, longitude: number, latitude: number, tags: Tags): void
  way(id: number, nodes: readonly number[], tags: Tags): void
  relation(id: number, members: readonly OsmMember[], tags: Tags): void
}
