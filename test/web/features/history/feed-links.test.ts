import { describe, expect, it } from 'vitest'
import { feedsOf } from '../../../../web/src/features/history/feed-links.tsx'

const link = (attributes: Readonly<Record<string, string>>) => ({
  getAttribute: (name: string) => attributes[name] ?? null,
})
const page = (...links: ReturnType<typeof link>[]) =>
  ({ querySelectorAll: () => links }) as unknown as Parameters<typeof feedsOf>[0]

describe('feeds of the page', () => {
  it('are those of the head, by name, and nothing else that it links', () => {
    const rss = link({ type: 'application/rss+xml', href: '/v1/incidents.rss' })
    const geo = link({ type: 'application/geo+json', href: '/v1/incidents.geojson' })
    expect(feedsOf(page(rss, link({ type: 'text/html', href: '/fr' }), geo, link({})))).toEqual([
      { name: 'RSS', href: '/v1/incidents.rss' },
      { name: 'GeoJSON', href: '/v1/incidents.geojson' },
    ])
    expect(feedsOf(page())).toEqual([])
  })
})
