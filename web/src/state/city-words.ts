import { clock, clockSeconds, date, moment, weekday, zoneName } from '../ui/city-time.ts'
import { ago, compact } from '../ui/format.ts'
import type { Picture } from './picture.ts'
import type { Program } from './program.ts'

export interface StatePill {
  readonly tone: 'live' | 'warn' | 'danger' | 'quiet'
  readonly label: string
  /** What it means, for the tooltip and for screen readers. */
  readonly detail: string
}

export function statePill(picture: Picture, clockMs: number, timeZone: string): StatePill {
  switch (picture.kind) {
    case 'connecting':
      return { tone: 'quiet', label: 'Connecting', detail: 'Waiting for the first picture of the city.' }
    case 'empty':
      return {
        tone: 'quiet',
        label: 'No readings',
        detail: 'The server runs, but no reading has arrived yet.',
      }
    case 'live':
      return { tone: 'live', label: 'Live', detail: 'Readings are arriving.' }
    case 'stale':
      return {
        tone: 'warn',
        label: 'Stale',
        detail: `The newest reading is of ${moment(picture.nowMs, clockMs, timeZone)}, ${ago(clockMs - picture.nowMs)}.`,
      }
    case 'historical':
      return {
        tone: 'quiet',
        label: 'Historical',
        detail: `The newest reading is of ${date(picture.nowMs, timeZone)}; the page takes it as now.`,
      }
    case 'lost':
      return {
        tone: 'danger',
        label: 'Lost',
        detail: `Connection lost ${ago(clockMs - picture.sinceMs)}; ${
          picture.nowMs === null ? 'no picture has come yet' : 'the picture is as it was then'
        }.`,
      }
  }
}

export interface Banner {
  readonly tone: 'danger' | 'warn' | 'quiet'
  readonly strong: string
  readonly rest: string
}

/** One line under the status when the picture is not of this moment; null while it is. */
export function bannerOf(
  picture: Picture,
  program: Program,
  clockMs: number,
  timeZone: string,
): Banner | null {
  switch (picture.kind) {
    case 'lost':
      return {
        tone: 'danger',
        strong: `Connection lost ${ago(clockMs - picture.sinceMs)}.`,
        rest: picture.nowMs === null ? '' : 'You see the last picture.',
      }
    case 'stale':
      return staleBanner(picture.nowMs, program, clockMs, timeZone)
    case 'historical':
      return {
        tone: 'quiet',
        strong: `Readings of the past: “now” is ${date(picture.nowMs, timeZone)}, ${clock(picture.nowMs, timeZone)},`,
        rest: 'the time of the newest one.',
      }
    default:
      return null
  }
}

/** Whose fault it is decides what to do: readings that wait in the server are no sensor's fault. */
function staleBanner(newestMs: number, program: Program, clockMs: number, timeZone: string): Banner {
  const when = moment(newestMs, clockMs, timeZone)
  const age = `(${ago(clockMs - newestMs)})`
  switch (program.kind) {
    case 'troubled':
      return {
        tone: 'warn',
        strong: `You see the city as of ${when}`,
        rest: `${age}. The server has a problem; the Data page names it.`,
      }
    case 'behind':
      return {
        tone: 'warn',
        strong: `You see the city as of ${when}`,
        rest: `${age}. Readings arrive, but ${compact(program.lines)} lines wait to be loaded.`,
      }
    default:
      return {
        tone: 'warn',
        strong: `No new readings since ${when}`,
        rest: `${age}. Check that the sensors or their gateway can reach the server.`,
      }
  }
}

/** "17:42" when the figures are not of now: they are as of then. Null while they are, or where there are none. */
export function asOfMs(picture: Picture): number | null {
  return picture.kind === 'stale' || picture.kind === 'lost' ? picture.nowMs : null
}

/** "Tue 17:42:07 MST"; with the date when now is of the past. */
export function cityClock(picture: Picture, timeZone: string): string {
  const nowMs = 'nowMs' in picture ? picture.nowMs : null
  if (nowMs === null) return ''
  const zone = zoneName(nowMs, timeZone)
  if (picture.kind === 'live') return `${weekday(nowMs, timeZone)} ${clockSeconds(nowMs, timeZone)} ${zone}`
  return `${date(nowMs, timeZone)} ${clock(nowMs, timeZone)} ${zone}`
}

/** What is read out when the picture changes kind; null when nobody needs to hear it. */
export function announcement(before: Picture['kind'], now: Picture['kind']): string | null {
  if (before === now) return null
  if (now === 'lost') return 'Connection lost. The last picture stays; the page tries again by itself.'
  if (now === 'stale') return 'The picture is stale: nothing newer is known.'
  if (now === 'live' && before !== 'connecting') return 'Live again.'
  return null
}

/** "Trying again in 4 s." */
export function retryText(retryAtMs: number, clockMs: number): string {
  const seconds = Math.ceil((retryAtMs - clockMs) / 1_000)
  return seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …'
}
