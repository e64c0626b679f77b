import 'maplibre-gl/dist/maplibre-gl.css'
import './map-surface.css'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import type { RefCallback } from 'react'

interface MapSurfaceProps {
  readonly hold: RefCallback<HTMLDivElement>
  readonly map: { zoom(by: 1 | -1): void; fit(): void } | null
  readonly failed: boolean
  /** What the map is of: "the whole city". */
  readonly all: string
  /** What the table shows as well: "sites". */
  readonly things: string
}

/** The canvas of a map with its buttons, or why there is none. */
export function MapSurface({ hold, map, failed, all, things }: MapSurfaceProps) {
  const buttons = [
    { label: 'Zoom in', Icon: IconPlus, act: () => map?.zoom(1) },
    { label: 'Zoom out', Icon: IconMinus, act: () => map?.zoom(-1) },
    { label: `Show ${all}`, Icon: IconFocusCentered, act: () => map?.fit() },
  ]
  return (
    <div className="map-surface">
      <div className="map-canvas" ref={hold} />
      {failed && (
        <p className="map-failure" role="alert">
          The map needs WebGL, which this browser does not give. The table shows the same {things}.
        </p>
      )}
      <div className="map-buttons" role="group" aria-label="Map view">
        {buttons.map(({ label, Icon, act }) => (
          <button
            key={label}
            type="button"
            className="icon-button"
            title={label}
            aria-label={label}
            onClick={act}
          >
            <Icon />
          </button>
        ))}
      </div>
    </div>
  )
}
