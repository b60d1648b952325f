// The part of https://github.com/256dpi/arduino-mqtt 2.5.3 that the sketch uses: the declarations are those of its
// src/MQTTClient.h, with a new implementation of the parts of MQTT 3.1.1 that it needs.
#pragma once

#include <Client.h>

typedef enum {
  LWMQTT_CONNECTION_ACCEPTED = 0,
  LWMQTT_UNACCEPTABLE_PROTOCOL = 1,
  LWMQTT_IDENTIFIER_REJECTED = 2,
  LWMQTT_SERVER_UNAVAILABLE = 3,
  LWMQTT_BAD_USERNAME_OR_PASSWORD = 4,
  LWMQTT_NOT_AUTHORIZED = 5,
  LWMQTT_UNKNOWN_RETURN_CODE = 6
} lwmqtt_return_code_t;

typedef void (*MQTTClientCallbackSimple)(String &topic, String &payload);

class MQTTClient {
 public:
  explicit MQTTClient(int bufSize = 128) : bufferBytes((size_t)bufSize) {}
  void begin(const char _hostname[], int _port, Client &_client) {
    hostname = _hostname;
    port = _port;
    net = &_client;
  }
  void onMessage(MQTTClientCallbackSimple cb) { callback = cb; }
  void setOptions(int _keepAlive, bool _cleanSession, int _timeout) {
    keepAliveS = _keepAlive;
    cleanSession = _cleanSession;
    timeoutMs = (unsigned long)_timeout;
  }
  void dropOverflow(bool enabled) { drops = enabled; }

  bool connect(const char clientID[], const char username[], const char password[], bool skip = false) {
    if (skip || net->connect(hostname.c_str(), (uint16_t)port) <= 0) return false;
    const std::string flags = {char(0xc0 | (cleanSession ? 2 : 0)), char(keepAliveS >> 8), char(keepAliveS)};
    const std::string packet = text("MQTT") + '\4' + flags + text(clientID) + text(username) + text(password);
    if (packet.size() > bufferBytes) return close();  // LWMQTT_BUFFER_TOO_SHORT
    if (!send(0x10, packet) || !await(0x20)) return close();
    code = (lwmqtt_return_code_t)body[1];
    return code == LWMQTT_CONNECTION_ACCEPTED || close();
  }
  bool subscribe(const char topic[], int qos) {
    return send(0x82, newId() + text(topic) + char(qos)) && await(0x90) && (body[2] != '\x80' || close());
  }
  bool publish(const char topic[], const char payload[], int length, bool retained, int qos) {
    const std::string id = qos > 0 ? newId() : "";
    const int head = 0x30 | qos << 1 | (retained ? 1 : 0);
    return send(head, text(topic) + id + std::string(payload, (size_t)length)) && (qos == 0 || await(0x40));
  }
  bool publish(const char topic[], const char payload[], bool retained, int qos) {
    return publish(topic, payload, (int)strlen(payload), retained, qos);
  }
  bool loop() {
    while (connected() && net->available() > 0)
      if (read() == 0) return close();
    if (connected() && millis() - sentMs > (unsigned long)keepAliveS * 1000) send(0xc0, "");
    return connected();
  }
  bool connected() { return net != nullptr && net->connected() == 1; }
  lwmqtt_return_code_t returnCode() { return code; }

 private:
  static std::string number(size_t value) { return {char(value >> 8), char(value)}; }
  static std::string text(const std::string &value) { return number(value.size()) + value; }
  std::string newId() { return number(lastId = lastId % 65535 + 1); }
  bool close() {
    net->stop();
    return false;
  }

  bool send(int head, const std::string &content) {
    if (!connected()) return false;
    std::string packet(1, (char)head);
    size_t length = content.size();
    do packet += char(length % 128 | (length > 127 ? 128 : 0));
    while ((length /= 128) > 0);
    packet += content;
    sentMs = millis();
    return net->write((const uint8_t *)packet.data(), packet.size()) == packet.size() || close();
  }
  bool receive(char *to, size_t size) {
    for (const unsigned long startMs = millis(); size > 0; delay(1)) {
      const int count = net->read((uint8_t *)to, size);
      if (count > 0) to += count, size -= (size_t)count;
      else if (!connected() || millis() - startMs > timeoutMs) return false;
    }
    return true;
  }
  /** The head of the next packet, its content in `body`; 0 if there is none. A message goes to the callback. */
  int read() {
    char head, byte;
    size_t length = 0;
    if (!receive(&head, 1)) return 0;
    for (int shift = 0;; shift += 7) {
      if (!receive(&byte, 1)) return 0;
      length |= size_t(byte & 127) << shift;
      if ((byte & 128) == 0) break;
    }
    body.resize(length);
    if (!receive(&body[0], length)) return 0;
    if (length > bufferBytes) return drops ? 0xff : 0;
    if ((head & 0xf0) == 0x30) deliver((head >> 1) & 3);
    return (unsigned char)head & 0xf0;
  }
  void deliver(int qos) {
    const size_t end = 2 + ((unsigned char)body[0] << 8 | (unsigned char)body[1]), start = qos > 0 ? end + 2 : end;
    const std::string id = body.substr(end, start - end);
    String topic(body.substr(2, end - 2).c_str()), payload(body.substr(start).c_str());
    if (callback != nullptr) callback(topic, payload);
    if (qos > 0) send(0x40, id);
  }
  bool await(int kind) {
    for (const unsigned long startMs = millis(); millis() - startMs < timeoutMs;) {
      const int got = read();
      if (got == kind) return true;
      if (got == 0) break;
    }
    return close();
  }

  const size_t bufferBytes;
  std::string hostname, body;
  int port = 0, keepAliveS = 10;
  bool cleanSession = true, drops = false;
  unsigned long timeoutMs = 1000, sentMs = 0;
  Client *net = nullptr;
  MQTTClientCallbackSimple callback = nullptr;
  lwmqtt_return_code_t code = LWMQTT_CONNECTION_ACCEPTED;
  uint16_t lastId = 0;
};
