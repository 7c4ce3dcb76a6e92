#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "job/job.hpp"

namespace rostersync::job {
namespace {

// systemd.exec(5), "Credentials": where a service finds what LoadCredential= and its kin hand to it; empty: nowhere.
std::filesystem::path handed_by_systemd() {
  const char* told = std::getenv("CREDENTIALS_DIRECTORY");
  return told == nullptr ? "" : told;
}

// Where the secret is kept, for messages.
std::string in_words(const CredentialSource& source) {
  if (!source.environment.empty()) return fmt::format("the environment variable {}", source.environment);
  if (!source.systemd.empty()) return fmt::format("the file {}", (handed_by_systemd() / source.systemd).string());
  return fmt::format("the file {}", source.file.string());
}

std::string read_variable(const std::string& name, const CredentialSource& source) {
  const char* value = std::getenv(source.environment.c_str());
  if (value != nullptr) return value;
  throw base::CannotRun(fmt::format("credential \"{}\": {} is not set; export it, or name a file in \"credentials\"",
                                    name, in_words(source)));
}

std::string read_file(const std::string& name, const std::filesystem::path& file, const std::string& remedy) {
  try {
    return base::read_file(file);
  } catch (const base::CannotRun& error) {
    throw base::CannotRun(fmt::format("credential \"{}\": {}{}", name, error.what(), remedy));
  }
}

std::string read_of_systemd(const std::string& name, const std::string& credential) {
  const std::string remedy = fmt::format("the unit needs LoadCredential={}:PATH (systemd.exec(5))", credential);
  const std::filesystem::path folder = handed_by_systemd();
  if (folder.empty()) {
    throw base::CannotRun(
        fmt::format("credential \"{}\": {{\"systemd\": \"{}\"}} is a file in $CREDENTIALS_DIRECTORY, which is not set: "
                    "run this as a service of systemd; {}",
                    name, credential, remedy));
  }
  return read_file(name, folder / credential, "; " + remedy);
}

std::string read(const std::string& name, const CredentialSource& source) {
  if (!source.environment.empty()) return read_variable(name, source);
  if (!source.systemd.empty()) return read_of_systemd(name, source.systemd);
  return read_file(name, source.file, "");
}

std::string variable_of(const std::string& profile, const std::string& credential) {
  std::string name = profile + "_" + credential;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : '_';
  });
  return name;
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

UsualSource usual_source(const std::string& profile, const std::string& name) {
  UsualSource usual{std::nullopt, variable_of(profile, name), {}};
  if (std::getenv(usual.variable.c_str()) != nullptr) {
    usual.found = CredentialSource{usual.variable, {}, {}};
    return usual;
  }
  usual.missing = fmt::format("{} is not set", usual.variable);
  const std::filesystem::path folder = handed_by_systemd();
  if (folder.empty()) return usual;
  const std::vector<std::string> names = {profile + "_" + name, name};
  std::error_code hidden;
  for (const std::string& one : names) {
    if (std::filesystem::is_regular_file(folder / one, hidden)) {
      usual.found = CredentialSource{{}, {}, one};
      return usual;
    }
  }
  usual.missing += fmt::format(", and {} has neither {} nor {}", folder.string(), names[0], names[1]);
  return usual;
}

}  // namespace rostersync::job
