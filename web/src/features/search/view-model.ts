import type { Intersection } from '../../../../src/serve/contract/index.ts'
import { words } from '../../ui/format.ts'

export interface Hit {
  readonly kind: 'site' | 'district'
  readonly id: string
  readonly title: string
  readonly detail: string
}

const MOST = 12

/**
 * Sites and districts whose id or name holds every word of the query; those that begin with it come first. Without a
 * query, the districts.
 */
export function searchHits(
  query: string,
  sites: Iterable<Intersection>,
  districts: readonly string[],
): Hit[] {
  const terms = fold(query).split(/\s+/).filter(Boolean)
  const ofDistricts = districts.map((id): Hit => ({
    kind: 'district',
    id,
    title: words(id),
    detail: 'District',
  }))
  if (terms.length === 0) return ofDistricts.slice(0, MOST)

  const ranked: { hit: Hit; rank: number }[] = []
  const consider = (hit: Hit, ...texts: string[]) => {
    const rank = rankOf(terms, texts.map(fold))
    if (rank !== null) ranked.push({ hit, rank })
  }
  for (const hit of ofDistricts) consider(hit, hit.title, hit.id)
  for (const { intersection_id: id, name, district } of sites) {
    consider(
      { kind: 'site', id, title: name ?? id, detail: `${id} · ${words(district)}` },
      name ?? '',
      id,
      district,
    )
  }
  return ranked
    .sort((a, b) => a.rank - b.rank || a.hit.id.localeCompare(b.hit.id))
    .slice(0, MOST)
    .map(({ hit }) => hit)
}

/** 0 begins with the query, 1 a word begins with it, 2 holds it; null when a term is missing. */
function rankOf(terms: readonly string[], texts: readonly string[]): number | null {
  const all = texts.join(' ')
  if (!terms.every(term => all.includes(term))) return null
  const whole = terms.join(' ')
  if (texts.some(text => text.startsWith(whole))) return 0
  return terms.every(term => all.split(/[\s-]+/).some(word => word.startsWith(term))) ? 1 : 2
}

/** Case and accents do not matter: "montreal" finds "Montréal". */
function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
}
