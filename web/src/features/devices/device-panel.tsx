import './devices.css'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle, IconX } from '@tabler/icons-react'
import { useCityNowMs } from '../../api/live-context.tsx'
import { Sign } from '../../map/overlay/sign.tsx'
import { useAddress, useTimeZone } from '../../ui/address.ts'
import { moment } from '../../ui/city-time.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import type { DeviceRow } from './queries.ts'
import { useDevices } from './use-devices.ts'
import {
  deviceFacts,
  deviceGlyph,
  deviceTitle,
  deviceType,
  healthOf,
  messageLines,
  type Health,
} from './view-model.ts'

const HEALTH_ICONS: Record<Health['level'], typeof IconX> = {
  works: IconCircleCheck,
  warns: IconAlertTriangle,
  fails: IconCircleX,
  unknown: IconHelpCircle,
}

/** One device beside the road: how it is, what drivers read on it, since when. */
export function DevicePanel({ id }: { id: string }) {
  const { devices, error, loading, retry } = useDevices()
  const { set } = useAddress()
  const device = devices.find(each => each.device_id === id)
  const title = device === undefined ? (loading ? id : `There is no device ${id}`) : deviceTitle(device)
  return (
    <section className="panel" aria-label={visible(title)}>
      <div className="panel-head">
        {device !== undefined && <Sign shape="plate" glyph={deviceGlyph(device)} size={34} />}
        <div className="device-head">
          {device !== undefined && <p className="panel-kicker">{visible(deviceType(device))}</p>}
          <h1>{visible(title)}</h1>
        </div>
        <button
          type="button"
          className="icon-button"
          title="Back to the city (Esc)"
          aria-label="Close this device"
          onClick={() => set({ device: null })}
        >
          <IconX />
        </button>
      </div>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {device !== undefined ? (
        <Body device={device} />
      ) : loading ? (
        <Skeleton height="10rem" label="Loading the device" />
      ) : (
        error === null && (
          <EmptyNote title="It may have been taken away, or the address is of another city." />
        )
      )}
    </section>
  )
}

function Body({ device }: { device: DeviceRow }) {
  const timeZone = useTimeZone()
  const nowMs = useCityNowMs(60_000)
  const { level, words } = healthOf(device)
  const Icon = HEALTH_ICONS[level]
  const lines = messageLines(device)
  return (
    <>
      <p className="device-health" data-level={level}>
        <Icon aria-hidden="true" />
        It {words}, as it said {moment(device.updated_at, nowMs, timeZone)}
      </p>
      {lines.length > 0 && (
        <p className="device-message" aria-label="What drivers read on it">
          {lines.map((line, i) => (
            <span key={i}>{visible(line)}</span>
          ))}
        </p>
      )}
      <dl className="device-facts">
        {deviceFacts(device).map(({ label, text }) => (
          <div key={label}>
            <dt>{visible(label)}</dt>
            <dd>{visible(text)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
