// Points of the curve alt_bn128, y^2 = x^3 + 3 over the integers modulo a prime, as EIP-196 encodes them: two words for a
// point, (0, 0) for the point at infinity; input that ends early continues with zeros, and what follows it is ignored.
#include "field.hpp"
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

using bn254::element;

using InvalidPoint = error<"InvalidPoint">;

/** Jacobian coordinates: (x / z^2, y / z^3), and infinity where z is zero. */
struct point {
  element x;
  element y;
  element z;

  bool is_infinity() const { return z.is_zero(); }
};

uint256 word_at(const bytes& input, size_t index) {
  const size_t start = 32 * index;
  uint8_t word[32] = {};
  if (start < input.size) {
    const size_t rest = input.size - start;
    __builtin_memcpy(word, input.data + start, rest < 32 ? rest : 32);
  }
  return uint256::from_be(word);
}

point point_at(const bytes& input, size_t index) {
  const uint256 x = word_at(input, index);
  const uint256 y = word_at(input, index + 1);
  if (x.is_zero() && y.is_zero()) return {};
  if (x >= bn254::prime || y >= bn254::prime) revert<InvalidPoint>();
  const point found{element::from(x), element::from(y), element::one()};
  constexpr element three = element::from(3);
  if (!(found.y.square() == found.x.square() * found.x + three)) revert<InvalidPoint>();
  return found;
}

/** https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-0.html#doubling-dbl-2009-l. Infinity stays infinity. */
point twice(const point& a) {
  const element xx = a.x.square();
  const element yy = a.y.square();
  const element yyyy = yy.square();
  const element s = ((a.x + yy).square() - xx - yyyy).twice();
  const element m = xx.twice() + xx;
  const element x = m.square() - s.twice();
  return {x, m * (s - x) - yyyy.twice().twice().twice(), (a.y * a.z).twice()};
}

/** With a point whose z is one. https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-0.html#addition-madd-2007-bl */
point sum(const point& a, const point& b) {
  if (a.is_infinity()) return b;
  const element zz = a.z.square();
  const element h = b.x * zz - a.x;
  const element r = (b.y * (a.z * zz) - a.y).twice();
  // The same point, or its opposite.
  if (h.is_zero()) return r.is_zero() ? twice(a) : point{};
  const element hh = h.square();
  const element i = hh.twice().twice();
  const element j = h * i;
  const element v = a.x * i;
  const element x = r.square() - j - v.twice();
  return {x, r * (v - x) - (a.y * j).twice(), (a.z + h).square() - zz - hh};
}

returns<uint256, uint256> to_affine(const point& a) {
  if (a.is_infinity()) return {uint256{}, uint256{}};
  const element inverse = a.z.inverse();
  const element inverse_squared = inverse.square();
  return {(a.x * inverse_squared).value(), (a.y * (inverse * inverse_squared)).value()};
}

returns<uint256, uint256> add_points(bytes input) {
  const point a = point_at(input, 0);
  const point b = point_at(input, 2);
  return to_affine(b.is_infinity() ? a : sum(a, b));
}

/** Point times number, bit by bit from the highest. */
returns<uint256, uint256> multiply_point(bytes input) {
  const point base = point_at(input, 0);
  const uint256 factor = word_at(input, 2);
  point product;
  if (!base.is_infinity()) {
    for (int bit = static_cast<int>(factor.bit_length()) - 1; bit >= 0; bit--) {
      product = twice(product);
      if (factor.limb[bit / 64] >> (bit % 64) & 1) product = sum(product, base);
    }
  }
  return to_affine(product);
}

}  // namespace

// Only the EVM has precompiled contracts: what they do is computed here.
TRIMETER_CONTRACT(
  view<"add", add_points>,
  view<"mul", multiply_point>,
  view<"addByPrecompile", add_points>,
  view<"mulByPrecompile", multiply_point>
)
