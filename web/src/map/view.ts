/** Where the map looks, as the address holds it. */
export interface View {
  readonly latitude: number
  readonly longitude: number
  readonly zoom: number
}

/** "40.71280,-74.00600,13.25": a metre and a hundredth of a zoom step are fine enough. */
export function viewText({ latitude, longitude, zoom }: View): string {
  return `${latitude.toFixed(5)},${longitude.toFixed(5)},${zoom.toFixed(2)}`
}

/** Null for what is no place on earth or no zoom the map has: then the whole city is shown. */
export function viewOf(text: string | null): View | null {
  const parts = text?.split(',') ?? []
  if (parts.length !== 3 || parts.some(part => part.trim() === '')) return null
  const [latitude = NaN, longitude = NaN, zoom = NaN] = parts.map(Number)
  const sound = Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 22
  return sound ? { latitude, longitude, zoom } : null
}
