// Decides whether a request may pass: a signed token (RFC 7515 with HS256 and claims that are numbers), a clock, and a
// table of routes. All of it is computed here, SHA-256 and base64url too.
#include "sdk/contract.hpp"
#include "sdk/ownable.hpp"
#include "sdk/sha256.hpp"

using namespace trimeter;

namespace {

using owner = ownable<0>;
constexpr stored<bytes32> signing_key{1};

using KeyChanged = event<"KeyChanged", indexed<address>>;

enum decision : uint8_t {
  allowed,
  malformed_token,
  bad_signature,
  malformed_claims,
  not_yet_valid,
  expired,
  no_such_route,
  role_too_low,
};

// HMAC (RFC 2104)

constexpr size_t block_bytes = 64;

bytes32 hmac_sha256(const bytes& key, const bytes& message) {
  uint8_t block[block_bytes] = {};
  if (key.size > block_bytes) {
    sha256(key.data, key.size, block);
  } else {
    __builtin_memcpy(block, key.data, key.size);
  }
  uint8_t* inner = allocate(block_bytes + message.size);
  uint8_t outer[block_bytes + 32];
  for (size_t i = 0; i < block_bytes; i++) {
    inner[i] = block[i] ^ 0x36;
    outer[i] = block[i] ^ 0x5c;
  }
  __builtin_memcpy(inner + block_bytes, message.data, message.size);
  sha256(inner, block_bytes + message.size, outer + block_bytes);
  bytes32 digest;
  sha256(outer, sizeof outer, digest.data());
  return digest;
}

bytes32 hmac_of(bytes key, bytes message) { return hmac_sha256(key, message); }

// base64url without padding (RFC 4648, section 5)

constexpr uint8_t not_a_digit = 64;

struct digit_table {
  uint8_t value[256];

  constexpr digit_table() : value{} {
    for (uint8_t& entry : value) entry = not_a_digit;
    const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (uint8_t i = 0; i < 64; i++) value[static_cast<uint8_t>(digits[i])] = i;
  }
};

constexpr digit_table base64url;

struct decoded {
  bool is_valid;
  bytes data;
};

/** Only what an encoder writes: bits that are left over must be zero. */
decoded decode_base64url(const bytes& text) {
  uint8_t* data = allocate(text.size / 4 * 3 + 2);
  size_t size = 0;
  uint32_t pending = 0;
  int pending_bits = 0;
  for (size_t i = 0; i < text.size; i++) {
    const uint8_t digit = base64url.value[text.data[i]];
    if (digit == not_a_digit) return {false, {}};
    pending = pending << 6 | digit;
    pending_bits += 6;
    if (pending_bits < 8) continue;
    pending_bits -= 8;
    data[size++] = static_cast<uint8_t>(pending >> pending_bits);
    pending &= (uint32_t{1} << pending_bits) - 1;
  }
  // Six bits are left when one digit too many was given.
  if (pending != 0 || pending_bits == 6) return {false, {}};
  return {true, {data, size}};
}

returns<bool, bytes> base64url_of(string text) {
  const auto [is_valid, data] = decode_base64url({text.data, text.size});
  return {is_valid, data};
}

// Claims

struct claims {
  uint64_t subject = 0;
  uint64_t role = 0;
  uint64_t expiry = 0;
  uint64_t not_before = 0;
  /** One bit for each of the above that was there. */
  unsigned present = 0;

  static constexpr unsigned required = 0b0111;
};

/** Up to eight characters, the first one highest. */
constexpr uint64_t name_of(const char* text) {
  uint64_t name = 0;
  for (; *text != 0; text++) name = name << 8 | static_cast<uint8_t>(*text);
  return name;
}

/** Takes a flat JSON object of small numbers apart: `{"sub":7,"exp":1800000000}`, without a space anywhere. */
struct claims_reader {
  const uint8_t* at;
  const uint8_t* end;

  bool take(uint8_t expected) {
    if (at == end || *at != expected) return false;
    at++;
    return true;
  }

  /** One to eight lower-case letters in quotes. */
  bool take_name(uint64_t& name) {
    if (!take('"')) return false;
    name = 0;
    for (int length = 0; at != end && *at >= 'a' && *at <= 'z'; length++) {
      if (length == 8) return false;
      name = name << 8 | *at++;
    }
    return name != 0 && take('"');
  }

  /** One to eighteen digits, so that it fits, and no zero in front. */
  bool take_number(uint64_t& number) {
    const uint8_t* start = at;
    number = 0;
    for (; at != end && *at >= '0' && *at <= '9'; at++) {
      if (at - start == 18 || (at > start && number == 0)) return false;
      number = 10 * number + (*at - '0');
    }
    return at > start;
  }

