// Several users in pages: how one is asked for, and what its answer says of where it stands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "directory/directory.hpp"
#include "http/message.hpp"
#include "json/view.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

// The request of `list` for that page, but for one whose address the page before gave. {page} stands in it for
// `asked.after`, where pages are by cursor.
profile::RequestTemplate page_request(const profile::ListOperation& list, const ListPage& asked);

// What an answer with that many users says. `document` is its body.
PageFacts page_facts(const profile::Paging& paging, const ListPage& asked, std::size_t users, json::View document,
                     const http::Response& response);

}  // namespace rostersync::directory
