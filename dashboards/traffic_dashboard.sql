-- Twenty questions that a city asks of its traffic. Each is one statement over the views of the database bi, and runs through the door for BI
-- tools (docs/bi.md) as it stands. Times ending in _local are the city's clock; speeds km/h, waits s. A name stands before each: -- name: …

-- name: traffic_by_district_and_hour
-- How much traffic had each district in each hour of the last week that there is?
SELECT h.district, h.window_start_local, h.vehicles, h.mean_speed_kmh
FROM hourly_summary AS h
WHERE h.window_start > (SELECT max(window_start) FROM hourly_summary) - INTERVAL 7 DAY
ORDER BY h.window_start_local, h.district;

-- name: usual_day
-- What does a usual weekday look like, and a usual weekend? Mean vehicles of an hour of the city.
SELECT d.is_weekend, toHour(h.window_start_local) AS local_hour, avg(h.vehicles) AS vehicles, avg(h.mean_speed_kmh) AS mean_speed_kmh
FROM hourly_summary AS h INNER JOIN dates AS d ON d.local_date = toDate(h.window_start_local)
GROUP BY d.is_weekend, local_hour ORDER BY d.is_weekend, local_hour;

-- name: busiest_hours
-- Which twenty hours had most vehicles?
SELECT window_start_local, sum(vehicles) AS vehicles FROM hourly_summary GROUP BY window_start_local ORDER BY vehicles DESC, window_start_local LIMIT 20;

-- name: busiest_intersections
-- Which twenty intersections had most vehicles?
SELECT m.intersection_id, any(i.name) AS name, any(m.district) AS district, sum(m.vehicles) AS vehicles
FROM intersection_metrics AS m LEFT JOIN intersections AS i ON i.intersection_id = m.intersection_id
GROUP BY m.intersection_id ORDER BY vehicles DESC, m.intersection_id LIMIT 20;

-- name: slowest_intersections
-- Where is traffic slowest, of intersections with at least a hundred vehicles?
SELECT intersection_id, sum(vehicles) AS all_vehicles, sum(mean_speed_kmh * vehicles) / sum(vehicles) AS speed_kmh
FROM intersection_metrics WHERE mean_speed_kmh IS NOT NULL
GROUP BY intersection_id HAVING all_vehicles >= 100 ORDER BY speed_kmh LIMIT 20;

-- name: delay_grades
-- How often had the intersections of each district which estimated delay grade? Shares of five-minute windows.
SELECT district, estimated_delay_grade, count() AS windows, count() / sum(count()) OVER (PARTITION BY district) AS share
FROM intersection_metrics WHERE estimated_delay_grade IS NOT NULL
GROUP BY district, estimated_delay_grade ORDER BY district, estimated_delay_grade;

-- name: speed_index
-- How far is each district from its free flow, by hour of the day? 1 is free.
SELECT district, toHour(window_start_local) AS local_hour, avg(speed_index) AS speed_index
FROM district_analytics GROUP BY district, local_hour ORDER BY district, local_hour;

-- name: idle_hours
-- How many vehicle hours are lost standing, by district and day?
SELECT district, toDate(window_start_local) AS local_date, sum(idle_veh_h) AS idle_veh_h
FROM district_analytics GROUP BY district, local_date ORDER BY local_date, district;

-- name: longest_queues
-- Where were the longest queues?
SELECT intersection_id, max(max_queue_veh) AS longest_queue_veh, argMax(window_start_local, max_queue_veh) AS at_local
FROM intersection_metrics WHERE max_queue_veh IS NOT NULL GROUP BY intersection_id ORDER BY longest_queue_veh DESC, intersection_id LIMIT 20;

-- name: vehicle_mix
-- What drives in each district? Shares of those whose type was seen.
SELECT district, sum(vehicles_car) AS cars, sum(vehicles_truck) AS trucks, sum(vehicles_bus) AS buses, sum(vehicles_motorcycle) AS motorcycles,
  trucks / nullIf(cars + trucks + buses + motorcycles, 0) AS truck_share
FROM hourly_summary GROUP BY district ORDER BY district;

-- name: completeness
-- Which share of the readings that were due came, by district and day?
SELECT district, toDate(window_start_local) AS local_date, avg(completeness) AS completeness
FROM hourly_summary GROUP BY district, local_date ORDER BY local_date, district;

-- name: silent_sensors
-- Which registered sensors said nothing in the last hour that there is?
SELECT s.sensor_id, s.intersection_id, s.district FROM sensors AS s
WHERE s.sensor_id NOT IN (SELECT sensor_id FROM readings WHERE measured_at > (SELECT max(measured_at) FROM readings) - INTERVAL 1 HOUR)
ORDER BY s.sensor_id LIMIT 1000;

-- name: holidays
-- How does a holiday differ from other days? Vehicles a day of the city.
SELECT day.holiday IS NOT NULL AS is_holiday, avg(day.vehicles) AS vehicles_a_day, count() AS days
FROM
(
  SELECT d.local_date AS local_date, any(d.holiday) AS holiday, sum(h.vehicles) AS vehicles
  FROM hourly_summary AS h INNER JOIN dates AS d ON d.local_date = toDate(h.window_start_local) GROUP BY d.local_date
) AS day
GROUP BY is_holiday ORDER BY is_holiday;

-- name: incidents_by_day
-- How many incidents were there each day, by type?
SELECT local_date, type, sum(incidents) AS incidents FROM incident_daily GROUP BY local_date, type ORDER BY local_date, type;

-- name: incidents_by_hour_and_weekday
-- When do incidents happen? Weekday 1 is Monday.
SELECT weekday, local_hour, count() AS incidents FROM incidents WHERE NOT is_repost AND NOT withdrawn GROUP BY weekday, local_hour ORDER BY weekday, local_hour;

-- name: incidents_by_community
-- Which communities have most incidents?
SELECT community, count() AS incidents FROM incidents WHERE NOT is_repost AND NOT withdrawn AND community IS NOT NULL
GROUP BY community ORDER BY incidents DESC, community LIMIT 20;

-- name: speed_by_weather
-- How much slower is traffic in each weather?
SELECT condition, sum(vehicles) AS all_vehicles, sum(mean_speed_kmh * vehicles) / nullIf(sum(vehicles), 0) AS speed_kmh
FROM traffic_weather WHERE condition IS NOT NULL AND mean_speed_kmh IS NOT NULL GROUP BY condition ORDER BY condition;

-- name: weather_of_the_day
-- What was the weather, by district and day?
SELECT district, toDate(window_start_local) AS local_date, min(temperature_c) AS min_c, max(temperature_c) AS max_c, sum(precipitation_mm_h) AS precipitation_mm
FROM weather_districts GROUP BY district, local_date ORDER BY local_date, district;

-- name: works_now
-- Which road works are under way or to come, and what do they do to traffic?
SELECT work_zone_id, name, road_names, vehicle_impact, starts_at_local, ends_at_local FROM work_zones
WHERE ends_at > now() ORDER BY starts_at_local, work_zone_id LIMIT 1000;

-- name: events_to_come
-- Which events are to come, how many people, and what of the roads?
SELECT event_id, title, kind, place, starts_at_local, expected_attendance, road_effect FROM events
WHERE ends_at > now() AND status != 'cancelled' ORDER BY starts_at_local, event_id LIMIT 1000;
