#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "job/job.hpp"

namespace rostersync::job {
namespace {

// Where the secret is kept, for messages.
std::string in_words(const CredentialSource& source) {
  return source.environment.empty() ? fmt::format("the file {}", source.file.string())
                                    : fmt::format("the environment variable {}", source.environment);
}

std::string read(const std::string& name, const CredentialSource& source) {
  if (!source.environment.empty()) {
    const char* value = std::getenv(source.environment.c_str());
    if (value != nullptr) return value;
    throw base::CannotRun(fmt::format("credential \"{}\": {} is not set; export it, or name a file in \"credentials\"",
                                      name, in_words(source)));
  }
  try {
    return base::read_file(source.file);
  } catch (const base::CannotRun& error) {
    throw base::CannotRun(fmt::format("credential \"{}\": {}", name, error.what()));
  }
}

}  // namespace

base::Secret read_credential(const std::string& name, const CredentialSource& source) {
  std::string value = read(name, source);
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (value.empty()) {
    throw base::CannotRun(fmt::format("credential \"{}\": {} is empty; put the secret there", name, in_words(source)));
  }
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  if (std::any_of(value.begin(), value.end(), is_control)) {
    throw base::CannotRun(
        fmt::format("credential \"{}\": {} holds a line break or another control character; put the secret there alone",
                    name, in_words(source)));
  }
  return base::Secret(std::move(value));
}

}  // namespace rostersync::job
