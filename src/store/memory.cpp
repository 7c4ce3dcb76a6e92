#include "store/memory.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "store/database.hpp"
#include "store/memory_layout.hpp"
#include "store/memory_tables.hpp"

namespace rostersync::store {

namespace {

std::filesystem::path file_in(const std::filesystem::path& state_directory) {
  return state_directory / "memory.db";
}

struct Tables {
  explicit Tables(Database& database)
      : links(database),
        settled(database),
        confirmed(database),
        written(database),
        missing(database),
        baseline(database) {}
  LinkTable links;
  SettledTable settled;
  ConfirmedTable confirmed;
  WrittenTable written;
  MissingTable missing;
  BaselineTable baseline;
};

template <class Record, class Key>
bool is_empty(const Edits<Record, Key>& edits) {
  return edits.keep.empty() && edits.forget.empty();
}

}  // namespace

bool Lesson::empty() const {
  return is_empty(links) && is_empty(settled) && is_empty(confirmed) && is_empty(written) && is_empty(missing) &&
         !baseline;
}

class Memory::Impl {
 public:
  explicit Impl(const std::filesystem::path& state_directory)
      : state_directory_(state_directory), database_(file_in(state_directory), memory_layout()) {
    database_.guarded([&] { tables_ = std::make_unique<Tables>(database_); });
  }

  template <class Table>
  auto load(Table Tables::*table) {
    return database_.read([&] { return ((*tables_).*table).load(); });
  }

  ConfirmedValues confirmed() {
    const auto key = MemoryKey::find(state_directory_);
    if (!key) return {};
    return database_.read([&] { return tables_->confirmed.load(*key); });
  }

  void remember(const Lesson& lesson) {
    std::optional<MemoryKey> key;
    if (!lesson.confirmed.keep.empty()) key = MemoryKey::find_or_make(state_directory_);
    database_.write(Durability::lasting, [&] {
      tables_->links.edit(lesson.links);
      tables_->settled.edit(lesson.settled);
      tables_->confirmed.edit(lesson.confirmed, key);
      tables_->written.edit(lesson.written);
      tables_->missing.edit(lesson.missing);
      if (lesson.baseline) tables_->baseline.keep(*lesson.baseline);
    });
  }

 private:
  std::filesystem::path state_directory_;
  Database database_;
  std::unique_ptr<Tables> tables_;
};

bool Memory::exists(const std::filesystem::path& state_directory) {
  std::error_code why;
  const bool found = std::filesystem::exists(file_in(state_directory), why);
  if (why) throw base::CannotRun(fmt::format("cannot read {}: {}", file_in(state_directory).string(), why.message()));
  return found;
}

std::unique_ptr<Memory> Memory::find(const std::filesystem::path& state_directory) {
  return exists(state_directory) ? std::make_unique<Memory>(state_directory) : nullptr;
}

Memory::Memory(const std::filesystem::path& state_directory) : impl_(std::make_unique<Impl>(state_directory)) {}

Memory::~Memory() = default;

std::unordered_map<std::string, std::string> Memory::links() {
  return impl_->load(&Tables::links);
}

std::unordered_map<std::string, std::optional<std::string>> Memory::settled() {
  return impl_->load(&Tables::settled);
}

std::vector<model::Written> Memory::written() {
  return impl_->load(&Tables::written);
}

std::unordered_map<std::string, Missing> Memory::missing() {
  return impl_->load(&Tables::missing);
}

std::optional<Baseline> Memory::baseline() {
  return impl_->load(&Tables::baseline);
}

ConfirmedValues Memory::confirmed() {
  return impl_->confirmed();
}

void Memory::remember(const Lesson& lesson) {
  impl_->remember(lesson);
}

}  // namespace rostersync::store
