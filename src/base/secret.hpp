// A secret is a type that cannot be printed, logged, compared or serialised by accident: reveal() is the only way out,
// and every call of it stands where the secret leaves for the API.
#pragma once

#include <string>
#include <utility>

namespace rostersync::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace rostersync::base
