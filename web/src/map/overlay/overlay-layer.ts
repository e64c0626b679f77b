import type { GeoJSONSource, Map as MapLibre, PointLike } from 'maplibre-gl'
import { drawRing, ICON_PIXEL_RATIO } from '../marks/icons.ts'
import type { Theme } from '../ramp.ts'
import { drawFall, FALL_PIXEL_RATIO, FALLS } from './fall-image.ts'
import {
  areaFeatures,
  NO_OVERLAY,
  pathFeatures,
  rankOf,
  signFeatures,
  keyOf,
  thingOf,
  type Overlay,
  type OverlayPath,
  type OverlaySign,
  type Position,
} from './overlay.ts'
import { AREAS, CHOSEN_LAYERS, CLICKED, onlyKey, PATHS, SIGN_RING, SIGNS } from './overlay-style.ts'
import { drawSign } from './sign-image.ts'
import { placeSigns, type Point } from './sign-places.ts'
import { SIGN_OFFSETS, signBox, signName } from './sign-shape.ts'

/** The sites' marks as they are drawn now. */
export interface Marks {
  readonly middles: readonly Point[]
  /** Of a mark and of a sign: 1 is their own. */
  readonly size: number
}

/** A finger's or a hand's unsteadiness around a sign or line, px. */
const REACH_PX = 5

/** What lies on the map beside the sites. Its layers come with the style; this fills them. */
export class OverlayLayer {
  readonly #map: MapLibre
  readonly #marks: () => Marks
  #overlay: Overlay = NO_OVERLAY
  #theme: Theme = 'dark'
  #chosen: string | null = null
  #loaded = false

  constructor(map: MapLibre, marks: () => Marks) {
    this.#map = map
    this.#marks = marks
    // Moving the map moves all alike; another zoom brings other neighbours.
    map.on('zoomend', () => {
      if (this.#loaded && this.#overlay.signs.length > 0) this.#fillSigns()
    })
  }

  /** The style is being replaced. */
  unload(): void {
    this.#loaded = false
  }

  /** A new style is there. */
  furnish(theme: Theme): void {
    this.#theme = theme
    this.#loaded = true
    this.#map.addImage(SIGN_RING, drawRing(theme), { pixelRatio: ICON_PIXEL_RATIO })
    for (const fall of FALLS)
      this.#map.addImage(fall, drawFall(fall, theme), { pixelRatio: FALL_PIXEL_RATIO })
    this.#fill()
    this.choose(this.#chosen)
  }

  show(overlay: Overlay): void {
    if (this.#overlay === overlay) return
    this.#overlay = overlay
    this.#fill()
  }

  choose(key: string | null): void {
    this.#chosen = key
    if (!this.#loaded) return
    for (const layer of CHOSEN_LAYERS) this.#map.setFilter(layer, onlyKey(key ?? ''))
  }

  /** A place of the thing, to bring it in sight; null while it is not on the map. */
  placeOf(key: string): Position | null {
    const thing = thingOf(this.#overlay, key)
    if (thing === null) return null
    return 'at' in thing ? thing.at : (thing.path[Math.floor(thing.path.length / 2)] ?? null)
  }

  /** The uppermost thing under the pointer. */
  under({ x, y }: { x: number; y: number }): OverlaySign | OverlayPath | null {
    const { signs, paths } = this.#overlay
    if (!this.#loaded || signs.length + paths.length === 0) return null
    const box: [PointLike, PointLike] = [
      [x - REACH_PX, y - REACH_PX],
      [x + REACH_PX, y + REACH_PX],
    ]
    const found = this.#map.queryRenderedFeatures(box, { layers: [...CLICKED] })
    const key: unknown = found[0]?.properties['key']
    return typeof key === 'string' ? thingOf(this.#overlay, key) : null
  }

  #fill(): void {
    if (!this.#loaded) return
    for (const { image } of this.#overlay.signs) {
      const name = signName(image)
      if (!this.#map.hasImage(name))
        this.#map.addImage(name, drawSign(image, this.#theme), { pixelRatio: ICON_PIXEL_RATIO })
    }
    const { paths, areas } = this.#overlay
    this.#fillSigns()
    void this.#source(PATHS)?.setData(pathFeatures(paths))
    void this.#source(AREAS)?.setData(areaFeatures(areas))
  }

  #fillSigns(): void {
    const { signs } = this.#overlay
    const project = (at: Position) => this.#map.project([...at])
    void this.#source(SIGNS)?.setData(signFeatures(signs, signOffsets(signs, this.#marks(), project)))
  }

  #source(name: string): GeoJSONSource | undefined {
    return this.#map.getSource<GeoJSONSource>(name)
  }
}

/** Of more signs, as of a city's hundreds of cameras, the least stay where they are: to place them would be felt. */
const MOST_PLACED = 500
/** Of the largest mark but a jam's, px at its own size. */
const MARK_RADIUS_PX = 10

/** Where signs stand beside their places by what lies around them, px at a sign's own size; what is now and important chooses first. */
function signOffsets(
  signs: readonly OverlaySign[],
  { middles, size }: Marks,
  project: (at: Position) => Point,
): Map<string, readonly [number, number]> {
  const ordered = [...signs].sort((a, b) => rankOf(b) - rankOf(a)).slice(0, MOST_PLACED)
  const standing = ordered.map(({ at, image }) => {
    const [right, below] = SIGN_OFFSETS[image.shape]
    const { down, halfWidth, halfHeight } = signBox(image)
    return {
      at: project(at),
      offset: { x: right * size, y: (below + down) * size },
      halfWidth: halfWidth * size,
      halfHeight: halfHeight * size,
    }
  })
  const placed = placeSigns(standing, middles, MARK_RADIUS_PX * size)
  return new Map(
    ordered.map(({ kind, id, image }, i) => {
      const { x, y } = placed[i] ?? { x: 0, y: 0 }
      return [keyOf(kind, id), [x / size, y / size - signBox(image).down]]
    }),
  )
}
