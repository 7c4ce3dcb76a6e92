// How far a run has come, as people read it. Pure renderers.
#pragma once

#include <cstddef>
#include <string>

#include "cli/pace.hpp"
#include "sync/progress.hpp"

namespace rostersync::cli {

struct Look {
  bool colour = false;   // ANSI colours (ECMA-48 SGR)
  bool unicode = false;  // block characters, else ASCII alone
};

// One line of at most `columns` columns, without an end: label, done/all, a bar that takes the columns that are left,
// rate, time left (or that the server asked for a pause), errors, and the limit on requests. What there is no room for
// is left out, the least important first; of what is longest, a shorter form is tried.
std::string bar(const sync::Progress& progress, const Pace& pace, const Look& look, std::size_t columns);

// The same as a sentence, for a log.
std::string in_words(const sync::Progress& progress, const Pace& pace);

// "reading" or "writing".
std::string stage_name(sync::Progress::Stage stage);

}  // namespace rostersync::cli
