import { useClockMs, useLiveSlice, usePicture } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import type { Measure } from '../../map/bands.ts'
import { Mark } from '../../map/marks/mark.tsx'
import type { Hover } from '../../map/site-map.ts'
import { agoBaseMs } from '../../state/picture.ts'
import type { Units } from '../../ui/format.ts'
import { tipOf } from './view-model.ts'

/** Beside the pointer, for those who have one; the same words are in the table and the panel. */
export function MapTip({ hover, measure, units }: { hover: Hover; measure: Measure; units: Units }) {
  const { places } = usePlaces()
  const state = useLiveSlice(view => view.state)
  const clockMs = useClockMs()
  const picture = usePicture()
  const tip = tipOf({
    id: hover.id,
    place: places.byId.get(hover.id),
    site: state?.sites.get(hover.id),
    measure,
    units,
    cityAtMs: state?.city.at ?? null,
    agoBase: agoBaseMs(picture, clockMs),
  })
  return (
    <div
      className="map-tip"
      data-right={hover.right}
      data-low={hover.low}
      style={{ left: hover.x, top: hover.y }}
      aria-hidden="true"
    >
      <Mark step={tip.band?.step ?? null} mark={tip.band?.mark ?? ''} />
      <div>
        <strong>{tip.title}</strong>
        {tip.lines.map(line => (
          <span key={line}>{line}</span>
        ))}
      </div>
    </div>
  )
}
