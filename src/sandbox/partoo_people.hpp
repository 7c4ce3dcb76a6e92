// People to rehearse with: real-looking, international, and the same for the same seed on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "sandbox/account.hpp"

namespace rostersync::sandbox::partoo {

// Hands `count` users to `take`, one after the other, each with an e-mail and an id of their own. The first is the
// ORG_ADMIN behind the API key ("me"), the second a PROVIDER; the others are managers and publishers in the shares of a
// retail company, some of them invited, some disabled. Every e-mail is at a domain reserved for examples (RFC 2606, RFC
// 6761).
void seed_people(std::size_t count, std::uint64_t seed, const std::function<void(const Account&)>& take);

}  // namespace rostersync::sandbox::partoo
