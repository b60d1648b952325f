import { sparklinePath, type Point } from './sparkline-path.ts'
import './sparkline.css'

const WIDTH = 240
const HEIGHT = 40

/** A line without axes. `label` describes it in words. */
export function Sparkline({ label, points }: { label: string; points: readonly Point[] }) {
  const path = sparklinePath(points, WIDTH, HEIGHT)
  return (
    <svg
      class="sparkline"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {path && <path class="sparkline__area" d={path.area} />}
      {path && <path class="sparkline__line" d={path.line} vector-effect="non-scaling-stroke" />}
    </svg>
  )
}
