/** Bytes to be read one at a time, or four at a time, which compares and hashes them in less than half the time. */
export class Bytes {
  readonly array: Uint8Array
  readonly view: DataView

  constructor(array: Uint8Array) {
    this.array = array
    this.view = new DataView(array.buffer, array.byteOffset, array.byteLength)
  }
}
