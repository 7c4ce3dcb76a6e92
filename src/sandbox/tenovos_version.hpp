#pragma once

namespace rostersync::sandbox::tenovos {

enum class Version { v1, v1_5 };

}  // namespace rostersync::sandbox::tenovos
