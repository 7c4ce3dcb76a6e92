// Takes secrets out of texts: what an API says back to its caller may repeat them.
#pragma once

#include <string>
#include <vector>

namespace rostersync::directory {

// `text` with every occurrence of `secret` (if it is not empty) replaced by "(secret)".
std::string without(std::string text, const std::string& secret);

class Redaction {
 public:
  // `secret`, as it is and as it stands within a JSON text, from now on.
  void add(const std::string& secret);
  std::string apply(std::string text) const;

 private:
  std::vector<std::string> secrets_;  // the longest first: of what holds another one, nothing may be left over
};

}  // namespace rostersync::directory
