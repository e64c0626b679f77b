/** First and last day, `2026-09-01`, inclusive. */
export interface SchoolDays {
  readonly name: string
  readonly from: string
  readonly to: string
}

export interface SchoolYears {
  readonly terms: readonly SchoolDays[]
  readonly breaks: readonly SchoolDays[]
}

/**
 * The school's years of the simulated city that touch these years (inclusive): its two warmest months are free, and some days within
 * each of them.
 */
export function schoolYears(fromYear: number, toYear: number, latitude: number): SchoolYears {
  const begins = Array.from({ length: toYear - fromYear + 2 }, (_, i) => fromYear - 1 + i)
  return latitude < 0
    ? {
        terms: begins.map(year => days('School year', `${year}-03-01`, `${year}-12-31`)),
        breaks: begins.flatMap(year => [
          days('Winter break', `${year}-07-01`, `${year}-07-12`),
          days('Christmas break', `${year}-12-24`, `${year}-12-31`),
        ]),
      }
    : {
        terms: begins.map(year => days('School year', `${year}-09-01`, `${year + 1}-06-30`)),
        breaks: begins.flatMap(year => [
          days('Winter break', `${year}-12-24`, `${year + 1}-01-02`),
          days('Spring break', `${year + 1}-04-01`, `${year + 1}-04-07`),
        ]),
      }
}

/** Whether there are classes on a day, were it no weekend. */
export function isSchoolDay(date: string, latitude: number): boolean {
  const year = Number(date.slice(0, 4))
  const { terms, breaks } = schoolYears(year, year, latitude)
  const within = ({ from, to }: SchoolDays) => from <= date && date <= to
  return terms.some(within) && !breaks.some(within)
}

function days(name: string, from: string, to: string): SchoolDays {
  return { name, from, to }
}
