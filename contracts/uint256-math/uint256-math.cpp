// 256-bit arithmetic, one operation at a time and in loops, with the panics of Solidity and of OpenZeppelin's Math.
#include "sdk/contract.hpp"

namespace {

/** A signed word in two's complement. */
struct int256 {
  trimeter::uint256 bits;
};

}  // namespace

template <>
struct trimeter::abi<int256> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { out.append("int256"); }
  static bool is_clean(const uint8_t*) { return true; }
  static int256 from_word(const uint8_t* word) { return {uint256::from_be(word)}; }
  static void to_word(const int256& value, uint8_t* word) { value.bits.to_be(word); }
};

namespace {

using namespace trimeter;

using TooManyRounds = error<"TooManyRounds", uint256, uint256>;

constexpr uint256 round_limit = 1'000;
constexpr uint256 smallest_int256 = uint256{1} << 255;

void check_rounds(const uint256& rounds) {
  if (rounds > round_limit) revert<TooManyRounds>(rounds, round_limit);
}

void refuse_zero(const uint256& divisor) {
  if (divisor.is_zero()) panic(panic_code::division_by_zero);
}

uint256 add_mod(uint256 a, uint256 b, uint256 m) {
  refuse_zero(m);
  return addmod(a, b, m);
}

uint256 mul_mod(uint256 a, uint256 b, uint256 m) {
  refuse_zero(m);
  return mulmod(a, b, m);
}

uint256 mul_then_div(uint256 a, uint256 b, uint256 d) {
  refuse_zero(d);
  return detail::or_panic(mul_div(a, b, d));
}

uint256 wrapping_exp(uint256 base, uint256 exponent) { return exp(base, exponent); }
uint256 panicking_exp(uint256 base, uint256 exponent) { return detail::or_panic(checked_exp(base, exponent)); }
uint256 sum(uint256 a, uint256 b) { return add(a, b); }
uint256 difference(uint256 a, uint256 b) { return sub(a, b); }
uint256 product(uint256 a, uint256 b) { return mul(a, b); }
uint256 quotient(uint256 a, uint256 b) { return div(a, b); }
uint256 remainder(uint256 a, uint256 b) { return mod(a, b); }

int256 signed_quotient(int256 a, int256 b) {
  refuse_zero(b.bits);
  if (a.bits == smallest_int256 && b.bits == max_uint256) panic(panic_code::arithmetic);
  return {sdiv(a.bits, b.bits)};
}

unsigned shift_width(const uint256& bits) { return bits < uint256{256} ? static_cast<unsigned>(bits.limb[0]) : 256; }
uint256 shift_left(uint256 a, uint256 bits) { return a << shift_width(bits); }
uint256 shift_right(uint256 a, uint256 bits) { return a >> shift_width(bits); }

uint256 square_root(uint256 a) { return sqrt(a); }

uint256 mul_mod_chain(uint256 a, uint256 b, uint256 m, uint256 rounds) {
  check_rounds(rounds);
  for (uint64_t left = rounds.limb[0]; left > 0; left--) a = mul_mod(a, b, m);
  return a;
}

uint256 compound(uint256 amount, uint256 numerator, uint256 denominator, uint256 rounds) {
  check_rounds(rounds);
  for (uint64_t left = rounds.limb[0]; left > 0; left--) amount = mul_then_div(amount, numerator, denominator);
  return amount;
}

}  // namespace

TRIMETER_CONTRACT(
  view<"addMod", add_mod>,
  view<"mulMod", mul_mod>,
  view<"mulDiv", mul_then_div>,
  view<"exp", wrapping_exp>,
  view<"checkedExp", panicking_exp>,
  view<"add", sum>,
  view<"sub", difference>,
  view<"mul", product>,
  view<"div", quotient>,
  view<"mod", remainder>,
  view<"sdiv", signed_quotient>,
  view<"shl", shift_left>,
  view<"shr", shift_right>,
  view<"sqrt", square_root>,
  view<"mulModChain", mul_mod_chain>,
  view<"compound", compound>
)
