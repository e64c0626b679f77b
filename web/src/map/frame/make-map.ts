import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'

setWorkerUrl(workerUrl)

export interface MakeMapOptions {
  /** The page scrolls under the wheel; the map zooms with Ctrl, and by its buttons. @default the wheel zooms */
  readonly isInScrollingPage?: boolean
}

/** An empty map, north up and flat. @throws where the browser gives no WebGL */
export function makeMap(
  container: HTMLElement,
  { isInScrollingPage = false }: MakeMapOptions = {},
): MapLibre {
  const map = new MapLibre({
    container,
    style: { version: 8, sources: {}, layers: [] },
    center: [0, 0],
    zoom: 1,
    maxPitch: 0,
    dragRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    renderWorldCopies: false,
    // Shown where the sources of a style name their makers.
    attributionControl: { compact: true },
    cooperativeGestures: isInScrollingPage,
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  return map
}
