/** Local hours before this one are the night, when traffic flows freely: its speeds are what others are compared with. */
export const NIGHT_END_HOUR = 5
