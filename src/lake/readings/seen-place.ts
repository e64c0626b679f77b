/** Where the readings of a sensor last said that it is; what the register says is not in it. */
export interface Sighting {
  readonly sensorId: string
  readonly site: string
  readonly district: string
  readonly latitude: number | null
  readonly longitude: number | null
  readonly intervalS: number
}
