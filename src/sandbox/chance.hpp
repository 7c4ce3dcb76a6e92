// Chance that is the same on every machine: a draw is a pure function of what it is drawn for.
#pragma once

#include <cstdint>

namespace rostersync::sandbox {

// splitmix64 (Steele, Lea, Flood, 2014): a small generator whose whole state is one number.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  // In [0, limit); limit > 0.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool percent(double share) { return static_cast<double>(next() >> 11U) * 0x1.0p-53 * 100.0 < share; }

 private:
  std::uint64_t state_;
};

}  // namespace rostersync::sandbox
