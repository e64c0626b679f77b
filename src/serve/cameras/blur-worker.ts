import { parentPort, workerData } from 'node:worker_threads'
import { blurPicture } from './blur-picture.ts'

// A thread for one picture: one that takes too long, or too much memory, ends with it and holds nobody up.

const blurred = blurPicture(Buffer.from(workerData as Uint8Array))
parentPort?.postMessage(blurred)
