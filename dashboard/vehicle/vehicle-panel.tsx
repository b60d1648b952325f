export function VehiclePanel() {
  return null
}
