/** Colours of our own basemap. They are pale, so that vehicles stand out. */
export interface BasemapPalette {
  water: string
  land: string
  coast: string
  border: string
  graticule: string
  label: string
}

const LIGHT: BasemapPalette = {
  water: '#d3e0e9',
  land: '#f5f4ef',
  coast: '#a9bdca',
  border: '#bdb9ac',
  graticule: '#dfe3e2',
  label: '#66655d',
}

const DARK: BasemapPalette = {
  water: '#0e141a',
  land: '#1c232a',
  coast: '#37454f',
  border: '#414c56',
  graticule: '#232d36',
  label: '#8d99a4',
}

export function basemapPalette(isDark: boolean): BasemapPalette {
  return isDark ? DARK : LIGHT
}
