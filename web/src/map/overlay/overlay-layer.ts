import type { GeoJSONSource, Map as MapLibre, PointLike } from 'maplibre-gl'
import { drawRing, ICON_PIXEL_RATIO } from '../marks/icons.ts'
import type { Theme } from '../ramp.ts'
import { drawFall, FALL_PIXEL_RATIO, FALLS } from './fall-image.ts'
import {
  areaFeatures,
  NO_OVERLAY,
  pathFeatures,
  signFeatures,
  thingOf,
  type Overlay,
  type OverlayPath,
  type OverlaySign,
  type Position,
} from './overlay.ts'
import { AREAS, CHOSEN_LAYERS, CLICKED, onlyKey, PATHS, SIGN_RING, SIGNS } from './overlay-style.ts'
import { drawSign } from './sign-image.ts'
import { signName } from './sign-shape.ts'

/** A finger's or a hand's unsteadiness around a sign or line, px. */
const REACH_PX = 5

/** What lies on the map beside the sites. Its layers come with the style; this fills them. */
export class OverlayLayer {
  readonly #map: MapLibre
  #overlay: Overlay = NO_OVERLAY
  #theme: Theme = 'dark'
  #chosen: string | null = null
  #loaded = false

  constructor(map: MapLibre) {
    this.#map = map
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
    const { signs, paths, areas } = this.#overlay
    void this.#source(SIGNS)?.setData(signFeatures(signs))
    void this.#source(PATHS)?.setData(pathFeatures(paths))
    void this.#source(AREAS)?.setData(areaFeatures(areas))
  }

  #source(name: string): GeoJSONSource | undefined {
    return this.#map.getSource<GeoJSONSource>(name)
  }
}
