// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Reads a JSON text (RFC 8259) once, byte by byte, without building anything: how many tokens, how deep, or where it
/// stops being JSON.
contract JsonTokenizer {
    enum Expected {
        Value,
        ElementOrClose,
        Key,
        KeyOrClose,
        Colon,
        CommaOrClose,
        End
    }

    /// One bit of a word for each open bracket.
    uint256 private constant DEPTH_LIMIT = 64;

    /// At `offset` is what JSON does not allow there, be it the end.
    error InvalidJson(uint256 offset);
    error TooDeep(uint256 offset, uint256 limit);

    function tokenize(string calldata json) external pure returns (uint256 tokens, uint256 depth) {
        bytes calldata text = bytes(json);
        Expected next = Expected.Value;
        // The innermost bracket is the lowest bit: 1 for an object, 0 for an array.
        uint256 open = 0;
        uint256 level = 0;
        uint256 offset = 0;
        unchecked {
            for (;; ++tokens) {
                bytes1 first = _peek(text, offset);
                while (first == " " || first == "\n" || first == "\r" || first == "\t") first = _peek(text, ++offset);
                if (offset == text.length) break;

                if (first == "{" || first == "[") {
                    _requireValue(next, offset);
                    if (level == DEPTH_LIMIT) revert TooDeep(offset, DEPTH_LIMIT);
                    if (++level > depth) depth = level;
                    open = (open << 1) | (first == "{" ? 1 : 0);
                    next = first == "{" ? Expected.KeyOrClose : Expected.ElementOrClose;
                    ++offset;
                } else if (first == "}" || first == "]") {
                    Expected empty = first == "}" ? Expected.KeyOrClose : Expected.ElementOrClose;
                    bool isInnermost = (open & 1) == (first == "}" ? 1 : 0);
                    _require(next == empty || (next == Expected.CommaOrClose && isInnermost), offset);
                    open >>= 1;
                    next = _afterValue(--level);
                    ++offset;
                } else if (first == ",") {
                    _require(next == Expected.CommaOrClose, offset);
                    next = (open & 1) != 0 ? Expected.Key : Expected.Value;
                    ++offset;
                } else if (first == ":") {
                    _require(next == Expected.Colon, offset);
                    next = Expected.Value;
                    ++offset;
                } else if (first == '"' && (next == Expected.Key || next == Expected.KeyOrClose)) {
                    next = Expected.Colon;
                    offset = _skipString(text, offset);
                } else {
                    _requireValue(next, offset);
                    next = _afterValue(level);
                    if (first == '"') offset = _skipString(text, offset);
                    else if (first == "t") offset = _skipLiteral(text, offset, "true");
                    else if (first == "f") offset = _skipLiteral(text, offset, "false");
                    else if (first == "n") offset = _skipLiteral(text, offset, "null");
                    else offset = _skipNumber(text, offset);
                }
            }
        }
        _require(next == Expected.End, offset);
    }

    function _require(bool isAllowed, uint256 offset) private pure {
        require(isAllowed, InvalidJson(offset));
    }

    function _requireValue(Expected next, uint256 offset) private pure {
        _require(next == Expected.Value || next == Expected.ElementOrClose, offset);
    }

    function _afterValue(uint256 level) private pure returns (Expected) {
        return level == 0 ? Expected.End : Expected.CommaOrClose;
    }

    /// The byte at `offset`; zero, which fits nowhere, at the end.
    function _peek(bytes calldata text, uint256 offset) private pure returns (bytes1) {
        return offset < text.length ? text[offset] : bytes1(0);
    }

    function _skipLiteral(bytes calldata text, uint256 offset, bytes5 literal) private pure returns (uint256) {
        unchecked {
            for (uint256 i = 0; i < 5 && literal[i] != 0; ++i) {
                _require(_peek(text, offset) == literal[i], offset);
                ++offset;
            }
            return offset;
        }
    }

    /// What is not ASCII passes as it is: whether it is UTF-8 is left to the caller.
    function _skipString(bytes calldata text, uint256 offset) private pure returns (uint256) {
        unchecked {
            bytes1 character = _peek(text, ++offset);
            while (character != '"') {
                _require(character >= 0x20, offset);
                if (character == "\\") offset = _skipEscape(text, offset);
                character = _peek(text, ++offset);
            }
            return offset + 1;
        }
    }

    /// Ends on the last byte of the escape.
    function _skipEscape(bytes calldata text, uint256 offset) private pure returns (uint256) {
        unchecked {
            bytes1 kind = _peek(text, ++offset);
            if (kind == "u") {
                for (uint256 i = 0; i < 4; ++i) {
                    bytes1 digit = _peek(text, ++offset);
                    bytes1 lower = digit | 0x20;
                    _require(_isDigit(digit) || (lower >= "a" && lower <= "f"), offset);
                }
                return offset;
            }
            bool isSimple = kind == '"' || kind == "\\" || kind == "/" || kind == "b" || kind == "f" || kind == "n"
                || kind == "r" || kind == "t";
            _require(isSimple, offset);
            return offset;
        }
    }

    function _isDigit(bytes1 character) private pure returns (bool) {
        return character >= "0" && character <= "9";
    }

    function _skipDigits(bytes calldata text, uint256 offset) private pure returns (uint256) {
        _require(_isDigit(_peek(text, offset)), offset);
        unchecked {
            while (_isDigit(_peek(text, offset))) ++offset;
        }
        return offset;
    }

    function _skipNumber(bytes calldata text, uint256 offset) private pure returns (uint256) {
        unchecked {
            if (_peek(text, offset) == "-") ++offset;
            offset = _peek(text, offset) == "0" ? offset + 1 : _skipDigits(text, offset);
            if (_peek(text, offset) == ".") offset = _skipDigits(text, offset + 1);
            if ((_peek(text, offset) | 0x20) == "e") {
                bytes1 sign = _peek(text, ++offset);
                if (sign == "+" || sign == "-") ++offset;
                offset = _skipDigits(text, offset);
            }
            return offset;
        }
    }
}
