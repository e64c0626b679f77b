// The one place that names every stream: a line each.
export { cameraObservations } from './camera-observations/index.ts'
export { cameras } from './cameras/index.ts'
export { events } from './events/index.ts'
export { stations } from './stations/index.ts'
export { venues } from './venues/index.ts'
export { weather } from './weather/index.ts'
export { weatherForecasts } from './weather-forecasts/index.ts'
export { workZones } from './work-zones/index.ts'
