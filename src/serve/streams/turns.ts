import { RequestError } from '../problems.ts'

/** Changes that may wait for one that is being made, which may take seconds. */
const MAX_WAITING = 20

/** Lets one at a time work. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Resolves with what `work` gives, once all before it are done. @throws {RequestError} where too many wait */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING)
      throw new RequestError('ART_DOOR_BUSY', `${MAX_WAITING} changes wait already: try again in a moment.`, {
        headers: { 'retry-after': '1' },
      })
    this.#waiting += 1
    const mine = this.#last.then(work).finally(() => (this.#waiting -= 1))
    // The next one works whatever became of this one.
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
