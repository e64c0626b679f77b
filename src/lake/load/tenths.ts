/** Tells how far a rebuild is, in words, each time another tenth of it is done. */
export function tenths(onProgress: (line: string) => void): (share: number) => void {
  let told = 0
  return share => {
    if (share < told) told = 0
    if (share - told < 0.1) return
    told = share
    onProgress(`Rebuilding: ${Math.round(share * 100)} %`)
  }
}
