// The users of a page belong to rows that lie anywhere in the roster. In a large one each step from user to row would
// wait for memory; so memory is asked for the rows of a few users ahead. Changes nothing but the time it takes.
#pragma once

#include <array>
#include <cstdint>

#include "model/schema.hpp"
#include "model/users.hpp"
#include "plan/matcher.hpp"

namespace rostersync::plan {

class LookAhead {
 public:
  // All must outlive it. `users`: those who are to be matched, in order.
  LookAhead(const model::Schema& schema, const model::Users& roster, const Matcher& matcher, const model::Users& users)
      : key_(schema.key), roster_(roster), matcher_(matcher), users_(users) {}

  // The user in this row is next.
  void before(model::Row row);

 private:
  // How many users ahead each step is made, so that the one before it has had its answer from memory.
  static constexpr model::Row slots_ahead = 24;
  static constexpr model::Row cells_ahead = 16;
  static constexpr model::Row texts_ahead = 8;

  model::AttributeIndex key_;
  const model::Users& roster_;
  const Matcher& matcher_;
  const model::Users& users_;
  model::Row slots_ = 0;  // asked for up to here
  model::Row cells_ = 0;
  model::Row texts_ = 0;
  std::array<std::uint32_t, slots_ahead + 1> hashes_{};
  std::array<model::Row, slots_ahead + 1> rows_{};
};

}  // namespace rostersync::plan
