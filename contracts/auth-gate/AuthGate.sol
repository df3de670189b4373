// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// Decides whether a request may pass: a signed token (RFC 7515 with HS256 and claims that are numbers), a clock, and a
/// table of routes. SHA-256 is the EVM's precompile, as any Solidity contract would have it.
contract AuthGate is Ownable {
    enum Decision {
        Allowed,
        MalformedToken,
        BadSignature,
        MalformedClaims,
        NotYetValid,
        Expired,
        NoSuchRoute,
        RoleTooLow
    }

    struct Claims {
        uint64 subject;
        uint64 role;
        uint64 expiry;
        uint64 notBefore;
        /// One bit for each of the above that was there.
        uint256 present;
    }

    event KeyChanged(address indexed by);

    /// `{"alg":"HS256","typ":"JWT"}`, encoded. The only one there is: a token has no say in how it is checked.
    bytes private constant HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
    uint256 private constant SIGNATURE_DIGITS = 43;

    /// The role that a route asks for, then the route. `*` is one part of a path, and not empty.
    bytes private constant ROUTES =
        "0GET /health\n"
        "1GET /accounts/*\n"
        "1GET /accounts/*/transfers\n"
        "2POST /accounts/*/transfers\n"
        "2PUT /accounts/*/limits/*\n"
        "3DELETE /accounts/*\n";
    uint256 private constant NO_ROLE = type(uint256).max;

    uint256 private constant REQUIRED_CLAIMS = 7;
    uint256 private constant NOT_A_DIGIT = 64;
    uint256 private constant BLOCK_BYTES = 64;

    bytes32 private signingKey;

    constructor(bytes32 key) Ownable(msg.sender) {
        signingKey = key;
    }

    function setKey(bytes32 key) external onlyOwner {
        signingKey = key;
        emit KeyChanged(msg.sender);
    }

    /// @param request method and path, as in `GET /accounts/7`
    /// @return decision whether it may pass, or the first reason why not
    /// @return subject who asks; 0 if it may not pass
    function authorize(string calldata token, string calldata request)
        external
        view
        returns (Decision decision, uint64 subject)
    {
        Claims memory claims;
        (decision, claims) = _readToken(bytes(token));
        if (decision != Decision.Allowed) return (decision, 0);
        if (block.timestamp < claims.notBefore) return (Decision.NotYetValid, 0);
        if (block.timestamp >= claims.expiry) return (Decision.Expired, 0);

        uint256 role = _roleFor(bytes(request));
        if (role == NO_ROLE) return (Decision.NoSuchRoute, 0);
        if (claims.role < role) return (Decision.RoleTooLow, 0);
        return (Decision.Allowed, claims.subject);
    }

    function hmacSha256(bytes calldata key, bytes calldata message) external pure returns (bytes32) {
        return _hmacSha256(key, message);
    }

    function decodeBase64Url(string calldata text) external pure returns (bool valid, bytes memory data) {
        return _decodeBase64Url(bytes(text));
    }

    /// The claims of a token with the right signature.
    function _readToken(bytes calldata token) private view returns (Decision, Claims memory claims) {
        uint256 headerSize = HEADER.length;
        if (token.length < headerSize + 1 + SIGNATURE_DIGITS) return (Decision.MalformedToken, claims);
        if (keccak256(token[:headerSize]) != keccak256(HEADER)) return (Decision.MalformedToken, claims);
        uint256 signedSize = token.length - SIGNATURE_DIGITS - 1;
        if (token[signedSize] != ".") return (Decision.MalformedToken, claims);
        (bool valid, bytes memory signature) = _decodeBase64Url(token[signedSize + 1:]);
        if (!valid) return (Decision.MalformedToken, claims);

        bytes32 expected = _hmacSha256(abi.encodePacked(signingKey), token[:signedSize]);
        if (expected != bytes32(signature)) return (Decision.BadSignature, claims);

        bytes memory payload;
        (valid, payload) = _decodeBase64Url(token[headerSize:signedSize]);
        if (valid) (valid, claims) = _readClaims(payload);
        return (valid ? Decision.Allowed : Decision.MalformedClaims, claims);
    }

    /// RFC 2104.
    function _hmacSha256(bytes memory key, bytes calldata message) private pure returns (bytes32) {
        if (key.length > BLOCK_BYTES) key = abi.encodePacked(sha256(key));
        // A block is two words. What a `bytesN(...)` of too short bytes lacks is zero.
        bytes32 first = bytes32(key);
        bytes32 second;
        if (key.length > 32) {
            assembly ("memory-safe") {
                let unused := shl(3, sub(64, mload(key)))
                second := shl(unused, shr(unused, mload(add(key, 64))))
            }
        }
        bytes32 inner = bytes32(uint256(0x3636363636363636363636363636363636363636363636363636363636363636));
        bytes32 outer = bytes32(uint256(0x5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c));
        bytes32 digest = sha256(abi.encodePacked(first ^ inner, second ^ inner, message));
        return sha256(abi.encodePacked(first ^ outer, second ^ outer, digest));
    }

    /// base64url without padding (RFC 4648, section 5). Only what an encoder writes: bits that are left over must be zero.
    function _decodeBase64Url(bytes calldata text) private pure returns (bool, bytes memory) {
        bytes memory data = new bytes((text.length * 6) / 8);
        unchecked {
            uint256 size = 0;
            uint256 pending = 0;
            uint256 pendingBits = 0;
            for (uint256 i = 0; i < text.length; ++i) {
                uint256 digit = _digit(uint8(text[i]));
                if (digit == NOT_A_DIGIT) return (false, "");
                pending = (pending << 6) | digit;
                pendingBits += 6;
                if (pendingBits < 8) continue;
                pendingBits -= 8;
                data[size++] = bytes1(uint8(pending >> pendingBits));
                pending &= (1 << pendingBits) - 1;
            }
            // Six bits are left when one digit too many was given.
            if (pending != 0 || pendingBits == 6) return (false, "");
        }
        return (true, data);
    }

    function _digit(uint256 character) private pure returns (uint256) {
        unchecked {
            if (character >= 0x61 && character <= 0x7a) return character - 0x61 + 26; // a to z
            if (character >= 0x41 && character <= 0x5a) return character - 0x41; // A to Z
            if (character >= 0x30 && character <= 0x39) return character - 0x30 + 52; // 0 to 9
            if (character == 0x2d) return 62; // -
            if (character == 0x5f) return 63; // _
            return NOT_A_DIGIT;
        }
    }

    /// Takes a flat JSON object of small numbers apart: `{"sub":7,"exp":1800000000}`, without a space anywhere.
    function _readClaims(bytes memory text) private pure returns (bool, Claims memory claims) {
        if (_at(text, 0) != "{") return (false, claims);
        uint256 offset = 0;
        unchecked {
            do {
                bytes8 name;
                uint256 value;
                (name, offset) = _readName(text, offset + 1);
                if (name == 0) return (false, claims);
                uint256 start = offset;
                (value, offset) = _readNumber(text, start);
                if (offset == start || !_addClaim(claims, name, uint64(value))) return (false, claims);
            } while (_at(text, offset) == ",");
            bool isComplete = (claims.present & REQUIRED_CLAIMS) == REQUIRED_CLAIMS;
            return (_at(text, offset) == "}" && offset + 1 == text.length && isComplete, claims);
        }
    }

    /// One to eight lower-case letters in quotes, and a colon. Zero for something else.
    function _readName(bytes memory text, uint256 offset) private pure returns (bytes8 name, uint256) {
        if (_at(text, offset) != '"') return (0, offset);
        unchecked {
            for (uint256 length = 0;; ++length) {
                bytes1 character = _at(text, ++offset);
                if (character < "a" || character > "z") break;
                if (length == 8) return (0, offset);
                name |= bytes8(character) >> (8 * length);
            }
            if (_at(text, offset) != '"' || _at(text, offset + 1) != ":") return (0, offset);
            return (name, offset + 2);
        }
    }

    /// One to eighteen digits, so that it fits, and no zero in front. Ends where it began for something else.
    function _readNumber(bytes memory text, uint256 start) private pure returns (uint256 value, uint256 offset) {
        unchecked {
            for (offset = start;; ++offset) {
                bytes1 character = _at(text, offset);
                if (character < "0" || character > "9") return (value, offset);
                if (offset - start == 18 || (offset > start && value == 0)) return (0, start);
                value = 10 * value + uint8(character) - 0x30;
            }
        }
    }

    /// False for a claim that was there before. Those that nobody knows are passed over.
    function _addClaim(Claims memory claims, bytes8 name, uint64 value) private pure returns (bool) {
        uint256 bit;
        if (name == "sub") {
            bit = 1;
            claims.subject = value;
        } else if (name == "role") {
            bit = 2;
            claims.role = value;
        } else if (name == "exp") {
            bit = 4;
            claims.expiry = value;
        } else if (name == "nbf") {
            bit = 8;
            claims.notBefore = value;
        }
        if ((claims.present & bit) != 0) return false;
        claims.present |= bit;
        return true;
    }

    /// Zero beyond the end: no character that means something.
    function _at(bytes memory text, uint256 offset) private pure returns (bytes1) {
        return offset < text.length ? text[offset] : bytes1(0);
    }

    /// The role that the first route that fits asks for. What follows a question mark does not count.
    function _roleFor(bytes calldata request) private pure returns (uint256) {
        bytes memory routes = ROUTES;
        unchecked {
            for (uint256 route = 0; route < routes.length; ++route) {
                uint256 role = uint8(routes[route++]) - 0x30;
                uint256 next = 0;
                for (; routes[route] != "\n"; ++route) {
                    uint256 start = next;
                    if (routes[route] == "*") {
                        while (next < request.length && request[next] != "/" && request[next] != "?") ++next;
                    } else if (next < request.length && request[next] == routes[route]) {
                        ++next;
                    }
                    if (next == start) break;
                }
                if (routes[route] == "\n" && (next == request.length || request[next] == "?")) return role;
                while (routes[route] != "\n") ++route;
            }
        }
        return NO_ROLE;
    }
}
