import type {
  DistrictAnalytics,
  LiveChange,
  LiveCity,
  LiveSite,
  LiveSnapshot,
  Status,
} from '../../../src/serve/contract/index.ts'

/** The city as last heard of. Immutable: a change makes a new one, untouched sites keep their identity. */
export interface LiveState {
  readonly sites: ReadonlyMap<string, LiveSite>
  readonly city: LiveCity
  readonly districts: readonly DistrictAnalytics[]
  readonly status: Status
}

export function fromSnapshot({ sites, city, districts, status }: LiveSnapshot): LiveState {
  return { sites: new Map(sites.map(site => [site.id, site])), city, districts: byName(districts), status }
}

/** Sites the change does not name stay as they were; so do districts when it brings none. */
export function applyChange(state: LiveState, { sites, city, districts, status }: LiveChange): LiveState {
  let next = state.sites
  if (sites.length > 0) {
    const copy = new Map(state.sites)
    for (const site of sites) copy.set(site.id, site)
    next = copy
  }
  return {
    sites: next,
    city,
    districts: districts === undefined ? state.districts : byName(districts),
    status,
  }
}

function byName(districts: readonly DistrictAnalytics[]): readonly DistrictAnalytics[] {
  return [...districts].sort((a, b) => a.district.localeCompare(b.district))
}
