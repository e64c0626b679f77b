/** Where a sensor was seen last. */
export interface Sighting {
  readonly sensorId: string
  readonly site: string
  readonly district: string
  readonly latitude: number | null
  readonly longitude: number | null
  readonly intervalS: number
}
