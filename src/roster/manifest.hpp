// A manifest beside the roster, ROSTER.sha256: what whoever made the roster says that it holds. It is what
// `sha256sum ROSTER > ROSTER.sha256` writes, one line of hash and name; "#" begins a comment, and "# rows: 1234" says
// how many data rows are expected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/plan.hpp"
#include "roster/roster.hpp"

namespace rostersync::roster {

struct Manifest {
  std::string path;
  std::string sha256;  // 64 lower-case hexadecimal digits
  std::optional<std::uint64_t> rows;
};

// Of the roster at `path` ("-": standard input, which has none); nothing where there is none, or it is not asked for.
// Throws base::Refused (integrity) for one that is required and is not there, that cannot be understood, or that speaks
// of another file.
std::optional<Manifest> read_manifest(const std::string& path, ManifestRule rule);

// Throws base::Refused unless the file's bytes are those of the manifest.
void check_bytes(const Manifest& manifest, const std::string& name, const std::string& sha256);
// Throws base::Refused unless there are as many rows as the manifest says.
void check_rows(const Manifest& manifest, const std::string& name, std::uint64_t rows);

}  // namespace rostersync::roster
