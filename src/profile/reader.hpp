// What reading a profile shares: faults with their place, and members in the order in which they were written.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "json/document.hpp"
#include "json/json.hpp"

namespace rostersync::profile {

class Reader {
 public:
  // `document` must outlive it.
  explicit Reader(const json::Document& document) : document_(document) {}

  // The value at a JSON Pointer; null if there is none.
  const json::Json& at(const std::string& pointer) const;
  bool has(const std::string& pointer) const;
  // The text at `pointer`; `otherwise` if there is none.
  std::string text(const std::string& pointer, const std::string& otherwise = "") const;
  std::vector<std::string> texts(const std::string& pointer) const;
  // The names of an object's members as the file has them in order; empty if there is no such object.
  std::vector<std::string> members(const std::string& pointer) const;

  // Notes "FILE:LINE: path: what" for the value at `pointer`.
  void fault(const std::string& pointer, const std::string& what);
  // Throws base::CannotRun with the faults noted so far, one a line, if there are any.
  void stop_on_faults() const;

 private:
  const json::Document& document_;
  std::vector<std::string> faults_;
};

}  // namespace rostersync::profile
