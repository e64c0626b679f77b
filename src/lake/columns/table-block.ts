/** One insert: a Native block and where it goes. */
export interface TableBlock {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
  readonly data: Uint8Array<ArrayBuffer>
}
