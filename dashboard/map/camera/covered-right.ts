/** How much of the map's right side lies under the vehicle's panel, CSS pixels; 0 if all of it does: then it is not seen anyway. */
export function coveredRight(element: Element): number {
  const panel = element.closest('.map-layout')?.querySelector('.map-layout__panel')
  if (panel === null || panel === undefined) return 0
  const { left, right, width } = element.getBoundingClientRect()
  const covered = right - Math.max(panel.getBoundingClientRect().left, left)
  return covered > 0 && covered < width * 0.8 ? covered : 0
}
