// Scores transactions with a decision forest and a small neural network, in integers alone: the kind of rules that users
// would want to bring along, and that nobody would want to run without bounds.
#include "model.hpp"
#include "sdk/contract.hpp"
#include "sdk/ownable.hpp"

using namespace trimeter;

namespace {

using owner = ownable<0>;
constexpr stored<uint256> threshold{1};
constexpr stored<uint256> reviewed{2};
constexpr stored<uint256> declined{3};

using Declined = event<"Declined", indexed<uint256>, uint256>;
using TooManyTransactions = error<"TooManyTransactions", uint256, uint256>;

constexpr uint64_t transaction_limit = 64;

// Model. Fixed-point numbers have 16 bits behind the point.

constexpr int feature_count = 8;
constexpr int tree_count = 8;
constexpr int tree_depth = 5;
constexpr int node_count = (1 << tree_depth) - 1;
constexpr int unit_count = 16;
constexpr int64_t one = 65536;

struct tree {
  /** Level by level: the children of node i are 2i + 1 and 2i + 2. */
  struct {
    uint8_t feature;
    uint32_t threshold;
  } nodes[node_count];
  uint32_t leaves[node_count + 1];
};

struct unit {
  int32_t weights[feature_count];
  int32_t bias;
  int32_t out;
};

struct model {
  tree trees[tree_count];
  /** A feature of 2^one_power or more is 1 to the network. */
  uint8_t one_power[feature_count];
  unit units[unit_count];
  int32_t bias;
};

constexpr model read_model(const char* digits) {
  const auto number = [&digits](int bytes) {
    uint32_t value = 0;
    for (int i = 0; i < 2 * bytes; i++, digits++)
      value = value << 4 | static_cast<uint32_t>(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
    return value;
  };
  const auto signed_number = [&number] { return static_cast<int32_t>(number(4)); };
  model result{};
  for (tree& grown : result.trees) {
    for (auto& [feature, limit] : grown.nodes) {
      feature = static_cast<uint8_t>(number(1));
      limit = number(4);
    }
    for (uint32_t& leaf : grown.leaves) leaf = number(2);
  }
  for (uint8_t& power : result.one_power) power = static_cast<uint8_t>(number(1));
  for (unit& each : result.units) {
    for (int32_t& weight : each.weights) weight = signed_number();
    each.bias = signed_number();
    each.out = signed_number();
  }
  result.bias = signed_number();
  return result;
}

constexpr model trained = read_model(model_hex);

// Scores. A transaction is a word with eight features of 32 bits, the first one lowest.

struct transaction {
  uint32_t features[feature_count];

  explicit transaction(const uint256& word) {
    for (int i = 0; i < feature_count; i++) features[i] = static_cast<uint32_t>(word.limb[i / 2] >> (32 * (i % 2)));
  }
};

uint64_t forest_score(const transaction& subject) {
  uint64_t sum = 0;
  for (const tree& grown : trained.trees) {
    unsigned node = 0;
    for (int depth = 0; depth < tree_depth; depth++) {
      const auto& [feature, limit] = grown.nodes[node];
      node = 2 * node + (subject.features[feature] > limit ? 2 : 1);
    }
    sum += grown.leaves[node - node_count];
  }
  return sum / tree_count;
}

uint64_t network_score(const transaction& subject) {
  int64_t input[feature_count];
  for (int i = 0; i < feature_count; i++) {
    const uint64_t full = uint64_t{1} << trained.one_power[i];
    const uint64_t value = subject.features[i] < full ? subject.features[i] : full;
    input[i] = static_cast<int64_t>((value << 16) / full);
  }
  int64_t sum = 0;
  for (const unit& each : trained.units) {
    int64_t weighted = 0;
    for (int i = 0; i < feature_count; i++) weighted += each.weights[i] * input[i];
    const int64_t active = (weighted >> 16) + each.bias;
    if (active > 0) sum += each.out * active;
  }
  // A sigmoid without an exponential: 1/2 + z / (2 (1 + |z|)).
  const int64_t z = (sum >> 16) + trained.bias;
  return static_cast<uint64_t>(one / 2 + z * (one / 2) / (one + (z < 0 ? -z : z)));
}

// Methods

returns<uint256, uint256> score(uint256 word) {
  const transaction subject(word);
  return {forest_score(subject), network_score(subject)};
}

uint256 review(array<uint256> transactions) {
  if (transactions.size > transaction_limit) revert<TooManyTransactions>(transactions.size, transaction_limit);
  const uint256 limit = threshold;
  uint64_t refused = 0;
  uint64_t refused_count = 0;
  for (uint64_t i = 0; i < transactions.size; i++) {
    const uint256 word = transactions[i];
    const transaction subject(word);
    const uint256 risk = (forest_score(subject) + network_score(subject)) / 2;
    if (risk <= limit) continue;
    refused |= uint64_t{1} << i;
    refused_count++;
    emit<Declined>(word, risk);
  }
  reviewed = add(reviewed, transactions.size);
  declined = add(declined, refused_count);
  return refused;
}

void set_threshold(uint256 value) {
  owner::check();
  threshold = value;
}

uint256 threshold_now() { return threshold; }
uint256 reviewed_count() { return reviewed; }
uint256 declined_count() { return declined; }

void initialize(uint256 value) {
  owner::initialize(msg_sender());
  threshold = value;
}

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"score", score>,
  method<"review", review>,
  method<"setThreshold", set_threshold>,
  view<"threshold", threshold_now>,
  view<"reviewed", reviewed_count>,
  view<"declined", declined_count>,
  view<"owner", owner::get>,
  method<"transferOwnership", owner::transfer>,
  method<"renounceOwnership", owner::renounce>
)
