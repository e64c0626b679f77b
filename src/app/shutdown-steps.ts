/** What was started, to be stopped in the opposite order. */
export type ShutdownSteps = (() => Promise<unknown>)[]

/** Stops everything, the newest first, also when a step fails. @throws what the first failing step threw */
export async function shutDown(steps: ShutdownSteps): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
