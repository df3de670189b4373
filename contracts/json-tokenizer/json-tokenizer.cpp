// Reads a JSON text (RFC 8259) once, byte by byte, without building anything: how many tokens, how deep, or where it
// stops being JSON.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

/** One bit of a word for each open bracket. */
constexpr uint64_t depth_limit = 64;

using InvalidJson = error<"InvalidJson", uint256>;
using TooDeep = error<"TooDeep", uint256, uint256>;

enum class expected { value, element_or_close, key, key_or_close, colon, comma_or_close, end };

struct tokenizer {
  const uint8_t* text;
  size_t size;
  size_t at = 0;
  uint64_t tokens = 0;
  uint64_t depth = 0;
  uint64_t deepest = 0;
  /** The innermost bracket is the lowest bit: 1 for an object, 0 for an array. */
  uint64_t open = 0;
  expected next = expected::value;

  void run() {
    for (;; tokens++) {
      while (at < size && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) at++;
      if (at == size) break;
      take_token();
    }
    if (next != expected::end) refuse();
  }

 private:
  [[noreturn]] void refuse() const { revert<InvalidJson>(uint256{at}); }

  /** The byte to come; zero, which fits nowhere, at the end. */
  uint8_t peek() const { return at < size ? text[at] : 0; }

  void take_token() {
    switch (text[at]) {
      case '{':
        return take_open(1, expected::key_or_close);
      case '[':
        return take_open(0, expected::element_or_close);
      case '}':
        return take_close(1, expected::key_or_close);
      case ']':
        return take_close(0, expected::element_or_close);
      case ',':
        if (next != expected::comma_or_close) refuse();
        next = (open & 1) != 0 ? expected::key : expected::value;
        at++;
        return;
      case ':':
        if (next != expected::colon) refuse();
        next = expected::value;
        at++;
        return;
      case '"':
        if (next == expected::key || next == expected::key_or_close) {
          next = expected::colon;
        } else {
          begin_value();
          end_value();
        }
        return take_string();
      case 't':
        return take_literal("true");
      case 'f':
        return take_literal("false");
      case 'n':
        return take_literal("null");
      default:
        begin_value();
        end_value();
        return take_number();
    }
  }

  void begin_value() const {
    if (next != expected::value && next != expected::element_or_close) refuse();
  }
  void end_value() { next = depth == 0 ? expected::end : expected::comma_or_close; }

  void take_open(uint64_t is_object, expected inside) {
    begin_value();
    if (depth == depth_limit) revert<TooDeep>(uint256{at}, uint256{depth_limit});
    depth++;
    if (depth > deepest) deepest = depth;
    open = open << 1 | is_object;
    next = inside;
    at++;
  }

  void take_close(uint64_t is_object, expected empty) {
    if (next != empty && (next != expected::comma_or_close || (open & 1) != is_object)) refuse();
    depth--;
    open >>= 1;
    end_value();
    at++;
  }

  void take_literal(const char* literal) {
    begin_value();
    end_value();
    for (; *literal != 0; literal++, at++)
      if (peek() != static_cast<uint8_t>(*literal)) refuse();
  }

  /** What is not ASCII passes as it is: whether it is UTF-8 is left to the caller. */
  void take_string() {
    at++;
    for (;; at++) {
      const uint8_t byte = peek();
      if (byte < 0x20) refuse();
      if (byte == '"') break;
      if (byte == '\\') take_escape();
    }
    at++;
  }

  /** Ends on the last byte of the escape. */
  void take_escape() {
    at++;
    switch (peek()) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return;
      case 'u':
        for (int i = 0; i < 4; i++) {
          at++;
          const uint8_t digit = peek();
          const uint8_t lower = digit | 0x20;
          if (!is_digit(digit) && (lower < 'a' || lower > 'f')) refuse();
        }
        return;
      default:
        refuse();
    }
  }

  static bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

  void take_digits() {
    if (!is_digit(peek())) refuse();
    while (is_digit(peek())) at++;
  }

  void take_number() {
    if (peek() == '-') at++;
    if (peek() == '0') {
      at++;
    } else {
      take_digits();
    }
    if (peek() == '.') {
      at++;
      take_digits();
    }
    if ((peek() | 0x20) == 'e') {
      at++;
      if (peek() == '+' || peek() == '-') at++;
      take_digits();
    }
  }
};

returns<uint256, uint256> tokenize(string json) {
  tokenizer reader{json.data, json.size};
  reader.run();
  return {reader.tokens, reader.deepest};
}

}  // namespace

TRIMETER_CONTRACT(view<"tokenize", tokenize>)
