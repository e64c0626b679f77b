export { goldOfReadings, goldOfStream } from './gold-for-spark.ts'
export type { GoldForSpark, GoldLeftOut, SparkGold } from './gold-for-spark.ts'
