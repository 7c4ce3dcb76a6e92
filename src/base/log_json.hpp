// Values of a log line as JSON (RFC 8259), whatever bytes they hold. Here, below json/, because logging rests on
// nothing.
#pragma once

#include <string>
#include <string_view>

namespace rostersync::base::log {

// `text` as a JSON string, its quotes included: one line, and well-formed UTF-8 (RFC 3629) in which U+FFFD stands for
// every byte that is not part of a character.
std::string json_string(std::string_view text);

// The shortest JSON number that reads back as `number`; null where it is not finite, which JSON cannot say.
std::string json_number(double number);

}  // namespace rostersync::base::log
