// The functions that JavaScript sees. Every call is one crossing; a batch runs without any. `native-ref/host-addon.ts`
// types them, and hands over only values it has checked.

#include <dlfcn.h>

#include <algorithm>
#include <string>

#include "create-address.hpp"
#include "node-api.hpp"
#include "wire.hpp"

namespace native {

namespace {

/** The arguments of one call from JavaScript. */
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = max_count;
    napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
  }

  template <class T>
  T& object(int index) const {
    void* data = nullptr;
    napi_get_value_external(env_, values_[index], &data);
    return *static_cast<T*>(data);
  }

  uint32_t u32(int index) const {
    uint32_t value = 0;
    napi_get_value_uint32(env_, values_[index], &value);
    return value;
  }

  napi_value value(int index) const { return values_[index]; }

  Reader bytes(int index) const {
    const auto [data, length] = span(index);
    return {data, length};
  }

  std::vector<uint8_t> copy(int index) const {
    const auto [data, length] = span(index);
    return {data, data + length};
  }

 private:
  struct Span {
    const uint8_t* data;
    size_t length;
  };

  Span span(int index) const {
    size_t length = 0;
    void* data = nullptr;
    napi_get_typedarray_info(env_, values_[index], nullptr, &length, &data, nullptr, nullptr);
    return {static_cast<const uint8_t*>(data), length};
  }

  static constexpr size_t max_count = 4;

  napi_env env_;
  napi_value values_[max_count] = {};
};

napi_value undefined(napi_env env) {
  napi_value result;
  napi_get_undefined(env, &result);
  return result;
}

napi_value new_bytes(napi_env env, const uint8_t* bytes, size_t length) {
  void* data;
  napi_value buffer;
  napi_value result;
  napi_create_arraybuffer(env, length, &data, &buffer);
  std::copy(bytes, bytes + length, static_cast<uint8_t*>(data));
  napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &result);
  return result;
}

napi_value new_bytes(napi_env env, const std::vector<uint8_t>& bytes) {
  return new_bytes(env, bytes.data(), bytes.size());
}

/** A C++ object that JavaScript owns. */
template <class T>
napi_value new_object(napi_env env, T* object) {
  napi_value result;
  napi_create_external(env, object, [](napi_env, void* data, void*) { delete static_cast<T*>(data); }, nullptr, &result);
  return result;
}

using ProgramHandle = std::shared_ptr<const Program>;
/** Empty once the world is closed. */
using WorldHandle = std::unique_ptr<World>;

/** (path of the shared object, id, code) -> program */
napi_value load_program(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const std::vector<uint8_t> path = arguments.copy(0);
  void* library = dlopen(std::string(path.begin(), path.end()).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    napi_throw_error(env, nullptr, dlerror());
    return nullptr;
  }
  Program program;
  program.call = reinterpret_cast<EntryPoint>(dlsym(library, "user_entrypoint"));
  program.construct = reinterpret_cast<EntryPoint>(dlsym(library, "user_constructor"));
  if (program.call == nullptr) {
    napi_throw_error(env, nullptr, "the contract does not define user_entrypoint");
    return nullptr;
  }
  program.id = Word::read(arguments.bytes(1).take(32));
  program.code = arguments.copy(2);
  program.code_hash = keccak256(program.code.data(), program.code.size());
  return new_object(env, new ProgramHandle(new Program(std::move(program))));
}

/** A function of JavaScript: (number, input) -> trap (1), output. */
class ScriptedPrecompiles {
 public:
  ScriptedPrecompiles(napi_env env, napi_value function) : env_(env) {
    napi_create_reference(env, function, 1, &function_);
  }
  ScriptedPrecompiles(const ScriptedPrecompiles&) = delete;
  ~ScriptedPrecompiles() { napi_delete_reference(env_, function_); }

