// The rate file of the state directory as the HTTP floor wants to see it.
#pragma once

#include "http/rate_memory.hpp"
#include "store/rate_file.hpp"

namespace rostersync::sync {

class RateMemory final : public http::RateMemory {
 public:
  // `file` must outlive it.
  explicit RateMemory(store::RateFile& file) : file_(file) {}
  std::vector<base::Instant> answers(base::Instant since) const override { return file_.answers(since); }
  void sent(base::Instant now) override { file_.sent(now); }
  void answered(base::Instant sent, base::Instant now) override { file_.answered(sent, now); }
  std::optional<http::Finding> finding() const override {
    const auto found = file_.finding();
    if (!found) return std::nullopt;
    return http::Finding{found->per_second, found->in_flight};
  }
  void keep(const http::Finding& finding) override { file_.keep({finding.per_second, finding.in_flight}); }

 private:
  store::RateFile& file_;
};

}  // namespace rostersync::sync
