// Matrix multiplication in Q16 fixed point: nested counted loops with a body of a few instructions.
#include <stdint.h>

static constexpr uint32_t max_order = 96;
static int32_t a[max_order][max_order];
static int32_t b[max_order][max_order];
static int32_t c[max_order][max_order];

/** Multiplies two matrices of `order` rows and columns, at most 96. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t order) {
  if (order > max_order) __builtin_trap();
  for (uint32_t i = 0; i < order; i++) {
    for (uint32_t j = 0; j < order; j++) {
      a[i][j] = static_cast<int32_t>((i * 31 + j * 17) << 10) - 65536;
      b[i][j] = static_cast<int32_t>((i * 13 + j * 29) << 10) - 65536;
    }
  }
  for (uint32_t i = 0; i < order; i++) {
    for (uint32_t j = 0; j < order; j++) {
      int64_t sum = 0;
      for (uint32_t k = 0; k < order; k++) sum += static_cast<int64_t>(a[i][k]) * b[k][j];
      c[i][j] = static_cast<int32_t>(sum >> 16);
    }
  }
  uint64_t checksum = 0;
  for (uint32_t i = 0; i < order; i++)
    for (uint32_t j = 0; j < order; j++) checksum = checksum * 31 + static_cast<uint32_t>(c[i][j]);
  return checksum;
}
