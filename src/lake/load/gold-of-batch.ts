import type { Stream } from '../../core/stream/index.ts'
import type { Engine } from '../engine/index.ts'
import { addToGold, ALL_DAYS, GOLD_TABLES } from '../gold/index.ts'
import { addStreamGold, levelStreamGold } from '../streams/gold.ts'
import { dayText } from '../once/lake-queries.ts'
import { dropGoldDay } from '../repair/recover.ts'
import type { Session } from './loading-run.ts'

/** Adds to gold what silver got up to a position since gold was added to last, each row once. */
export async function goldOfBatch(
  engine: Engine,
  streams: readonly Stream[],
  session: Session,
  upto: number,
): Promise<void> {
  await ofStreams(engine, streams, session, upto)
  if (session.pendingRows === 0) return
  if (session.visibleUpto <= session.highest) await afterCrash(engine, session, upto)
  else {
    const tables = GOLD_TABLES.filter(table => table !== 'night_speed' || session.pendingNight > 0)
    await addToGold(engine, { after: session.visibleUpto - 1, upto, ...ALL_DAYS }, tables)
  }
}

/** While records are read again after a crash, by counting. */
async function ofStreams(
  engine: Engine,
  streams: readonly Stream[],
  session: Session,
  upto: number,
): Promise<void> {
  const touched = streams.filter(({ name }) => session.streams.delete(name))
  if (session.visibleUpto <= session.highest)
    await levelStreamGold(engine, touched, session.ledger.streamFloors)
  else for (const stream of touched) await addStreamGold(engine, stream, session.visibleUpto - 1, upto)
}

/** By day, from where gold's day ends (its watermark). */
async function afterCrash(engine: Engine, session: Session, upto: number): Promise<void> {
  for (const day of session.touched) {
    const after = session.refilled.delete(day)
      ? await dropGold(engine, day)
      : (session.watermarks.get(day) ?? session.start - 1)
    // Gold may have had rows above `upto` from before a crash: where the day was dropped they went too, and are added with it.
    const end = Math.max(upto, session.watermarks.get(day) ?? upto)
    await addToGold(engine, { after, upto: end, fromDay: dayText(day), toDay: dayText(day) })
    session.watermarks.set(day, end)
  }
}

/** Empties a day of gold to which silver added rows from below its watermark. @returns the position after which all is added */
async function dropGold(engine: Engine, day: number): Promise<number> {
  for (const table of GOLD_TABLES) await dropGoldDay(engine, table, day)
  return -1
}
