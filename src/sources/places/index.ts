export { nearCity } from './city-boundary.ts'
export { communitiesOfCsv } from './communities.ts'
export { signalSitesOfCsv } from './signal-sites.ts'
