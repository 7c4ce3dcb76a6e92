#include "sandbox/lag.hpp"

namespace rostersync::sandbox {

void Lag::behind(const std::string& id, const std::string& text, unsigned reads) {
  if (reads == 0) return;
  past_.try_emplace(id, Past{text, 0}).first->second.reads = reads;
}

std::optional<std::string> Lag::shown(const std::string& id) {
  const auto past = past_.find(id);
  if (past == past_.end()) return std::nullopt;
  std::string text = past->second.text;
  if (--past->second.reads == 0) past_.erase(past);
  return text;
}

}  // namespace rostersync::sandbox
