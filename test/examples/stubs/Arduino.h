// The part of the ESP32's Arduino core that the sketch uses, on this machine. Names and types are those of
// https://github.com/espressif/arduino-esp32 (cores/esp32).
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#define constrain(amt, low, high) ((amt) < (low) ? (low) : ((amt) > (high) ? (high) : (amt)))

inline unsigned long millis() {
  using namespace std::chrono;
  static const auto start = steady_clock::now();
  return (unsigned long)duration_cast<milliseconds>(steady_clock::now() - start).count();
}
inline void delay(uint32_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }
inline long random(long howbig) { return howbig == 0 ? 0 : std::rand() % howbig; }

class String {
 public:
  String(const char *cstr = "") : text(cstr) {}
  const char *c_str() const { return text.c_str(); }
  bool endsWith(const String &suffix) const {
    return text.size() >= suffix.text.size() &&
           text.compare(text.size() - suffix.text.size(), std::string::npos, suffix.text) == 0;
  }
  friend String operator+(const String &left, const String &right) { return (left.text + right.text).c_str(); }

 private:
  std::string text;
};

class HardwareSerial {
 public:
  void begin(unsigned long) {}
  size_t println(const String &text) { return printf("%s\n", text.c_str()); }
  size_t printf(const char *format, ...) __attribute__((format(printf, 2, 3))) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vprintf(format, arguments);
    va_end(arguments);
    fflush(stdout);
    return (size_t)length;
  }
};
inline HardwareSerial Serial;

// The clock of this machine is already set.
inline void configTime(long, int, const char *) {}