  Trap run(uint32_t number, const uint8_t* input, size_t length, std::vector<uint8_t>& output) const {
    napi_handle_scope scope;
    napi_open_handle_scope(env_, &scope);
    napi_value function;
    napi_get_reference_value(env_, function_, &function);
    napi_value arguments[2];
    napi_create_uint32(env_, number, &arguments[0]);
    arguments[1] = new_bytes(env_, input, length);
    napi_value result;
    // It throws only where there is no room on the stack for the call itself.
    Trap trap = Trap::host_argument_invalid;
    if (napi_call_function(env_, undefined(env_), function, 2, arguments, &result) == 0) {
      size_t result_length = 0;
      void* data = nullptr;
      napi_get_typedarray_info(env_, result, nullptr, &result_length, &data, nullptr, nullptr);
      const auto* bytes = static_cast<const uint8_t*>(data);
      trap = static_cast<Trap>(bytes[0]);
      output.assign(bytes + 1, bytes + result_length);
    } else {
      napi_get_and_clear_last_exception(env_, &result);
    }
    napi_close_handle_scope(env_, scope);
    return trap;
  }

 private:
  napi_env env_;
  napi_ref function_ = nullptr;
};

/** (call depth, payload bytes, events, precompiles) -> world */
napi_value create_world(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const Limits limits{arguments.u32(0), arguments.u32(1), arguments.u32(2)};
  const auto precompiles = std::make_shared<ScriptedPrecompiles>(env, arguments.value(3));
  const auto run = [precompiles](uint32_t number, const uint8_t* input, size_t length, std::vector<uint8_t>& output) {
    return precompiles->run(number, input, length, output);
  };
  return new_object(env, new WorldHandle(new World(limits, run)));
}

/** (world) */
napi_value close_world(napi_env env, napi_callback_info info) {
  Arguments(env, info).object<WorldHandle>(0).reset();
  return undefined(env);
}

/** (world, block): chain id, number, timestamp, gas limit (8 each), base fee (32), coinbase (20) */
napi_value set_block(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  World& world = *arguments.object<WorldHandle>(0);
  Reader in = arguments.bytes(1);
  world.block.chain_id = in.u64();
  world.block.number = in.u64();
  world.block.timestamp = in.u64();
  world.block.gas_limit = in.u64();
  world.block.base_fee = in.integer();
  world.block.coinbase = in.address();
  return undefined(env);
}

/** (world, address and amount) */
napi_value set_balance(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  World& world = *arguments.object<WorldHandle>(0);
  Reader in = arguments.bytes(1);
  const uint32_t account = world.state.account_index(in.address());
  world.state.set_balance(account, in.integer());
  world.state.end_transaction();
  return undefined(env);
}

/**
 * (world) or (world, address) -> per account: address (20), balance (32), number of slots (4), and per slot in key
 * order: key, value
 */
napi_value read_state(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  State& state = arguments.object<WorldHandle>(0)->state;
  Reader in = arguments.bytes(1);
  const std::vector<Account>& accounts = state.accounts();
  size_t first = 0;
  size_t end = accounts.size();
  Writer out;
  if (!in.at_end()) {
    const Address address = in.address();
    const Account* only = state.find_account(address);
    if (only == nullptr) {
      out.put(address.bytes, 20);
      out.integer(0);
      out.u32(0);
      return new_bytes(env, out.bytes());
    }
    first = only - accounts.data();
    end = first + 1;
  }
  std::vector<std::vector<const Slot*>> slots(end - first);
  for (const Slot& slot : state.slots()) {
    const uint32_t account = slot.slot_key.account;
    if (!slot.value.is_zero() && account >= first && account < end) slots[account - first].push_back(&slot);
  }
  const auto by_key = [](const Slot* a, const Slot* b) {
    return __builtin_memcmp(a->slot_key.word.parts, b->slot_key.word.parts, 32) < 0;
  };
  for (size_t index = first; index < end; index++) {
    std::vector<const Slot*>& own = slots[index - first];
    std::sort(own.begin(), own.end(), by_key);
    out.put(accounts[index].address.bytes, 20);
    out.integer(accounts[index].balance);
    out.u32(static_cast<uint32_t>(own.size()));
    for (const Slot* slot : own) {
      out.word(slot->slot_key.word);
      out.word(slot->value);
    }
  }
  return new_bytes(env, out.bytes());
}

