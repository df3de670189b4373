#include "world.hpp"

#include "create-address.hpp"

namespace native {

namespace {

/** Of the precompiled contract at an address, or 0. */
uint32_t precompile_number(const Address& address) {
  uint32_t others = 0;
  for (size_t i = 0; i < 19; i++) others |= address.bytes[i];
  const uint32_t last = address.bytes[19];
  return others == 0 && last <= precompile_count ? last : 0;
}

}  // namespace

Word Frame::load(const Word& key) {
  const uint32_t index = world->state.slot_index(message->self, key);
  Slot& slot = world->state.slot(index);
  if (slot.pending_frame == serial) return slot.pending;
  if (message->is_static && slot.loaded_frame != serial) {
    buffers->loaded.push_back({index, slot.loaded_frame});
    slot.loaded_frame = serial;
  }
  return slot.value;
}

void Frame::cache(const Word& key, const Word& value) {
  const uint32_t index = world->state.slot_index(message->self, key);
  Slot& slot = world->state.slot(index);
  if (slot.pending_frame != serial) buffers->pending.push_back({index, slot.pending, slot.pending_frame});
  slot.pending = value;
  slot.pending_frame = serial;
}

void Frame::flush(bool clears) {
  for (const PendingWrite& write : buffers->pending) {
    const Slot& slot = world->state.slot(write.slot);
    if (!message->is_static) world->state.set_slot(write.slot, slot.pending);
    else if (slot.loaded_frame != serial || !(slot.pending == slot.value)) trap(Trap::static_call_violation);
  }
  drop_pending();
  if (clears) forget_loaded();
}

void Frame::drop_pending() {
  for (const PendingWrite& write : buffers->pending) {
    Slot& slot = world->state.slot(write.slot);
    slot.pending = write.covered;
    slot.pending_frame = write.covered_frame;
  }
  buffers->pending.clear();
}

void Frame::forget_loaded() {
  for (const LoadedSlot& loaded : buffers->loaded) world->state.slot(loaded.slot).loaded_frame = loaded.covered_frame;
  buffers->loaded.clear();
}

Execution World::call(const Address& caller, const Address& to, const uint256& value, const uint8_t* input,
                      size_t length) {
  origin = caller;
  const uint32_t self = state.account_index(to);
  return call({caller, self, value, input, length, false, 0}, self, CallKind::call);
}

Execution World::deploy(std::shared_ptr<const Program> program, const Address& deployer, const uint256& value,
                        const uint8_t* input, size_t length, Address& address) {
  origin = deployer;
  uint32_t index = find_program(program->id);
  if (index == no_program) {
    index = static_cast<uint32_t>(programs_.size());
    programs_.push_back(std::move(program));
  }
  address = take_create_address(state.account_index(deployer));
  return create(index, {deployer, state.account_index(address), value, input, length, false, 0});
}

Execution World::call_child(Frame& from, CallKind kind, const Address& to, const uint256& value, const uint8_t* input,
                            size_t length) {
  const Message& own = *from.message;
  from.buffers->return_data.clear();
  if (own.is_static && !value.is_zero()) return {Status::trap, Trap::static_call_violation};
  if (own.depth + 1 > limits.call_depth) return {Status::trap, Trap::call_depth_exceeded};
  const bool is_delegate = kind == CallKind::delegate_call;
  const uint32_t code_account = state.account_index(to);
  FrameBuffers& child = buffers_[own.depth + 1];
  // A copy, because the caller's memory is not the callee's: a reentrant callee could change it.
  child.input.assign(input, input + length);
  const Execution execution = call(
      {
          is_delegate ? own.caller : state.account(own.self).address,
          is_delegate ? own.self : code_account,
          is_delegate ? own.value : value,
          child.input.data(),
          length,
          own.is_static || kind == CallKind::static_call,
          own.depth + 1,
      },
      code_account, kind);
  from.buffers->return_data.swap(child.output);
  return execution;
}

Execution World::create_child(Frame& from, const uint8_t* code, size_t length, const uint256& value,
                              const uint8_t* salt, Address& address) {
  const Message& own = *from.message;
  from.refuse_if_static();
  from.buffers->return_data.clear();
  if (length < 32) return {Status::trap, Trap::create_failed};
  const uint32_t program = find_program(Word::read(code));
  if (program == no_program || !state.knows(program)) return {Status::trap, Trap::create_failed};
  if (own.depth + 1 > limits.call_depth) return {Status::trap, Trap::call_depth_exceeded};
  if (state.account(own.self).balance < value) return {Status::trap, Trap::insufficient_balance};
  const Address self = state.account(own.self).address;
  address = take_create_address(own.self);
  if (salt != nullptr) address = create2_address(self, salt, code, length);
  FrameBuffers& child = buffers_[own.depth + 1];
  child.input.assign(code + 32, code + length);
  const Execution execution = create(program, {self, state.account_index(address), value, child.input.data(),
                                               child.input.size(), false, own.depth + 1});
  if (execution.status == Status::revert) from.buffers->return_data.swap(child.output);
  return execution;
}

const Program* World::program_of(const Account& account) const {
  return account.program == no_program ? nullptr : programs_[account.program].get();
}

Execution World::call(const Message& message, uint32_t code_account, CallKind kind) {
  const Checkpoint checkpoint = state.checkpoint();
  if (kind == CallKind::call && !transfer(message)) return fail(message.depth, Trap::insufficient_balance);
  const Program* program = program_of(state.account(code_account));
  const Execution execution = program == nullptr
                                  ? call_without_program(state.account(code_account).address, message)
                                  : run(program->call, message, kind != CallKind::delegate_call);
  if (execution.status != Status::success) state.revert(checkpoint);
  return execution;
}

Execution World::call_without_program(const Address& address, const Message& message) {
  std::vector<uint8_t>& output = buffers_[message.depth].output;
  output.clear();
  const uint32_t number = precompile_number(address);
  if (number == 0) return {Status::success};
  const Trap trap = precompiles_(number, message.input, message.input_length, output);
  return trap == Trap::none ? Execution{Status::success} : fail(message.depth, trap);
}

Execution World::create(uint32_t program, const Message& message) {
  // An account with storage has a nonce as well: nothing writes storage but a contract.
  const Account& created = state.account(message.self);
  if (created.program != no_program || created.nonce > 0) return fail(message.depth, Trap::create_failed);
  const Checkpoint checkpoint = state.checkpoint();
  if (!transfer(message)) return fail(message.depth, Trap::insufficient_balance);
  state.learn(program);
  state.set_nonce(message.self, 1);
  const EntryPoint construct = programs_[program]->construct;
  Execution execution;
  if (construct != nullptr) {
    execution = run(construct, message, true);
  } else {
    buffers_[message.depth].output.clear();
    execution = {message.input_length == 0 && message.value.is_zero() ? Status::success : Status::revert};
  }
  if (execution.status == Status::success) state.set_program(message.self, program);
  else state.revert(checkpoint);
  return execution;
}

Execution World::run(EntryPoint entry, const Message& message, bool is_of_account) {
  FrameBuffers& buffers = buffers_[message.depth];
  buffers.output.clear();
  buffers.return_data.clear();
  Frame frame;
  frame.world = this;
  frame.message = &message;
  frame.buffers = &buffers;
  frame.serial = ++frame_count_;
  Frame* const outer = current_frame;
  current_frame = &frame;
  state.account(message.self).running += is_of_account;
  if (_setjmp(frame.exit) == 0) {
    frame.execution = {entry(message.input_length) == 0 ? Status::success : Status::revert};
  }
  state.account(message.self).running -= is_of_account;
  current_frame = outer;
  frame.drop_pending();
  frame.forget_loaded();
  if (frame.execution.status == Status::trap) buffers.output.clear();
  return frame.execution;
}

bool World::transfer(const Message& message) {
  if (message.value.is_zero()) return true;
  const uint32_t payer = state.account_index(message.caller);
  if (state.account(payer).balance < message.value) return false;
  state.set_balance(payer, state.account(payer).balance - message.value);
  state.set_balance(message.self, state.account(message.self).balance + message.value);
  return true;
}

Execution World::fail(uint32_t depth, Trap trap) {
  buffers_[depth].output.clear();
  return {Status::trap, trap};
}

Address World::take_create_address(uint32_t creator) {
  const uint64_t nonce = state.account(creator).nonce;
  state.set_nonce(creator, nonce + 1);
  return create_address(state.account(creator).address, nonce);
}

uint32_t World::find_program(const Word& id) const {
  for (uint32_t index = 0; index < programs_.size(); index++) {
    if (programs_[index]->id == id) return index;
  }
  return no_program;
}

}  // namespace native
