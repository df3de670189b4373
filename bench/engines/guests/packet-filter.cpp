// A module that has much to do before its first call: tables of a checksum, a cipher and of primes, and a list of rules that
// comes as text. What pre-initialisation saves is `init`.
#include <stddef.h>
#include <stdint.h>

/** First match decides: verdict, protocol (6 TCP, 17 UDP, 0 any), source network, lowest and highest destination port. */
static constexpr char rule_text[] = R"(
deny  0  192.0.2.0/24      0     65535
deny  0  198.51.100.0/24   0     65535
deny  0  203.0.113.0/24    0     65535
deny  0  240.0.0.0/4       0     65535
deny  0  127.0.0.0/8       0     65535
allow 6  10.0.0.0/8        22    22
allow 6  10.0.0.0/8        80    80
allow 6  10.0.0.0/8        443   443
allow 6  10.1.0.0/16       5432  5432
allow 6  10.1.0.0/16       6379  6379
allow 6  10.2.0.0/16       9000  9099
allow 6  10.3.4.0/24       3000  3010
allow 17 10.0.0.0/8        53    53
allow 17 10.0.0.0/8        123   123
allow 17 10.1.0.0/16       514   514
deny  6  10.9.0.0/16       0     65535
deny  17 10.9.0.0/16       0     65535
allow 6  172.16.0.0/12     80    80
allow 6  172.16.0.0/12     443   443
allow 6  172.20.0.0/16     8080  8089
allow 17 172.16.0.0/12     53    53
deny  6  172.31.0.0/16     0     65535
allow 6  192.168.0.0/16    22    22
allow 6  192.168.0.0/16    80    80
allow 6  192.168.0.0/16    443   443
allow 6  192.168.7.0/24    5900  5910
allow 17 192.168.0.0/16    53    53
allow 17 192.168.0.0/16    67    68
allow 17 192.168.0.0/16    5353  5353
deny  6  0.0.0.0/0         0     1023
allow 17 0.0.0.0/0         443   443
allow 6  0.0.0.0/0         1024  65535
)";

struct Rule {
  uint32_t network;
  uint32_t mask;
  uint16_t first_port;
  uint16_t last_port;
  uint8_t protocol;
  bool is_allowed;
};

static constexpr uint32_t most_rules = 64;
static constexpr uint32_t prime_limit = 1 << 16;

static struct {
  /** CRC-32 of IEEE 802.3, eight bytes at a time. */
  uint32_t crc[8][256];
  /** AES: the S-box, and one round of a column, by byte of the row. */
  uint8_t sbox[256];
  uint32_t round[4][256];
  /** One bit per odd number. */
  uint8_t is_composite[prime_limit / 16];
  Rule rules[most_rules];
  uint32_t rule_count;
} tables;

// Building

static void build_crc() {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    tables.crc[0][byte] = crc;
  }
  for (int slice = 1; slice < 8; slice++) {
    for (uint32_t byte = 0; byte < 256; byte++) {
      const uint32_t before = tables.crc[slice - 1][byte];
      tables.crc[slice][byte] = before >> 8 ^ tables.crc[0][before & 0xff];
    }
  }
}

static uint8_t doubled(uint8_t x) { return x << 1 ^ (x & 0x80 ? 0x1b : 0); }

/** FIPS 197, section 5.1.1. All but zero are powers of 3, and the inverse of its n-th power is the one 255 - n. */
static void build_aes() {
  uint8_t powers[256];
  powers[0] = 1;
  for (int n = 1; n < 256; n++) powers[n] = powers[n - 1] ^ doubled(powers[n - 1]);
  for (int n = 0; n < 255; n++) {
    uint8_t mixed = 0x63;
    for (int turn = 0; turn < 5; turn++) mixed ^= __builtin_rotateleft8(powers[255 - n], turn);
    tables.sbox[powers[n]] = mixed;
  }
  tables.sbox[0] = 0x63;
  for (uint32_t byte = 0; byte < 256; byte++) {
    const uint32_t s = tables.sbox[byte];
    const uint32_t twice = doubled(s);
    uint32_t column = twice << 24 | s << 16 | s << 8 | (twice ^ s);
    for (auto& row : tables.round) {
      row[byte] = column;
      column = column >> 8 | column << 24;
    }
  }
}

