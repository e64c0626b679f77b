/** What is known of a provider's answer beside its bytes. */
export interface FeedAbout {
  /** When it came; a time that says only its day and hour is the newest before this. */
  readonly arrivedAtMs: number
  /** Zone of times that carry none: an IANA name or an offset such as -07:00. */
  readonly zone: string
  /** What the answer does not say itself, by the stream's field, e.g. `station_id`. */
  readonly constants: Readonly<Record<string, string | number>>
}

/** What an answer says beside what the one before said. */
export interface FeedReading {
  /** What is otherwise, and what is withdrawn. */
  readonly records: readonly object[]
  /** All that it says: `previous` of the next. */
  readonly all: readonly object[]
  /** What of it could not be taken, in words. */
  readonly notice: string | null
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
  /**
   * In place of `read` where each answer is the whole of what there is, so that what it no longer says is withdrawn.
   *
   * @param previous `all` of the last answer that was delivered; empty at first
   * @throws {FeedError} as `read` does
   */
  readonly since?: (body: Buffer, about: FeedAbout, previous: readonly object[]) => FeedReading
  /** After so long the same answer says something else: it is fetched whole and read again. */
  readonly rereadMs?: number
}
