import { feature, mesh } from 'topojson-client'
import { countryLabels } from './country-labels.ts'
import { unwrapLand } from './unwrap-land.ts'

/** Natural Earth's land and borders at 1:50 million. */
export interface World {
  land: GeoJSON.MultiPolygon
  borders: GeoJSON.MultiLineString
  /** a point with `name` and `area` for each country */
  labels: GeoJSON.FeatureCollection<GeoJSON.Point>
}

export type WorldTopology = Parameters<typeof mesh>[0]

/** The world from a topology of world-atlas, with `countries` and `land`. */
export function worldOf(topology: WorldTopology): World {
  const { countries, land } = topology.objects
  if (countries?.type !== 'GeometryCollection' || land === undefined) {
    throw new Error("the basemap's file has no countries and land")
  }
  return {
    land: unwrapLand({
      type: 'GeometryCollection',
      geometries: asCollection(feature(topology, land)).features.map((it) => it.geometry),
    }),
    borders: mesh(topology, countries as Parameters<typeof mesh>[1], (a, b) => a !== b),
    labels: countryLabels(asCollection(feature(topology, countries)).features),
  }
}

function asCollection(it: GeoJSON.Feature | GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  return it.type === 'FeatureCollection' ? it : { type: 'FeatureCollection', features: [it] }
}
