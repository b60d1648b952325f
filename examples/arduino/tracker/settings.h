// Settings of one tracker. A build may define them instead: -D DEVICE='"tracker-7"'
#pragma once

#ifndef WIFI_SSID
#define WIFI_SSID "your network"
#define WIFI_PASSWORD "its password"
#endif

#ifndef MQTT_HOST
#define MQTT_HOST "192.168.1.10"
#define MQTT_PORT 1883
#endif

// The key of the device, the key of its vehicle, and a token from POST /api/devices/{key}/tokens.
#ifndef DEVICE
#define DEVICE "tracker-7"
#define VEHICLE "truck-7"
#define DEVICE_TOKEN "eyJ..."
#endif

#ifndef INTERVAL_MS
#define INTERVAL_MS 10000
#endif
