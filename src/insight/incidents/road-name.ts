/** Street types as Calgary and others abbreviate them; only the last word of a name is one. */
const STREET_TYPES: Readonly<Record<string, string>> = {
  al: 'Alley',
  av: 'Avenue',
  ave: 'Avenue',
  ba: 'Bay',
  blvd: 'Boulevard',
  bv: 'Boulevard',
  bvd: 'Boulevard',
  bvld: 'Boulevard',
  ci: 'Circle',
  cl: 'Close',
  cm: 'Common',
  co: 'Court',
  cr: 'Crescent',
  cres: 'Crescent',
  cv: 'Cove',
  dr: 'Drive',
  ga: 'Gate',
  gd: 'Gardens',
  gr: 'Green',
  gt: 'Gate',
  gv: 'Grove',
  he: 'Heath',
  hi: 'Highway',
  hl: 'Hill',
  ht: 'Heights',
  hwy: 'Highway',
  ld: 'Landing',
  li: 'Link',
  ln: 'Lane',
  me: 'Mews',
  mr: 'Manor',
  pa: 'Park',
  pl: 'Place',
  pr: 'Parade',
  pt: 'Point',
  pw: 'Parkway',
  py: 'Parkway',
  rd: 'Road',
  ri: 'Rise',
  sq: 'Square',
  st: 'Street',
  str: 'Street',
  tc: 'Terrace',
  te: 'Terrace',
  tr: 'Trail',
  vi: 'Villas',
  vw: 'View',
  wk: 'Walk',
  wy: 'Way',
}
const SPELLINGS: Readonly<Record<string, string>> = { Center: 'Centre', Calfrobe: 'Calf Robe' }

/**
 * A road's name as one writes it in full: `McKnight Boulevard` of `mcknight bvld`, `5A Street` of `5a St`. Null where nothing
 * is left.
 */
export function roadName(text: string): string | null {
  const words = text
    .trim()
    .replace(/[.,;]+$/, '')
    // 15 A Street
    .replace(/^(\d+) ([A-Z])(?= )/, '$1$2')
    .split(/\s+/)
    .filter(word => word !== '' && !/^(?:ramp|exit|offramp|off-ramp|overpass|the)$/i.test(word))
  if (words.length === 0) return null
  return words.map((word, i) => wordOf(word, i > 0 && i === words.length - 1)).join(' ')
}

function wordOf(word: string, isLast: boolean): string {
  const plain = word.toLowerCase().replace(/\.$/, '')
  const type = isLast ? STREET_TYPES[plain] : undefined
  if (type !== undefined) return type
  // 5A, 22X, 1st
  if (/^\d/.test(plain)) return /^\d+(?:st|nd|rd|th)$/.test(plain) ? plain.slice(0, -2) : plain.toUpperCase()
  const capital = plain.replace(/(?:^|[-/])[a-z]/g, letters => letters.toUpperCase())
  const name = capital.replace(/^Mc[a-z]/, letters => letters.slice(0, 2) + letters.slice(2).toUpperCase())
  return SPELLINGS[name] ?? name
}