static void build_primes() {
  tables.is_composite[0] = 1;
  for (uint32_t i = 3; i * i < prime_limit; i += 2) {
    if (tables.is_composite[i / 16] >> (i / 2 % 8) & 1) continue;
    for (uint32_t multiple = i * i; multiple < prime_limit; multiple += 2 * i) {
      tables.is_composite[multiple / 16] |= 1 << (multiple / 2 % 8);
    }
  }
}

static uint32_t parse_number(const char*& at) {
  while (*at == ' ' || *at == '.' || *at == '/') at++;
  uint32_t number = 0;
  while (*at >= '0' && *at <= '9') number = number * 10 + static_cast<uint32_t>(*at++ - '0');
  return number;
}

static void parse_rules() {
  const char* at = rule_text;
  while (*at != 0) {
    if (*at == '\n') {
      at++;
      continue;
    }
    if (tables.rule_count == most_rules) __builtin_trap();
    Rule& rule = tables.rules[tables.rule_count++];
    rule.is_allowed = *at == 'a';
    while (*at != ' ') at++;
    rule.protocol = static_cast<uint8_t>(parse_number(at));
    for (int byte = 0; byte < 4; byte++) rule.network = rule.network << 8 | parse_number(at);
    const uint32_t prefix = parse_number(at);
    rule.mask = prefix == 0 ? 0 : ~uint32_t{0} << (32 - prefix);
    rule.first_port = static_cast<uint16_t>(parse_number(at));
    rule.last_port = static_cast<uint16_t>(parse_number(at));
  }
}

// Using

static uint32_t crc_of(const uint8_t* bytes, uint32_t words) {
  uint32_t crc = ~uint32_t{0};
  for (uint32_t i = 0; i < words; i++, bytes += 8) {
    uint32_t next = 0;
    for (int byte = 0; byte < 8; byte++) {
      next ^= tables.crc[7 - byte][bytes[byte] ^ (byte < 4 ? crc >> (8 * byte) & 0xff : 0)];
    }
    crc = next;
  }
  return ~crc;
}

static void round_of(uint32_t (&state)[4], uint32_t key) {
  uint32_t next[4];
  for (int column = 0; column < 4; column++) {
    next[column] = key * (column + 1);
    for (int row = 0; row < 4; row++) {
      next[column] ^= tables.round[row][state[(column + row) % 4] >> (24 - 8 * row) & 0xff];
    }
  }
  for (int column = 0; column < 4; column++) state[column] = next[column];
}

static bool is_prime(uint32_t n) { return n == 2 || (n % 2 == 1 && !(tables.is_composite[n / 16] >> (n / 2 % 8) & 1)); }

static bool is_allowed(uint8_t protocol, uint32_t source, uint16_t port) {
  for (uint32_t i = 0; i < tables.rule_count; i++) {
    const Rule& rule = tables.rules[i];
    if (rule.protocol != 0 && rule.protocol != protocol) continue;
    if ((source & rule.mask) != rule.network || port < rule.first_port || port > rule.last_port) continue;
    return rule.is_allowed;
  }
  return false;
}

extern "C" [[clang::export_name("init")]] void init() {
  build_crc();
  build_aes();
  build_primes();
  parse_rules();
}

/** Sixteen packets that follow from `seed`: what the filter says of each, and a checksum over all that the tables give. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t seed) {
  uint64_t random = seed ^ 0x9e3779b97f4a7c15;
  uint64_t checksum = 0;
  for (int packet = 0; packet < 16; packet++) {
    uint64_t words[8];
    for (uint64_t& word : words) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      word = random;
    }
    uint32_t state[4] = {crc_of(reinterpret_cast<const uint8_t*>(words), 8), static_cast<uint32_t>(random), 1, 2};
    for (uint32_t round = 1; round <= 10; round++) round_of(state, round * 0x01000193);
    const auto port = static_cast<uint16_t>(random >> 40);
    const uint32_t source = random & 1 ? 0x0a000000 | (random >> 8 & 0xffffff) : static_cast<uint32_t>(random >> 8);
    const bool allowed = is_allowed(random & 2 ? 6 : 17, source, port);
    checksum = checksum * 31 + (uint64_t{state[0]} << 32 | state[3]) + (is_prime(port) ? 2 : 0) + (allowed ? 1 : 0);
  }
  return checksum;
}
