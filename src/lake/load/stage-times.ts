/** Where the loader's time goes, wall clock, ms since the start. */
export class StageTimes {
  readonly ms: Record<string, number> = {}

  async measure<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await work()
    } finally {
      this.add(stage, performance.now() - started)
    }
  }

  add(stage: string, ms: number): void {
    this.ms[stage] = (this.ms[stage] ?? 0) + ms
  }
}
