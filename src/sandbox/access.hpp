// The credentials that the sandbox asks for.
#pragma once

#include "base/secret.hpp"

namespace rostersync::sandbox {

struct Credential {
  base::Secret value;
  bool is_default = true;  // nobody chose it: it may be told
};

// An API asks for those that it knows; none of them is empty.
struct Access {
  Credential key{base::Secret("sandbox-key")};
  Credential username{base::Secret("admin@example.com")};
  Credential password{base::Secret("sandbox-password")};
  Credential client_id{base::Secret("sandbox-client")};
};

}  // namespace rostersync::sandbox
