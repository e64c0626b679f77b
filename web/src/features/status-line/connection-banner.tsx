import { IconClockPause, IconHistory, IconPlugConnectedX } from '@tabler/icons-react'
import { useClockMs, useLive, useLiveStore } from '../../api/live-context.tsx'
import { pictureOf } from '../../api/picture.ts'
import { useTimeZone } from '../../ui/address.ts'
import { ago } from '../../ui/format.ts'
import { date, moment } from '../../ui/city-time.ts'
import { retryText } from './view-model.ts'

/** One line under the status when the picture is not of this moment. */
export function ConnectionBanner() {
  const store = useLiveStore()
  const view = useLive()
  const clockMs = useClockMs()
  const timeZone = useTimeZone()
  const picture = pictureOf(view, clockMs)
  if (picture.kind === 'lost') {
    return (
      <div className="banner" data-tone="danger">
        <IconPlugConnectedX aria-hidden="true" />
        <span>
          <strong>Connection lost {ago(clockMs - picture.sinceMs)}.</strong>{' '}
          {view.state === null ? '' : 'You see the last picture. '}
          <span className="banner-retry">{retryText(picture.retryAtMs, clockMs)}</span>
        </span>
        <button type="button" className="button" onClick={() => store.retryNow()}>
          Try now
        </button>
      </div>
    )
  }
  if (picture.kind === 'stale') {
    return (
      <div className="banner" data-tone="warn">
        <IconClockPause aria-hidden="true" />
        <span>
          <strong>No new readings since {moment(picture.nowMs, clockMs, timeZone)}</strong> (
          {ago(clockMs - picture.nowMs)}). Check that the sensors or their gateway can reach the server.
        </span>
      </div>
    )
  }
  if (picture.kind === 'historical') {
    return (
      <div className="banner" data-tone="quiet">
        <IconHistory aria-hidden="true" />
        <span>
          Historical data: “now” is the newest reading, <strong>{date(picture.nowMs, timeZone)}</strong>.
        </span>
      </div>
    )
  }
  return null
}
