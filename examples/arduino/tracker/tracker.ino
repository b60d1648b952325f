// A tracker for the ESP32 that keeps its readings until Fleetwire has committed them, and answers commands.
// Library: "MQTT" by Joel Gaehwiler, 2.5. For TLS use WiFiClientSecure, its setCACert(), and the broker's MQTTS_PORT.
#include <MQTT.h>
#include <WiFi.h>
#include <sys/time.h>
#include "settings.h"

struct Reading { int64_t timeMs; double lat, lon; float speed; uint32_t seq; };
struct Command { unsigned long id; bool ok; };

const size_t KEPT_MAX = 1000;  // readings without a PUBACK; beyond it new ones are lost
const size_t BATCH_MAX = 20;   // readings in a message; Fleetwire accepts 1000
const size_t READING_BYTES_MAX = 160;
const size_t COMMANDS_MAX = 20;  // commands without an answer; beyond it further ones expire
const uint32_t BACKOFF_MIN_MS = 1000, BACKOFF_MAX_MS = 60000;
const int KEEPALIVE_S = 30, PUBACK_TIMEOUT_MS = 10000;
const int BUFFER_BYTES = 1024;  // the library's default of 128 is too small for a token; a larger command is dropped
Reading kept[KEPT_MAX];
size_t oldest = 0, keptCount = 0;
Command commands[COMMANDS_MAX];  // the oldest first
size_t commandCount = 0;
uint32_t seq = 0, measuredMs = 0, triedMs = 0, backoffMs = 0, waitMs = 0;
WiFiClient network;
MQTTClient mqtt(BUFFER_BYTES);

void measure() {  // Replace it with your sensors.
  if (millis() - measuredMs < INTERVAL_MS) return;
  measuredMs = millis();
  timeval now;
  gettimeofday(&now, nullptr);
  if (now.tv_sec < 1700000000) return;  // the clock is not yet set
  Reading reading = {now.tv_sec * 1000LL + now.tv_usec / 1000, 59.33, 18.06, 62.5f, seq++};
  if (keptCount < KEPT_MAX) kept[(oldest + keptCount++) % KEPT_MAX] = reading;
}

// Publishing here could block forever (see the library's README), so loop() answers.
void onMessage(String &topic, String &payload) {
  unsigned long id;
  char name[65];
  if (topic.endsWith("/rejected")) Serial.println("rejected: " + payload);
  else if (sscanf(payload.c_str(), "{\"id\":%lu,\"name\":\"%64[^\"]\"", &id, name) == 2 && commandCount < COMMANDS_MAX)
    commands[commandCount++] = {id, strcmp(name, "ping") == 0};  // Replace it with the actions of your vehicle.
}

void connectWhenDue() {
  if (WiFi.status() != WL_CONNECTED || millis() - triedMs < waitMs) return;
  triedMs = millis();
  // Longer each time until a PUBACK, and different for each tracker.
  backoffMs = constrain(backoffMs * 2, BACKOFF_MIN_MS, BACKOFF_MAX_MS);
  waitMs = backoffMs + random(backoffMs / 4);
  if (!mqtt.connect(DEVICE, "tracker", DEVICE_TOKEN)) Serial.printf("not connected: %d\n", (int)mqtt.returnCode());
  else if (mqtt.subscribe("fleet/" VEHICLE "/commands", 1) && mqtt.subscribe("fleet/" VEHICLE "/rejected", 1))
    Serial.println("connected");
}

// publish() returns true with the PUBACK. Otherwise the readings are kept, and sent again after a new connection.
void sendReadings() {
  static char payload[BATCH_MAX * READING_BYTES_MAX];
  size_t count = keptCount < BATCH_MAX ? keptCount : BATCH_MAX, length = 0;
  if (count == 0) return;
  for (size_t i = 0; i < count; i++) {
    const Reading &it = kept[(oldest + i) % KEPT_MAX];
    length += snprintf(payload + length, sizeof payload - length,
                       "%c{\"time\":%lld,\"lat\":%.6f,\"lon\":%.6f,\"speed\":%.1f,\"seq\":%lu}", i == 0 ? '[' : ',',
                       (long long)it.timeMs, it.lat, it.lon, it.speed, (unsigned long)it.seq);
  }
  payload[length++] = ']';
  if (!mqtt.publish("fleet/" VEHICLE "/telemetry", payload, (int)length, false, 1)) return;
  oldest = (oldest + count) % KEPT_MAX;
  keptCount -= count;
  backoffMs = waitMs = 0;
}

void answerCommands() {
  while (commandCount > 0) {
    char answer[64];
    snprintf(answer, sizeof answer, "{\"id\":%lu,\"ok\":%s}", commands[0].id, commands[0].ok ? "true" : "false");
    if (!mqtt.publish("fleet/" VEHICLE "/commands/ack", answer, false, 1)) return;
    memmove(commands, commands + 1, --commandCount * sizeof commands[0]);  // more readings may have been added meanwhile
  }
}

void setup() {
  Serial.begin(115200);
  WiFi.begin(WIFI_SSID, WIFI_PASSWORD);
  configTime(0, 0, "pool.ntp.org");
  mqtt.begin(MQTT_HOST, MQTT_PORT, network);
  mqtt.setOptions(KEEPALIVE_S, true, PUBACK_TIMEOUT_MS);
  mqtt.dropOverflow(true);
  mqtt.onMessage(onMessage);
}

void loop() {
  measure();
  if (!mqtt.loop()) connectWhenDue();
  answerCommands();
  sendReadings();
  delay(10);  // as the library requires
}
