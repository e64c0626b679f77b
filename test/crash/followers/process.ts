import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lakeRows } from '../../../src/insight/follow/lake-rows.ts'
import { FollowerRunner } from '../../../src/insight/follow/runner.ts'
import { counted, countedStreams, counter, load, NOW, planner, settled } from '../../integration/counting.ts'
import { Lake } from '../../integration/lake.ts'
import { seededRandom } from '../../random.ts'

// A lake with followers that count, which loads until it is told to rest (a line on stdin) or is killed. It says when it is ready,
// and at rest what was counted.

const [folder = '', seed = '1'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const lake = new Lake(folder)
lake.streams = countedStreams
await lake.start()
const dir = join(folder, 'followers')
const rows = lakeRows(lake.engine, countedStreams.list, () => lake.loader.visible)
const runners = [counter, planner].map(follower => {
  const deps = { rows, log: lake.log, dir, now: () => NOW, beginAt: 0, onProblem: () => undefined }
  return new FollowerRunner(follower, deps)
})
for (const runner of runners) runner.start()
let rests = false
process.stdin.once('data', () => (rests = true))
process.stdout.write(`${JSON.stringify({ ready: true })}\n`)

const mayLoad = () => !rests
while (mayLoad()) {
  await load(lake, random, 2)
  await sleep(30)
}
await settled(lake, runners)
const result = await counted(lake, dir)
await Promise.all(runners.map(runner => runner.stop()))
await lake.stop()
process.stdout.write(`${JSON.stringify({ result })}\n`, () => process.exit(0))
