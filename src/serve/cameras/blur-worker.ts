import { parentPort, workerData } from 'node:worker_threads'
import { blurJpeg } from './blur-jpeg.ts'

// A thread for one picture: a JPEG that takes too long, or too much memory, ends with it and holds nobody up.

const blurred = blurJpeg(Buffer.from(workerData as Uint8Array))
parentPort?.postMessage(blurred)
