// A report of each export as it stands there, with the traps of that export; the texts are made up.

export const A = `INCIDENT INFO,DESCRIPTION,START_DT,MODIFIED_DT,QUADRANT,Longitude,Latitude,location,Count
Southbound Deerfoot Trail at Glenmore Trail SE,2 vehicle incident.,12/16/2016 05:37:43 PM,12/16/2016 05:53:31 PM,SE,-114.028551292521,51.0673798693422,"(51.06738, -114.028551)",1
`
/** A sound row, one whose times are two hours late, and one with the other form of id; the last has blanks. */
export const B = `INCIDENT INFO,DESCRIPTION,START_DT,MODIFIED_DT,QUADRANT,Longitude,Latitude,location,Count,id
Eastbound Memorial Drive at 12 Street SE,Two vehicle incident. Blocking the left lane,01/05/2018 08:15:00 AM,01/05/2018 08:40:00 AM,SE,-114.03,51.05,"(51.05, -114.03)",1,2018-01-05T08:15:0051.05-114.03
Macleod Trail at 25 Avenue SE,Stalled vehicle.,07/18/2017 06:50:04 PM,07/18/2017 06:53:59 PM,SE,-114.06,51.03,"(51.03, -114.06)",1,2017-07-18T17:50:0451.03-114.06
 Crowchild Trail &amp; 24 Avenue  NW ,Multi-vehicle incident.,05/25/2018 09:30:12 AM,,,-114.118,51.074,"(51.074, -114.118)",1,2018052509301251.074-114.118
`
export const C = `INCIDENT INFO,DESCRIPTION,START_DT,MODIFIED_DT,QUADRANT,Longitude,Latitude,Count,id,Point
Westbound Glenmore Trail and Crowchild Trail SW   ,Traffic incident.  ,2023/01/31 05:45:40 PM,2023/01/31 06:20:00 PM,SW,-114.12160,51.00106,1,2023-01-31T17:45:4051.00106-114.1216,POINT (-114.1216 51.00106)
`
export const D = `"INCIDENT INFO","DESCRIPTION","START_DT","MODIFIED_DT","QUADRANT","Longitude","Latitude","Count","id","Point"
"Westbound Glenmore Trail and Crowchild Trail SW   ","Traffic incident.  ","2023/01/31 05:45:40 PM","2023/01/31 06:20:00 PM","SW","-114.1216","51.00106","1","2023-01-31T17:45:4051.00106-114.1216","POINT (-114.1216 51.00106)"
`
export const E = `"incident_info","description","start_dt","modified_dt","quadrant","longitude","latitude","count","id","point"
"Westbound Glenmore Trail and Crowchild Trail SW","Traffic incident.","2023-01-31T17:45:40.000","","","-114.1216","51.00106","1","2023-01-31T17:45:4051.00106-114.1216","POINT (-114.1216 51.00106)"
`
export const E_JSON = JSON.stringify([
  {
    incident_info: 'Westbound Glenmore Trail and Crowchild Trail SW',
    description: 'Traffic incident.',
    start_dt: '2023-01-31T17:45:40.000',
    longitude: '-114.1216',
    latitude: '51.00106',
    count: '1',
    id: '2023-01-31T17:45:4051.00106-114.1216',
    point: { type: 'Point', coordinates: [-114.1216, 51.00106] },
  },
  {
    incident_info: '5 Street and 17 Avenue SW',
    description: 'Traffic signals are flashing red.',
    start_dt: '2023-02-01T01:00:00.000',
    modified_dt: '2023-02-01T01:30:00.000',
    quadrant: 'SW',
    count: '1',
    id: '2023-02-01T01:00:0051.0378-114.0733',
    point: { type: 'Point', coordinates: [-114.0733, 51.0378] },
  },
])
export const E_GEOJSON = JSON.stringify({
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [-114.1216, 51.00106] },
      properties: {
        incident_info: 'Westbound Glenmore Trail and Crowchild Trail SW',
        description: 'Traffic incident.',
        start_dt: '2023-01-31T17:45:40.000',
        modified_dt: null,
        quadrant: null,
        count: '1',
        id: '2023-01-31T17:45:4051.00106-114.1216',
      },
    },
  ],
})
export const F = `"incident_info","description","start_dt_utc","modified_dt_utc","quadrant","longitude","latitude","count","id","point"
"Westbound Glenmore Trail and Crowchild Trail SW","Traffic incident.","2026-07-01T00:45:40.000","2026-07-01T01:45:40+00:00","SW","-114.1216","51.00106","1","2026-06-30T18:45:4051.00106-114.1216","POINT (-114.1216 51.00106)"
`
