#include "sandbox/sandbox.hpp"

int main(int argc, char** argv) {
  return rostersync::sandbox::run(argc, argv);
}
