/** What is known of a provider's answer beside its bytes. */
export interface FeedAbout {
  /** When it came; a time that says only its day and hour is the newest before this. */
  readonly arrivedAtMs: number
  /** Zone of times that carry none: an IANA name or an offset such as -07:00. */
  readonly zone: string
  /** What the answer does not say itself, by the stream's field, e.g. `station_id`. */
  readonly constants: Readonly<Record<string, string | number>>
}

/** A provider's format: how its answers become records of a stream. */
export interface FeedFormat {
  /** As settings name it, e.g. `nws`. */
  readonly name: string
  /** For people: whose, and what of theirs. */
  readonly says: string
  /** The stream its records are of. */
  readonly stream: string
  /** Parameters of the address that it needs; what the address has already stays. */
  readonly query?: Readonly<Record<string, string>>
  /**
   * The records, keys by the stream's wire names. The same answer gives the same records, whenever it is read again. What is no
   * record but a row of the answer all the same comes as an object too, so that quarantine keeps it with the reason.
   *
   * @throws {FeedError} when it is not in this format: then nothing of it is taken
   */
  read(body: Buffer, about: FeedAbout): readonly object[]
}
