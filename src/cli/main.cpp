#include "cli/program.hpp"

int main(int argc, char** argv) {
  return rostersync::cli::run(argc, argv);
}
