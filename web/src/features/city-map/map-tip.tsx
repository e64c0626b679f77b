import { useClockMs, useLiveSlice, usePicture } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import type { Measure } from '../../map/bands.ts'
import { Mark } from '../../map/marks/mark.tsx'
import type { Hover } from '../../map/site-map.ts'
import { agoBaseMs } from '../../state/picture.ts'
import type { Units } from '../../ui/format.ts'
import { visible } from '../../ui/visible.ts'
import { tipOf } from './view-model.ts'

interface MapTipProps {
  readonly hover: Hover
  readonly measure: Measure
  readonly units: Units
}

/** Beside the pointer, for those who have one; the same words are in the table and the panel. */
export function MapTip({ hover, measure, units }: MapTipProps) {
  const { thing, x, y, right, low } = hover
  return (
    <div className="map-tip" data-right={right} data-low={low} style={{ left: x, top: y }} aria-hidden="true">
      {thing.kind === 'site' ? (
        <SiteWords id={thing.id} measure={measure} units={units} />
      ) : (
        <Words title={thing.title} lines={thing.lines} />
      )}
    </div>
  )
}

function SiteWords({ id, measure, units }: { id: string; measure: Measure; units: Units }) {
  const { places } = usePlaces()
  const state = useLiveSlice(view => view.state)
  const clockMs = useClockMs()
  const picture = usePicture()
  const tip = tipOf({
    id,
    place: places.byId.get(id),
    site: state?.sites.get(id),
    measure,
    units,
    cityAtMs: state?.city.at ?? null,
    agoBase: agoBaseMs(picture, clockMs),
  })
  return (
    <>
      <Mark step={tip.band?.step ?? null} mark={tip.band?.mark ?? ''} />
      <Words title={tip.title} lines={tip.lines} />
    </>
  )
}

function Words({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div>
      <strong>{visible(title)}</strong>
      {lines.map(line => (
        <span key={line}>{visible(line)}</span>
      ))}
    </div>
  )
}
