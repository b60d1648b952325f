// A WiFi that is always available: sockets of this machine. See libraries/WiFi of arduino-esp32.
#pragma once

#include <Client.h>
#include <arpa/inet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

typedef enum { WL_IDLE_STATUS = 0, WL_CONNECTED = 3, WL_DISCONNECTED = 6 } wl_status_t;

class WiFiClass {
 public:
  wl_status_t begin(const char *ssid, const char *passphrase) {
    begun = ssid[0] != '\0' && passphrase != nullptr;
    return status();
  }
  wl_status_t status() { return begun ? WL_CONNECTED : WL_DISCONNECTED; }

 private:
  bool begun = false;
};
inline WiFiClass WiFi;

class WiFiClient : public Client {
 public:
  int connect(const char *host, uint16_t port) override {
    stop();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return 0;
    descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(descriptor, (const sockaddr *)&address, sizeof address) == 0) return 1;
    stop();
    return 0;
  }
  size_t write(const uint8_t *buf, size_t size) override {
    const ssize_t sent = send(descriptor, buf, size, MSG_NOSIGNAL);
    return sent < 0 ? 0 : (size_t)sent;
  }
  int available() override {
    int count = 0;
    return descriptor >= 0 && ioctl(descriptor, FIONREAD, &count) == 0 ? count : 0;
  }
  int read(uint8_t *buf, size_t size) override { return (int)recv(descriptor, buf, size, MSG_DONTWAIT); }
  void stop() override {
    if (descriptor >= 0) close(descriptor);
    descriptor = -1;
  }
  uint8_t connected() override {
    if (descriptor < 0) return 0;
    char next;
    const ssize_t peeked = recv(descriptor, &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked > 0 || (peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
  }

 private:
  int descriptor = -1;
};
