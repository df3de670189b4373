// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// Points of the curve alt_bn128, y^2 = x^3 + 3 over the integers modulo P, as EIP-196 encodes them: two words for a point,
/// (0, 0) for the point at infinity; input that ends early continues with zeros, and what follows it is ignored. Each
/// operation is there twice: computed here, and by the EVM's precompiled contract. Elsewhere both are computed.
contract Bn254 {
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// Jacobian coordinates: (x / z^2, y / z^3), and infinity where z is zero.
    struct Point {
        uint256 x;
        uint256 y;
        uint256 z;
    }

    error InvalidPoint();

    function add(bytes calldata input) external pure returns (uint256, uint256) {
        Point memory sum = pointAt(input, 0);
        Point memory other = pointAt(input, 2);
        if (other.z != 0) accumulate(sum, other);
        return toAffine(sum);
    }

    /// Point times number, bit by bit from the highest.
    function mul(bytes calldata input) external pure returns (uint256, uint256) {
        Point memory base = pointAt(input, 0);
        uint256 factor = wordAt(input, 2);
        Point memory product = Point(0, 0, 0);
        if (base.z != 0) {
            for (uint256 bit = factor == 0 ? 0 : Math.log2(factor) + 1; bit > 0; --bit) {
                double(product);
                if ((factor >> (bit - 1)) & 1 == 1) accumulate(product, base);
            }
        }
        return toAffine(product);
    }

    function addByPrecompile(bytes calldata input) external view returns (uint256, uint256) {
        return callPrecompile(address(0x06), 150, input);
    }

    function mulByPrecompile(bytes calldata input) external view returns (uint256, uint256) {
        return callPrecompile(address(0x07), 6_000, input);
    }

    function callPrecompile(address precompile, uint256 price, bytes calldata input)
        private
        view
        returns (uint256, uint256)
    {
        (bool isValid, bytes memory output) = precompile.staticcall{gas: price}(input);
        require(isValid, InvalidPoint());
        return abi.decode(output, (uint256, uint256));
    }

    function wordAt(bytes calldata input, uint256 index) private pure returns (uint256) {
        uint256 start = 32 * index;
        // A slice that is too short is padded with zeros on the right.
        return start < input.length ? uint256(bytes32(input[start:])) : 0;
    }

    function pointAt(bytes calldata input, uint256 index) private pure returns (Point memory) {
        uint256 x = wordAt(input, index);
        uint256 y = wordAt(input, index + 1);
        if (x == 0 && y == 0) return Point(0, 0, 0);
        require(x < P && y < P, InvalidPoint());
        require(mulmod(y, y, P) == addmod(mulmod(x, mulmod(x, x, P), P), 3, P), InvalidPoint());
        return Point(x, y, 1);
    }

    /// https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-0.html#doubling-dbl-2009-l. Infinity stays infinity.
    function double(Point memory a) private pure {
        uint256 xx = square(a.x);
        uint256 yy = square(a.y);
        uint256 s = twice(subtract(subtract(square(addmod(a.x, yy, P)), xx), square(yy)));
        uint256 m = addmod(twice(xx), xx, P);
        uint256 x = subtract(square(m), twice(s));
        a.z = twice(mulmod(a.y, a.z, P));
        a.y = subtract(mulmod(m, subtract(s, x), P), mulmod(8, square(yy), P));
        a.x = x;
    }

    /// Adds a point whose z is 1.
    /// https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-0.html#addition-madd-2007-bl
    function accumulate(Point memory a, Point memory b) private pure {
        if (a.z == 0) {
            (a.x, a.y, a.z) = (b.x, b.y, 1);
            return;
        }
        uint256 zz = square(a.z);
        uint256 h = subtract(mulmod(b.x, zz, P), a.x);
        uint256 r = twice(subtract(mulmod(b.y, mulmod(a.z, zz, P), P), a.y));
        if (h == 0) {
            // The same point, or its opposite.
            if (r == 0) {
                double(a);
            } else {
                a.z = 0;
            }
            return;
        }
        uint256 hh = square(h);
        uint256 i = mulmod(4, hh, P);
        uint256 j = mulmod(h, i, P);
        uint256 v = mulmod(a.x, i, P);
        uint256 x = subtract(subtract(square(r), j), twice(v));
        a.y = subtract(mulmod(r, subtract(v, x), P), twice(mulmod(a.y, j, P)));
        a.x = x;
        a.z = subtract(subtract(square(addmod(a.z, h, P)), zz), hh);
    }

    function toAffine(Point memory a) private pure returns (uint256, uint256) {
        if (a.z == 0) return (0, 0);
        uint256 inverse = invert(a.z);
        uint256 inverseSquared = square(inverse);
        return (mulmod(a.x, inverseSquared, P), mulmod(a.y, mulmod(inverse, inverseSquared, P), P));
    }

    /// Fermat: a^(P - 2).
    function invert(uint256 a) private pure returns (uint256 power) {
        power = 1;
        for (uint256 exponent = P - 2; exponent != 0; exponent >>= 1) {
            if (exponent & 1 == 1) power = mulmod(power, a, P);
            a = square(a);
        }
    }

    function square(uint256 a) private pure returns (uint256) {
        return mulmod(a, a, P);
    }

    function twice(uint256 a) private pure returns (uint256) {
        return addmod(a, a, P);
    }

    function subtract(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            return addmod(a, P - b, P);
        }
    }
}
