// Who was just written is shown as before, for so many reads.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace rostersync::sandbox {

class Lag {
 public:
  // From now on, so many reads show `text` of the user; an empty one: they are not there.
  void behind(const std::string& id, const std::string& text, unsigned reads);

  // What this read of the user shows instead of the truth, if it does.
  std::optional<std::string> shown(const std::string& id);

 private:
  struct Past {
    std::string text;
    unsigned reads = 0;
  };
  std::map<std::string, Past> past_;  // by user id: what is still shown
};

}  // namespace rostersync::sandbox
