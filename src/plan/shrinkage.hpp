// Whether a roster is so much shorter than the last good run's that it is likely to be half a file. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rostersync::plan {

// `rows` of this roster; `baseline`: of the last good run's; `allowed`: how many rows fewer this run may have
// (--allow shrink=N). The sentence that refuses it, with the exact --allow; nothing where it may go on: it has at least
// half of the rows, or there was no good run before.
std::optional<std::string> shrinkage(std::uint64_t rows, std::optional<std::uint64_t> baseline,
                                     std::optional<std::uint64_t> allowed);

}  // namespace rostersync::plan
