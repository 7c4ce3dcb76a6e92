// JSON Pointers (RFC 6901) as texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rostersync::json {

// `member` with '~' and '/' escaped.
std::string escape_pointer(std::string_view member);

// The pointer to a member of the object, or an item of the array, at `parent`.
std::string child_pointer(const std::string& parent, std::string_view member);
std::string child_pointer(const std::string& parent, std::size_t index);

// Whether `text` is a pointer: empty or starting with '/', every '~' followed by 0 or 1.
bool is_pointer(std::string_view text);

// A pointer in its parts, unescaped; none for the whole document. `pointer` must be one.
std::vector<std::string> pointer_parts(std::string_view pointer);

// A pointer as people write paths: "/limits/creates" -> "limits.creates", "/protect/0" -> "protect.0".
std::string readable_path(const std::string& pointer);

}  // namespace rostersync::json
