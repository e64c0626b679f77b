export { eventsOfCalendar } from './events-of-calendar.ts'
export type { CalendarOptions, CalendarReading } from './events-of-calendar.ts'
export type { EventLine } from './event-line.ts'
export type { CalendarProblem } from './problem.ts'
