export function VehicleList() {
  return null
}