/** (world, program, message) -> address (20), outcome. The message is one of `run_message` whose callee is ignored. */
napi_value deploy(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  World& world = *arguments.object<WorldHandle>(0);
  Reader in = arguments.bytes(2);
  const Address deployer = in.address();
  in.address();
  const uint256 value = in.integer();
  const uint32_t length = in.u32();
  Address address;
  const Execution execution =
      world.deploy(arguments.object<ProgramHandle>(1), deployer, value, in.take(length), length, address);
  Writer out;
  out.put(address.bytes, 20);
  write_outcome(world, execution, out);
  world.state.end_transaction();
  return new_bytes(env, out.bytes());
}

/** (world, messages) -> outcomes */
napi_value call_many(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  World& world = *arguments.object<WorldHandle>(0);
  Reader in = arguments.bytes(1);
  Writer out;
  while (!in.at_end()) {
    const Execution execution = run_message(world, in);
    write_outcome(world, execution, out);
    world.state.end_transaction();
  }
  return new_bytes(env, out.bytes());
}

using Messages = std::vector<uint8_t>;

/** (messages) -> batch */
napi_value load_batch(napi_env env, napi_callback_info info) {
  return new_object(env, new Messages(Arguments(env, info).copy(0)));
}

/** 32-bit FNV-1a, as `BatchSummary.checksum` defines it. http://www.isthe.com/chongo/tech/comp/fnv/ */
class Checksum {
 public:
  void add(uint8_t byte) { hash_ = (hash_ ^ byte) * 0x01000193; }
  uint32_t value() const { return hash_; }

 private:
  uint32_t hash_ = 0x811c9dc5;
};

/** (world, batch) -> number of successes, reverts and traps (4 each), checksum (4) */
napi_value run_batch(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  World& world = *arguments.object<WorldHandle>(0);
  const Messages& messages = arguments.object<Messages>(1);
  uint32_t counts[3] = {};
  Checksum checksum;
  for (Reader in(messages.data(), messages.size()); !in.at_end();) {
    const Execution execution = run_message(world, in);
    counts[static_cast<int>(execution.status)]++;
    checksum.add(static_cast<uint8_t>(execution.status));
    for (const uint8_t byte : world.output()) checksum.add(byte);
    world.state.end_transaction();
  }
  Writer out;
  for (const uint32_t count : counts) out.u32(count);
  out.u32(checksum.value());
  return new_bytes(env, out.bytes());
}

/** (world) -> index of the snapshot */
napi_value snapshot(napi_env env, napi_callback_info info) {
  World& world = *Arguments(env, info).object<WorldHandle>(0);
  napi_value result;
  napi_create_uint32(env, static_cast<uint32_t>(world.state.snapshot()), &result);
  return result;
}

/** (world, index) -> whether there is such a snapshot */
napi_value restore(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  World& world = *arguments.object<WorldHandle>(0);
  napi_value result;
  napi_get_boolean(env, world.state.restore(arguments.u32(1)), &result);
  return result;
}

struct Export {
  const char* name;
  napi_callback function;
};

constexpr Export exports_of_addon[] = {
    {"loadProgram", load_program}, {"createWorld", create_world}, {"closeWorld", close_world},
    {"setBlock", set_block},       {"setBalance", set_balance},   {"readState", read_state},
    {"deploy", deploy},            {"callMany", call_many},       {"loadBatch", load_batch},
    {"runBatch", run_batch},       {"snapshot", snapshot},        {"restore", restore},
};

}  // namespace
}  // namespace native

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  for (const auto& [name, function] : native::exports_of_addon) {
    napi_value value;
    napi_create_function(env, name, __builtin_strlen(name), function, nullptr, &value);
    napi_set_named_property(env, exports, name, value);
  }
  return exports;
}
