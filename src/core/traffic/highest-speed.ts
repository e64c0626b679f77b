/** No road has traffic that is faster; a report of more is an error of the detector. */
export const HIGHEST_SPEED_MPH = 150
