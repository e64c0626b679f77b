/** Where another database is, and who asks. The password is a text only here, just before it is used. */
export interface Database {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string | null
  /** `verify`: encrypted, and the certificate must be the host's; `off`: in clear, for this machine or a private network. */
  readonly tls: 'verify' | 'off'
}

/** A connection attempt may take so long, ms. */
export const CONNECT_MS = 10_000
/** Where nothing was heard for so long it is looked whether the other side is still there, ms. */
export const KEEP_ALIVE_MS = 30_000
/** Giving a lock back may take so long before the connection is ended without, ms. */
export const UNLOCK_MS = 5000
