import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useTimeZone } from '../../../ui/address.ts'
import { clock, date, zoneName } from '../../../ui/city-time.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../../src/serve/contract/spans.ts'
import { incidents } from '../model/words.ts'
import { SPEEDS } from '../model/playback.ts'
import type { Playback } from '../use-playback.ts'

/** Lets the chosen range pass over the map. */
export function PlaybackBar({ playback }: { playback: Playback }) {
  const timeZone = useTimeZone()
  const { span, atMs, playing, speed, shown } = playback
  if (span === null) return null
  const here = atMs ?? span.startMs
  const when = `${date(here, timeZone)} ${clock(here, timeZone)} ${zoneName(here, timeZone)}`
  return (
    <div className="playback" role="group" aria-label="Playback">
      <button
        type="button"
        className="icon-button"
        aria-label={playing ? 'Pause' : 'Play the range'}
        title={playing ? 'Pause' : 'Play the range'}
        onClick={playback.toggle}
      >
        {playing ? <IconPlayerPauseFilled /> : <IconPlayerPlayFilled />}
      </button>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={atMs === null ? 'all of the range' : when}
        min={span.startMs}
        max={span.endMs}
        step={stepOf(span.endMs - span.startMs)}
        value={here}
        onChange={event => playback.seek(Number(event.target.value))}
      />
      <select
        aria-label="Speed of the playback"
        value={speed.key}
        onChange={event => playback.setSpeed(event.target.value)}
      >
        {SPEEDS.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
      <p>
        {atMs === null ? (
          'All of the range'
        ) : (
          <>
            <b>{when}</b> {incidents(shown.length)} began in the {trailWords(speed.trailMs)} before{' '}
            <button type="button" className="text-button" onClick={playback.stop}>
              Show all
            </button>
          </>
        )}
      </p>
    </div>
  )
}

/** The slider's keys move by a thousandth of the range, a minute at least. */
function stepOf(spanMs: number): number {
  return Math.max(MINUTE_MS, Math.round(spanMs / 1_000))
}

function trailWords(ms: number): string {
  return ms < DAY_MS ? `${ms / HOUR_MS} hours` : ms === DAY_MS ? 'day' : `${ms / DAY_MS} days`
}
