import './layer-list.css'
import { Sign } from '../../map/overlay/sign.tsx'
import type { Glyph } from '../../map/overlay/glyphs.ts'
import { layersOf, switchLayer, type Layer } from '../../state/layers.ts'
import { useAddress } from '../../ui/address.ts'
import { count } from '../../ui/format.ts'

const LOOKS: Record<
  Layer,
  { shape: 'pin' | 'triangle' | 'plate'; glyph: Glyph; label: string; short: string; of: string }
> = {
  weather: { shape: 'plate', glyph: 'cloud', label: 'Weather', short: 'Weather', of: 'stations' },
  events: { shape: 'pin', glyph: 'day', label: 'Events, 24 h', short: 'Events', of: 'events' },
  zones: { shape: 'triangle', glyph: 'barrier', label: 'Road works', short: 'Works', of: 'work zones' },
  cameras: { shape: 'plate', glyph: 'camera', label: 'Cameras', short: 'Cameras', of: 'cameras' },
  devices: { shape: 'plate', glyph: 'arrow', label: 'Signs and boards', short: 'Signs', of: 'devices' },
}

export interface LayerCount {
  readonly layer: Layer
  readonly count: number
}

/** What lies on the map beside the sites, and the switches for it; a layer without anything to show is left out. */
export function LayerList({ layers }: { layers: readonly LayerCount[] }) {
  const { layers: text, set } = useAddress()
  const on = layersOf(text)
  if (layers.length === 0) return null
  return (
    <div className="layer-list" role="group" aria-label="Layers">
      <h2>Layers</h2>
      {layers.map(({ layer, count: of }) => {
        const { shape, glyph, label, short, of: unit } = LOOKS[layer]
        return (
          <button
            key={layer}
            type="button"
            role="switch"
            aria-checked={on.has(layer)}
            className="layer-row"
            title={on.has(layer) ? `Hide ${label.toLowerCase()}` : `Show ${label.toLowerCase()}`}
            onClick={() => set({ layers: switchLayer(text, layer) })}
          >
            <Sign shape={shape} glyph={glyph} size={22} />
            <span className="layer-label">{label}</span>
            <span className="layer-short" aria-hidden="true">
              {short}
            </span>
            <span className="layer-count">
              {count(of)}
              <span className="visually-hidden"> {unit}</span>
            </span>
            <span className="layer-switch" aria-hidden="true" />
          </button>
        )
      })}
      {(on.has('events') || on.has('zones')) &&
        layers.some(({ layer }) => layer === 'events' || layer === 'zones') && (
          <p className="layer-key">
            <Sign shape="pin" glyph="day" size={16} /> now{' '}
            <Sign shape="pin" glyph="day" look="planned" size={16} /> planned
          </p>
        )}
    </div>
  )
}
