const M_PER_FOOT = 0.3048
const M_PER_MILE = 1609.344
const LEADING = [5, 2, 1]

/** How long a scale bar of at most `pxMax` is, and the length it stands for in metres: a round number of the units. */
export function scaleBar(
  metresPerPx: number,
  units: 'metric' | 'imperial',
  pxMax = 120,
): { widthPx: number; metres: number } {
  const metresMax = metresPerPx * pxMax
  const unit = units === 'metric' ? 1 : metresMax >= M_PER_MILE ? M_PER_MILE : M_PER_FOOT
  const power = 10 ** Math.floor(Math.log10(metresMax / unit))
  const lead = LEADING.find((it) => it * power * unit <= metresMax) ?? 1
  const metres = lead * power * unit
  return { widthPx: metres / metresPerPx, metres }
}
