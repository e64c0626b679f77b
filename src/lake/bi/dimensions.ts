import { DIMENSIONS } from './names.ts'

/** Days that the calendar knows, as many as the city's clock does. */
const FIRST_DAY = '2000-01-01'
const DAYS = 36_525

/** Tables to join others with: the days, with holidays where events are told, and the districts. */
export function dimensionViews(listed: Iterable<string>): readonly string[] {
  const tables = new Set(listed)
  return [datesView(tables.has('silver.events')), DISTRICTS]
}

function datesView(hasEvents: boolean): string {
  const days = `SELECT toDate('${FIRST_DAY}') + number AS day FROM numbers(${DAYS})`
  // A holiday is told from midnight to midnight of the city's clock, at most 14 hours from that of UTC: its noon is within its day.
  const holidays = `SELECT toDate(e.starts_at + INTERVAL 12 HOUR) AS day, arrayStringConcat(arraySort(groupUniqArray(e.title)), ', ') AS holiday
    FROM silver.events AS e WHERE e.kind = 'holiday' AND e.status != 'cancelled' GROUP BY day`
  const from = hasEvents
    ? `(${days}) AS d LEFT ANY JOIN (${holidays}) AS h ON h.day = d.day`
    : `(${days}) AS d`
  const holiday = hasEvents ? "nullIf(h.holiday, '')" : "CAST(NULL, 'Nullable(String)')"
  return `CREATE OR REPLACE VIEW ${DIMENSIONS.dates} (
      local_date Date COMMENT 'Day of the city; joins to toDate(…_local) and to local_date',
      year Int32, quarter Int32 COMMENT '1 to 4', month Int32 COMMENT '1 to 12', month_name String,
      iso_year Int32, iso_week Int32 COMMENT 'Week by ISO 8601, 1 to 53', day_of_month Int32,
      weekday Int32 COMMENT '1 = Monday to 7 = Sunday', weekday_name String, is_weekend Bool,
      holiday Nullable(String) COMMENT 'The holiday of this day, where events tell it')
    AS SELECT d.day AS local_date, toInt32(toYear(d.day)) AS year, toInt32(toQuarter(d.day)) AS quarter, toInt32(toMonth(d.day)) AS month,
      dateName('month', d.day) AS month_name, toInt32(toISOYear(d.day)) AS iso_year, toInt32(toISOWeek(d.day)) AS iso_week,
      toInt32(toDayOfMonth(d.day)) AS day_of_month, toInt32(toDayOfWeek(d.day)) AS weekday, dateName('weekday', d.day) AS weekday_name,
      toBool(toDayOfWeek(d.day) > 5) AS is_weekend, ${holiday} AS holiday
    FROM ${from} COMMENT 'one row per day of the city from 2000 to 2099: to join others with'`
}

const DISTRICTS = `CREATE OR REPLACE VIEW ${DIMENSIONS.districts} (
    district String, intersections Int64, sensors Int64,
    latitude Nullable(Float64) COMMENT 'Mean of its intersections, °', longitude Nullable(Float64) COMMENT 'Mean of its intersections, °')
  AS SELECT toString(i.district) AS district, toInt64(count()) AS intersections, toInt64(sum(i.sensors)) AS sensors,
    avg(toFloat64(i.latitude)) AS latitude, avg(toFloat64(i.longitude)) AS longitude
  FROM lake.intersections AS i GROUP BY i.district COMMENT 'one row per district'`