  bool take_claim(claims& found) {
    uint64_t name;
    uint64_t value;
    if (!take_name(name) || !take(':') || !take_number(value)) return false;
    unsigned bit;
    if (name == name_of("sub")) {
      bit = 1;
      found.subject = value;
    } else if (name == name_of("role")) {
      bit = 2;
      found.role = value;
    } else if (name == name_of("exp")) {
      bit = 4;
      found.expiry = value;
    } else if (name == name_of("nbf")) {
      bit = 8;
      found.not_before = value;
    } else {
      return true;
    }
    if ((found.present & bit) != 0) return false;
    found.present |= bit;
    return true;
  }

  bool take_all(claims& found) {
    if (!take('{')) return false;
    do {
      if (!take_claim(found)) return false;
    } while (take(','));
    return take('}') && at == end && (found.present & claims::required) == claims::required;
  }
};

// Routes

/** The role that a route asks for, then the route. `*` is one part of a path, and not empty. */
constexpr char routes[] =
    "0GET /health\n"
    "1GET /accounts/*\n"
    "1GET /accounts/*/transfers\n"
    "2POST /accounts/*/transfers\n"
    "2PUT /accounts/*/limits/*\n"
    "3DELETE /accounts/*\n";

constexpr uint64_t no_role = ~uint64_t{0};

/** The role that the first route that fits asks for. What follows a question mark does not count. */
uint64_t role_for(const string& request) {
  const uint8_t* const end = request.data + request.size;
  for (const char* route = routes; *route != 0; route++) {
    const uint64_t role = *route++ - '0';
    const uint8_t* at = request.data;
    for (; *route != '\n'; route++) {
      const uint8_t* const start = at;
      if (*route == '*') {
        while (at != end && *at != '/' && *at != '?') at++;
      } else if (at != end && *at == static_cast<uint8_t>(*route)) {
        at++;
      }
      if (at == start) break;
    }
    if (*route == '\n' && (at == end || *at == '?')) return role;
    while (*route != '\n') route++;
  }
  return no_role;
}

// The gate

/** `{"alg":"HS256","typ":"JWT"}`, encoded. The only one there is: a token has no say in how it is checked. */
constexpr char header[] = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
constexpr size_t header_size = sizeof header - 1;
constexpr size_t signature_digits = 43;

decision decide(const string& token, const string& request, uint64_t& subject) {
  if (token.size < header_size + 1 + signature_digits) return malformed_token;
  for (size_t i = 0; i < header_size; i++)
    if (token.data[i] != static_cast<uint8_t>(header[i])) return malformed_token;
  const size_t signed_size = token.size - signature_digits - 1;
  if (token.data[signed_size] != '.') return malformed_token;
  const decoded signature = decode_base64url({token.data + signed_size + 1, signature_digits});
  if (!signature.is_valid) return malformed_token;

  const bytes32 key = signing_key;
  const bytes32 expected = hmac_sha256({key.data(), 32}, {token.data, signed_size});
  if (!(expected == bytes32::load(signature.data.data))) return bad_signature;

  const decoded payload = decode_base64url({token.data + header_size, signed_size - header_size});
  if (!payload.is_valid) return malformed_claims;
  claims found;
  if (!claims_reader{payload.data.data, payload.data.data + payload.data.size}.take_all(found)) return malformed_claims;

  const uint64_t now = block_timestamp();
  if (now < found.not_before) return not_yet_valid;
  if (now >= found.expiry) return expired;

  const uint64_t role = role_for(request);
  if (role == no_role) return no_such_route;
  if (found.role < role) return role_too_low;
  subject = found.subject;
  return allowed;
}

returns<uint8_t, uint64_t> authorize(string token, string request) {
  uint64_t subject = 0;
  const uint8_t decided = decide(token, request, subject);
  return {decided, subject};
}

// Administration

void initialize(bytes32 key) {
  owner::initialize(msg_sender());
  signing_key = key;
}

void set_key(bytes32 key) {
  owner::check();
  signing_key = key;
  emit<KeyChanged>(msg_sender());
}

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"authorize", authorize>,
  method<"setKey", set_key>,
  view<"hmacSha256", hmac_of>,
  view<"decodeBase64Url", base64url_of>,
  view<"owner", owner::get>,
  method<"transferOwnership", owner::transfer>,
  method<"renounceOwnership", owner::renounce>
)
