export { readingScan, streamScan } from './line-scan.ts'
export type { LineScan, ScanRules } from './line-scan.ts'
export { scannedColumns, scannedLines } from './scanned-lines.ts'
export type { ScannedColumn, ScannedLine } from './scanned-lines.ts'
