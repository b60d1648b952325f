#!/bin/sh
# From a login to a track: creates a vehicle with a device, issues a token, sends a reading over MQTT and one over HTTP,
# reads the newest one back and exports both. Needs curl 7.76 and mosquitto_pub. ../README.md lists the settings; only
# the password is required:
#   PASSWORD=... sh first-reading.sh
set -eu

: "${PASSWORD:?is printed at the first start, and in data/secrets.json}"
api=${API:-http://127.0.0.1:3000}
vehicle=${VEHICLE:-truck-7}
device=${DEVICE:-tracker-7}
gpx_file=${GPX_FILE:-$vehicle.gpx}

# Prints the reason for a refused request, and ends the script.
request() {
  reply=$(curl -sS --fail-with-body -H 'content-type: application/json' "$@") || {
    printf '%s\n' "$reply" >&2
    return 1
  }
  printf '%s\n' "$reply"
}
call() { request -H "authorization: Bearer $token" "$@"; }
# The text of one field of a reply. With jq: jq -r ".$1"
field() { printf '%s\n' "$2" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

login="{\"email\":\"${EMAIL:-admin@localhost}\",\"password\":\"$PASSWORD\"}"
login_reply=$(request "$api/api/login" -d "$login")
token=$(field token "$login_reply")

# A vehicle or device from an earlier run is used again.
call -o /dev/null "$api/api/vehicles/$vehicle" 2>/dev/null ||
  call -o /dev/null "$api/api/vehicles" -d "{\"key\":\"$vehicle\"}"
call -o /dev/null "$api/api/devices/$device" 2>/dev/null ||
  call -o /dev/null "$api/api/devices" -d "{\"key\":\"$device\",\"vehicle\":\"$vehicle\"}"

# The token is shown only once; a tracker must keep it.
token_reply=$(call "$api/api/devices/$device/tokens" -d '{"lifetime_days":30}')
device_token=$(field token "$token_reply")

# With QoS 1, mosquitto_pub returns when the row is committed. With `--cafile` it uses TLS. Other users of this machine
# can read the token in the list of processes, so a tracker should not pass its token to a program.
mosquitto_pub -h "${MQTT_HOST:-127.0.0.1}" -p "${MQTT_PORT:-1883}" ${MQTT_CA_FILE:+--cafile "$MQTT_CA_FILE"} \
  -i "$device" -u tracker -P "$device_token" -q 1 \
  -t "fleet/$vehicle/telemetry" -m '{"lat":59.33,"lon":18.06,"speed":62.5}'

# The same without MQTT; the reply has the outcome.
request "$api/api/telemetry" -H "authorization: Bearer $device_token" -d '{"lat":59.34,"lon":18.07,"speed":61}'

call "$api/api/vehicles/$vehicle/telemetry?order=desc&limit=1"
call -o "$gpx_file" "$api/api/telemetry/export?vehicles=$vehicle&format=gpx"
echo "the track is in $gpx_file"
