/**
 * What a kind of record is, said once: its fields with their units and rules, what "there once" means for it, and where it
 * goes. The log, the loader, the doors, lists, SQL, status and the generated pages know streams by this declaration only.
 */
export interface Stream {
  /** Stands in each frame of the log, in addresses (`/v1/<name>`) and, with `_` for `-`, in the lake's tables. Never changes. */
  readonly name: string
  /** For people, e.g. `Weather observations`. */
  readonly title: string
  /** One sentence: what a record of it is. */
  readonly says: string
  /** By their names on the wire; in silver they stand in this order. A field that was released is never retyped or taken away. */
  readonly fields: Fields
  /** Rules that look at several fields. */
  readonly rules?: readonly Rule[]
  /**
   * Why a source may say that what it read is no record, by code, in words. A line that names such codes in `refused` goes to
   * quarantine with them as its reasons, whatever else it says: what the source read stays there to be looked at.
   */
  readonly refusals?: Readonly<Record<string, string>>
  readonly once: Once
  /** How its table is cut: by day where a day has some ten thousand rows, else by month; thousands of small parts are slow to open. */
  readonly silver: {
    readonly partition: 'day' | 'month'
    /** Its table and, of `latest`, the view of the newest, where `silver.<name>` is made of them by somebody else. */
    readonly table?: string
    readonly view?: string
  }
  /**
   * The folder of its SQL: `NN_*.sql` make its tables, each applied once and never edited afterwards; `view_NN_*.sql` are made
   * anew at each start. `silver.<name>` (of `latest`: `silver.<name>_versions`) has a column for each of the fields.
   */
  readonly sql: URL
  readonly gold?: readonly StreamGold[]
}

/**
 * What "there once" means. A record that says again what is there is a repeat; one that says something else under the same
 * key is a conflict, and the first arrival stays.
 */
export type Once =
  /** Observations: one for each key and time. */
  | { readonly how: 'first'; readonly key: readonly string[]; readonly time: string }
  /**
   * Things: each version is kept, the newest counts. `version` names an instant of the source (a version more than a day ahead
   * of its arrival is refused); `position` means that what arrived last is the newest. The field `withdrawn` takes a thing away.
   * With `ties`, versions of one instant that say different things are all kept, and none is a conflict: the newest is the greatest
   * by version, then by these fields, then by content, never by arrival, so that the same records in any order are the same things.
   */
  | {
      readonly how: 'latest'
      readonly key: readonly string[]
      readonly version: string
      readonly ties?: readonly string[]
    }
  /** Happenings: each is kept, one that is equal in everything is there once. */
  | { readonly how: 'every'; readonly key: readonly string[]; readonly time: string }

/** By wire name. */
export type Fields = Readonly<Record<string, Field>>

interface Common {
  /** For people: what it is, without unit and bounds. */
  readonly says: string
  /** @default what may be left out may */
  readonly required?: true
  /** Its column in silver. @default the wire name */
  readonly column?: string
  /** Lists can be filtered by it. */
  readonly filter?: true
}

export interface NumberField extends Common {
  readonly type: 'number'
  /** On the wire, bounds included. */
  readonly min: number
  readonly max: number
  readonly unit: string | null
  readonly whole?: true
  /** Digits behind the point that silver keeps; null keeps a double (coordinates). */
  readonly decimals: number | null
  /** Silver's unit: wire × times + plus, rounded half up. @default the wire's */
  readonly metric?: { readonly unit: string; readonly times: number; readonly plus?: number }
}

export type Field =
  | NumberField
  /** An id, a name, a text; `long` ones may have line feeds, others are visible characters on one line. */
  | (Common & { readonly type: 'text'; readonly maxChars: number; readonly long?: true })
  | (Common & { readonly type: 'choice'; readonly values: readonly string[] })
  | (Common & { readonly type: 'flag' })
  /** ISO 8601; without a zone it is the city's time. `ahead`: may it lie in the future, as a beginning may? */
  | (Common & { readonly type: 'instant'; readonly ahead?: true })
  /** Some texts, in order. */
  | (Common & { readonly type: 'texts'; readonly maxChars: number; readonly maxItems: number })
  /** Whole numbers by name, e.g. vehicles by class; each is a column `<column>_<name>`. Other names are drift. */
  | (Common & { readonly type: 'counts'; readonly names: readonly string[]; readonly max: number })
  /** Anything deeper (a GeoJSON geometry, lanes): kept as compact JSON text. `fails` says what is wrong with it, or null. */
  | (Common & {
      readonly type: 'json'
      readonly maxChars: number
      readonly fails?: (value: unknown) => string | null
    })

/** A rule over several fields. */
export interface Rule {
  /** Its code in quarantine. */
  readonly reason: string
  /** What is wrong when it fails, in words. */
  readonly says: string
  /** @param record values as silver has them, by column; null where there is none. Instants are ms since 1970 UTC. */
  readonly fails: (record: Readonly<Record<string, unknown>>) => boolean
  /** The same over silver's columns, for `verify`. */
  readonly sql: string
}

/** A table of sums that grows with silver. Only of `first` and `every`: a sum can't take back a version that was replaced. */
export interface StreamGold {
  /** `gold.<name>_state` holds it, partitioned as silver is, by the UTC day or month of `window_start`, with `readings` and `position`; `gold.<name>` is its view. */
  readonly name: string
  /**
   * `INSERT INTO gold.<name>_state SELECT … FROM silver.<stream> AS s WHERE @rows GROUP BY …`; `@rows` becomes the condition on
   * the rows that are to be added.
   */
  readonly add: URL
}
