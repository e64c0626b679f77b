/** Layers of the map beside the sites, in the order of the legend. */
export const LAYERS = ['weather', 'events', 'zones', 'cameras', 'devices'] as const
export type Layer = (typeof LAYERS)[number]

/** Cameras stand at many sites, and a site's panel shows its own; devices stand in the road works they belong to: both are switched on when wanted. */
const AT_FIRST: ReadonlySet<Layer> = new Set(['weather', 'events', 'zones'])
/** In the address when none is on. */
const NONE = 'none'

/** Those that the address names; unknown names are passed over. Without a word of the address: the first choice. */
export function layersOf(text: string | null): ReadonlySet<Layer> {
  if (text === null) return AT_FIRST
  const named = new Set(text.split(','))
  return new Set(LAYERS.filter(layer => named.has(layer)))
}

/** What the address says when one is switched; null where that is the first choice. */
export function switchLayer(text: string | null, layer: Layer): string | null {
  const before = layersOf(text)
  const after = LAYERS.filter(each => before.has(each) !== (each === layer))
  if (after.length === AT_FIRST.size && after.every(each => AT_FIRST.has(each))) return null
  return after.length === 0 ? NONE : after.join(',')
}
