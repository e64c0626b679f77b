import { useMemo } from 'react'

interface Feed {
  readonly name: string
  readonly href: string
}

const NAMES: Readonly<Record<string, string>> = {
  'application/rss+xml': 'RSS',
  'application/geo+json': 'GeoJSON',
}

/** Feeds that the server wrote into the page's head, by their names. */
export function feedsOf(page: Pick<Document, 'querySelectorAll'>): Feed[] {
  return [...page.querySelectorAll<HTMLLinkElement>('link[rel="alternate"]')].flatMap(link => {
    const [name, href] = [NAMES[link.getAttribute('type') ?? ''], link.getAttribute('href')]
    return name === undefined || href === null ? [] : [{ name, href }]
  })
}

/** Ways to follow what is reported now; nothing where the city publishes no feeds. */
export function FeedLinks() {
  const feeds = useMemo(() => feedsOf(document), [])
  if (feeds.length === 0) return null
  return (
    <div className="history-feeds" role="group" aria-label="Feeds of recent incidents">
      <span aria-hidden="true">Follow the last 48 hours:</span>
      {feeds.map(({ name, href }) => (
        <a key={href} href={href}>
          {name}
        </a>
      ))}
    </div>
  )
}
