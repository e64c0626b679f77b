import type { City, Site } from '../city.ts'
import { DISTRICTS } from '../city.ts'

export interface Camera {
  readonly id: string
  readonly site: Site
  /** Index into the city's sites. */
  readonly siteIndex: number
}

/** One for each intersection with a camera. */
export function camerasOf(city: City): Camera[] {
  return city.sites.flatMap((site, siteIndex) =>
    site.camera ? [{ id: site.id.replace('INT-', 'CAM-'), site, siteIndex }] : [],
  )
}

/** Its entry in the register. */
export function cameraRecord({ id, site }: Camera): object {
  return {
    camera_id: id,
    name: site.name,
    latitude: site.latitude,
    longitude: site.longitude,
    direction: 'all approaches',
    intersection_id: site.id,
    district: DISTRICTS[site.district],
    snapshot_url: snapshotUrl(id),
    shown: 'yes',
  }
}

/** Where a simulated camera's picture is: with the program itself, which draws it. Nothing is fetched. */
export function snapshotUrl(cameraId: string): string {
  return `simulated:${cameraId}`
}
