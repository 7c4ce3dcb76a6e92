// A prepared statement of a Database, to be run any number of times.
#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "store/database.hpp"

namespace rostersync::store {

// A text that is stored as NULL where it is empty.
struct TextOrNull {
  std::string_view text;
};

class Query {
 public:
  Query(Database& database, const char* sql) : statement_(database.handle(), sql) {}

  // Binds `values` to the parameters, in order, and runs a statement that answers nothing. How many rows it changed.
  template <class... Values>
  int run(const Values&... values) {
    const Use use(statement_);
    bind_all(values...);
    return statement_.exec();
  }

  // Binds likewise, and calls `row(statement)` for each row of the answer.
  template <class Row, class... Values>
  void each(const Row& row, const Values&... values) {
    const Use use(statement_);
    bind_all(values...);
    while (statement_.executeStep()) row(statement_);
  }

 private:
  // Leaves the statement ready for the next use, even after an error.
  struct Use {
    explicit Use(SQLite::Statement& used) : statement(used) {}
    ~Use() { statement.tryReset(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    SQLite::Statement& statement;
  };

  template <class... Values>
  void bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
  }

  void bind(int index, std::string_view text) { statement_.bind(index, std::string(text)); }
  void bind(int index, const TextOrNull& value) {
    if (value.text.empty()) {
      statement_.bind(index);
    } else {
      bind(index, value.text);
    }
  }
  template <class Number>
  void bind(int index, const std::optional<Number>& value) {
    if (value) {
      bind(index, *value);
    } else {
      statement_.bind(index);
    }
  }
  template <class Number>
  requires std::is_integral_v<Number>
  void bind(int index, Number value) { statement_.bind(index, static_cast<std::int64_t>(value)); }

  SQLite::Statement statement_;
};

}  // namespace rostersync::store
