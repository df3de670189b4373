// A JSON tokenizer that goes byte by byte: branches, and little work between them.
#include <stddef.h>
#include <stdint.h>

static constexpr size_t max_document_bytes = 1 << 18;
static constexpr uint32_t max_records = 2048;
static constexpr int passes = 4;
static char document[max_document_bytes];

// Document

static char* write(char* to, const char* text) {
  while (*text != 0) *to++ = *text++;
  return to;
}

static char* write_number(char* to, uint32_t number) {
  char digits[10];
  int count = 0;
  do digits[count++] = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

/** An array of records; returns its end. */
static const char* write_document(uint32_t record_count) {
  char* to = document;
  uint32_t random = 42;
  *to++ = '[';
  for (uint32_t i = 0; i < record_count; i++) {
    random = random * 1664525 + 1013904223;
    if (i > 0) to = write(to, ",\n ");
    to = write(to, "{\"id\": ");
    to = write_number(to, i);
    to = write(to, ", \"owner\": \"al\\u0069ce\\n");
    to = write_number(to, random >> 24);
    to = write(to, random >> 16 & 1 ? "\", \"frozen\": true, \"balance\": -" : "\", \"frozen\": false, \"balance\": ");
    to = write_number(to, random >> 8);
    to = write(to, random >> 17 & 1 ? ".25e-2, \"memo\": null}" : ", \"tags\": [\"a\", \"long tag\", 3]}");
  }
  *to++ = ']';
  return to;
}

// Tokens

enum class token : uint8_t { end, open, close, colon, comma, string, number, literal, error };

struct tokenizer {
  const char* at;
  const char* end;

  token next() {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) at++;
    if (at == end) return token::end;
    const char first = *at++;
    switch (first) {
      case '{':
      case '[':
        return token::open;
      case '}':
      case ']':
        return token::close;
      case ':':
        return token::colon;
      case ',':
        return token::comma;
      case '"':
        return string();
      case 't':
        return literal("rue");
      case 'f':
        return literal("alse");
      case 'n':
        return literal("ull");
      default:
        return first == '-' || is_digit(first) ? number(first) : token::error;
    }
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  token string() {
    while (at < end) {
      const char c = *at++;
      if (c == '"') return token::string;
      if (static_cast<uint8_t>(c) < 0x20) return token::error;
      if (c != '\\') continue;
      if (at == end) return token::error;
      if (*at++ != 'u') continue;
      for (int i = 0; i < 4; i++, at++) {
        if (at == end) return token::error;
        const char lower = static_cast<char>(*at | 0x20);
        if (!is_digit(*at) && (lower < 'a' || lower > 'f')) return token::error;
      }
    }
    return token::error;
  }

  token literal(const char* rest) {
    for (; *rest != 0; rest++, at++)
      if (at == end || *at != *rest) return token::error;
    return token::literal;
  }

  bool digits() {
    const char* start = at;
    while (at < end && is_digit(*at)) at++;
    return at > start;
  }

  token number(char first) {
    if (!is_digit(first) && !digits()) return token::error;
    if (is_digit(first)) digits();
    if (at < end && *at == '.') {
      at++;
      if (!digits()) return token::error;
    }
    if (at < end && (*at | 0x20) == 'e') {
      at++;
      if (at < end && (*at == '+' || *at == '-')) at++;
      if (!digits()) return token::error;
    }
    return token::number;
  }
};

/** Tokenizes a document of `record_count` records, at most 2048: often enough that writing it hardly counts. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t record_count) {
  if (record_count > max_records) __builtin_trap();
  const char* end = write_document(record_count);
  uint64_t checksum = 0;
  for (int pass = 0; pass < passes; pass++) {
    tokenizer tokens{document, end};
    for (;;) {
      const token kind = tokens.next();
      if (kind == token::error) __builtin_trap();
      if (kind == token::end) break;
      checksum = checksum * 31 + static_cast<uint64_t>(kind) + static_cast<uint64_t>(tokens.at - document);
    }
  }
  return checksum;
}
