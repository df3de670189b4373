#pragma once

#include <setjmp.h>

#include <functional>
#include <memory>
#include <vector>

#include "state.hpp"

namespace native {

/** Numbers of `engine/outcome.ts`: the traps that a host can raise. */
enum class Trap : uint8_t {
  none = 0,
  out_of_gas = 7,
  call_depth_exceeded = 9,
  host_argument_invalid = 11,
  static_call_violation = 12,
  insufficient_balance = 13,
  create_failed = 15,
};

enum class Status : uint8_t { success = 0, revert = 1, trap = 2 };

/** How a call ended. Its output is in the buffers of its depth, and empty after a trap. */
struct Execution {
  Status status;
  Trap trap = Trap::none;
};

/** What the engine's schedule limits and a native guest can reach. */
struct Limits {
  uint32_t call_depth;
  uint32_t payload_bytes;
  uint32_t events;
};

struct Block {
  uint64_t chain_id;
  uint64_t number;
  uint64_t timestamp;
  uint64_t gas_limit;
  uint256 base_fee;
  Address coinbase;
};

using EntryPoint = int (*)(size_t input_length);

/** The EVM's precompiled contracts, 0x01 to 0x0a: (number, input, its length, output) -> why it failed, or none. */
using Precompiles = std::function<Trap(uint32_t, const uint8_t*, size_t, std::vector<uint8_t>&)>;
inline constexpr uint32_t precompile_count = 10;

/** A contract's shared object, loaded. */
struct Program {
  EntryPoint call;
  /** Null for a contract without a constructor. */
  EntryPoint construct;
  /** What `create1` and `create2` know it by. */
  Word id;
  /** What `account_code` shows: the WebAssembly module that was built from the same source. */
  std::vector<uint8_t> code;
  Word code_hash;
};

struct Message {
  Address caller;
  /** Whose storage and balance the frame works on. */
  uint32_t self;
  uint256 value;
  const uint8_t* input;
  size_t input_length;
  bool is_static;
  /** 0 for the outermost call. */
  uint32_t depth;
};

/** A write that waits in a slot, and the write of an outer frame that it covers. */
struct PendingWrite {
  uint32_t slot;
  Word covered;
  uint64_t covered_frame;
};

/** A slot that a static frame has loaded, and the outer frame whose mark its mark covers. */
struct LoadedSlot {
  uint32_t slot;
  uint64_t covered_frame;
};

/** Bytes of a frame, kept for the next frame of the same depth so that a warm call allocates nothing. */
struct FrameBuffers {
  std::vector<uint8_t> input;
  std::vector<uint8_t> output;
  std::vector<uint8_t> return_data;
  std::vector<PendingWrite> pending;
  std::vector<LoadedSlot> loaded;
};

class World;

/** A running contract call: what host functions work on. */
struct Frame {
  World* world;
  const Message* message;
  FrameBuffers* buffers;
  uint64_t serial;
  Execution execution;
  jmp_buf exit;

  /** Leaves the guest at once. Guests have no destructors; host functions hold none when they call it. */
  [[noreturn]] void leave(Execution how) {
    execution = how;
    _longjmp(exit, 1);
  }
  [[noreturn]] void trap(Trap code) { leave({Status::trap, code}); }

  void refuse_if_static() {
    if (message->is_static) trap(Trap::static_call_violation);
  }

  Word load(const Word& key);
  void cache(const Word& key, const Word& value);
  /** In a static frame traps, unless every write puts back what the frame has loaded. */
  void flush(bool clears);
  void drop_pending();
  void forget_loaded();
};

enum class CallKind : uint8_t { call, static_call, delegate_call };

/**
 * One chain state and the message calls on it, as the EVM defines them: value moves first, a child that fails takes
 * back only what it did itself, and a call that cannot start (too deep, not enough balance) is a failed child.
 * Yellow Paper, sections 7 and 8.
 */
class World {
 public:
  World(const Limits& limits, Precompiles precompiles)
      : limits(limits), precompiles_(std::move(precompiles)), buffers_(limits.call_depth + 1) {}

  const Limits limits;
  Block block{};
  Address origin{};
  State state;

  /** From outside. The caller reads output and events, then calls `State::end_transaction`. */
  Execution call(const Address& caller, const Address& to, const uint256& value, const uint8_t* input, size_t length);
  Execution deploy(std::shared_ptr<const Program> program, const Address& deployer, const uint256& value,
                   const uint8_t* input, size_t length, Address& address);
  const std::vector<uint8_t>& output() const { return buffers_[0].output; }

  /** From a contract. The output becomes the frame's return data. */
  Execution call_child(Frame& from, CallKind kind, const Address& to, const uint256& value, const uint8_t* input,
                       size_t length);
  /** `code` is a program's id followed by the constructor input; `salt` is null for CREATE's address. */
  Execution create_child(Frame& from, const uint8_t* code, size_t length, const uint256& value, const uint8_t* salt,
                         Address& address);

  /** Null for an account without code. */
  const Program* program_of(const Account& account) const;

 private:
  Execution call(const Message& message, uint32_t code_account, CallKind kind);
  Execution call_without_program(const Address& address, const Message& message);
  Execution create(uint32_t program, const Message& message);
  /** A delegate call is none of its account's: `msg_reentrant` does not count it. */
  Execution run(EntryPoint entry, const Message& message, bool is_of_account);
  bool transfer(const Message& message);
  Execution fail(uint32_t depth, Trap trap);
  Address take_create_address(uint32_t creator);
  uint32_t find_program(const Word& id) const;

  Precompiles precompiles_;
  std::vector<std::shared_ptr<const Program>> programs_;
  std::vector<FrameBuffers> buffers_;
  uint64_t frame_count_ = 0;
};

#ifdef __GLIBC__
// A fixed place in the thread's memory. The general model calls a function for each access, and every host function
// makes one; glibc keeps room for a few such variables of libraries that are loaded late.
#define NATIVE_FAST_TLS __attribute__((tls_model("initial-exec")))
#else
#define NATIVE_FAST_TLS
#endif

/** The innermost frame that this thread runs: what the host functions of a guest refer to. */
extern thread_local constinit Frame* current_frame NATIVE_FAST_TLS;

}  // namespace native
