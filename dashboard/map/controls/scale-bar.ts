const M_PER_FOOT = 0.3048
const M_PER_MILE = 1609.344
const LEADING = [5, 2, 1]

/** Width of a scale bar of at most `pxMax`, and the round distance that it shows. */
export function scaleBar(
  metresPerPx: number,
  units: 'metric' | 'imperial',
  pxMax = 120,
): { widthPx: number; value: number; unit: 'm' | 'km' | 'ft' | 'mi' } {
  const metresMax = metresPerPx * pxMax
  const [small, perSmall, large, perLarge] =
    units === 'metric' ? (['m', 1, 'km', 1000] as const) : (['ft', M_PER_FOOT, 'mi', M_PER_MILE] as const)
  const [unit, perUnit] = metresMax >= perLarge ? [large, perLarge] : [small, perSmall]
  const power = 10 ** Math.floor(Math.log10(metresMax / perUnit))
  const value = (LEADING.find((it) => it * power * perUnit <= metresMax) ?? 1) * power
  return { widthPx: (value * perUnit) / metresPerPx, value, unit }
}
