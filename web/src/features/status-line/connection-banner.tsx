import { IconClockPause, IconHistory, IconPlugConnectedX } from '@tabler/icons-react'
import { useClockMs, useLive, useLiveStore } from '../../api/live-context.tsx'
import { bannerOf, retryText } from '../../state/city-words.ts'
import { pictureOf } from '../../state/picture.ts'
import { programOf } from '../../state/program.ts'
import { useTimeZone } from '../../ui/address.ts'

const ICONS = { danger: IconPlugConnectedX, warn: IconClockPause, quiet: IconHistory }

/** One line under the status when the picture is not of this moment. */
export function ConnectionBanner() {
  const store = useLiveStore()
  const view = useLive()
  const clockMs = useClockMs()
  const timeZone = useTimeZone()
  const picture = pictureOf(view, clockMs)
  const banner = bannerOf(picture, programOf(picture, view.state?.status ?? null), clockMs, timeZone)
  if (banner === null) return null
  const Icon = ICONS[banner.tone]
  return (
    <div className="banner" data-tone={banner.tone}>
      <Icon aria-hidden="true" />
      <span>
        <strong>{banner.strong}</strong> {banner.rest}{' '}
        {picture.kind === 'lost' && (
          <span className="banner-retry">{retryText(picture.retryAtMs, clockMs)}</span>
        )}
      </span>
      {picture.kind === 'lost' && (
        <button type="button" className="button" onClick={() => store.retryNow()}>
          Try now
        </button>
      )}
    </div>
  )
}
