/** A rejection is met where the promise is awaited; until then it must not count as unhandled. */
export function unhandledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
