import { parentPort, workerData } from 'node:worker_threads'
import { jobs, type Jobs } from './jobs.ts'

// A thread for one analysis: it takes a core for a while, and the doors stay quick.

const { name, given } = workerData as { name: keyof Jobs; given: never }
parentPort?.postMessage(await jobs[name](given))
