// Measures the batch that lies in a kernel's memory, in an engine that has a clock and two pipes (WASI) and no JavaScript.
// driver-messages.ts is the other end of the pipes. It speaks of all that is here.
#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) extern "C" [[clang::import_module(#module), clang::import_name(#name)]]

struct Bytes {
  void* at;
  uint32_t size;
};

// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
IMPORT(wasi_snapshot_preview1, fd_read) int32_t fd_read(int32_t file, const Bytes* parts, uint32_t count, uint32_t* size);
IMPORT(wasi_snapshot_preview1, fd_write) int32_t fd_write(int32_t file, const Bytes* parts, uint32_t count, uint32_t* size);
IMPORT(wasi_snapshot_preview1, clock_time_get) int32_t clock_time_get(int32_t clock, int64_t precision, uint64_t* time);

// kernel-exports.ts
IMPORT(kernel, snapshot) uint32_t kernel_snapshot();
IMPORT(kernel, restore) void kernel_restore(uint32_t snapshot);
IMPORT(kernel, end_transaction) void kernel_end_transaction();
IMPORT(kernel, batch_tally) uint32_t kernel_batch_tally();
IMPORT(kernel, digest_slots) void kernel_digest_slots();
IMPORT(kernel, digest_sum) uint32_t kernel_digest_sum();

// guest-modules.ts: other modules' memories, and the loop over messages that is linked into the guest.
IMPORT(bridge, grow) void bridge_grow(uint32_t pages);
IMPORT(bridge, load) uint64_t bridge_load(uint32_t address);
IMPORT(bridge, store) void bridge_store(uint32_t address, uint64_t word);
IMPORT(bridge, run_batch) uint32_t bridge_run_batch(uint32_t index, uint32_t end);
IMPORT(guest_memory, pages) uint32_t guest_memory_pages();

static constexpr int32_t standard_input = 0;
static constexpr int32_t standard_output = 1;
static constexpr int32_t monotonic_clock = 1;
static constexpr uint32_t initial_checksum = 0x811c9dc5;
static constexpr uint32_t most_samples = 4096;
static constexpr uint32_t least_settling_samples = 6;

/** Numbered as in driver-messages.ts. */
enum Kind : uint32_t { ready, grown, checked, differs, settled, measured };

struct Request {
  uint64_t image_bytes;
  uint64_t image_pages;
  uint64_t call_count;
  uint64_t warm_up_ns;
  uint64_t settle_ns;
  uint64_t settle_count;
  uint64_t sample_ns;
  uint64_t measure_ns;
  uint64_t sample_count;
  uint64_t min_sample_count;
};

/** Counts of success, revert and trap, and the checksum; then gas. */
struct Tally {
  uint64_t words[3];
};

struct Checked {
  uint64_t first_call_ns;
  Tally tally;
  uint64_t digest_sum[256];
};

struct Settled {
  uint64_t run_count;
  uint64_t samples_ns[most_samples];
};

static Request request;
static Checked check;
static Settled settling;
static struct {
  uint64_t wall_ns;
  uint64_t samples_ns[most_samples];
} measuring;
static uint32_t initial_state;
static uint32_t initial_guest_pages;

static void require(bool condition) {
  if (!condition) __builtin_trap();
}

static uint64_t now() {
  uint64_t time = 0;
  require(clock_time_get(monotonic_clock, 1, &time) == 0);
  return time;
}

static void receive(void* to, uint32_t size) {
  auto* at = static_cast<uint8_t*>(to);
  while (size > 0) {
    const Bytes part = {at, size};
    uint32_t got = 0;
    require(fd_read(standard_input, &part, 1, &got) == 0 && got > 0);
    at += got;
    size -= got;
  }
}

static void send(Kind kind, const void* body, uint32_t size) {
  const uint32_t head[2] = {kind, size};
  Bytes parts[2] = {{const_cast<uint32_t*>(head), sizeof(head)}, {const_cast<void*>(body), size}};
  for (Bytes& part : parts) {
    while (part.size > 0) {
      uint32_t written = 0;
      require(fd_write(standard_output, &part, 1, &written) == 0);
      part.at = static_cast<uint8_t*>(part.at) + written;
      part.size -= written;
    }
  }
}

[[noreturn]] static void end_with(Kind kind, const void* body, uint32_t size) {
  send(kind, body, size);
  __builtin_trap();
}

/** The other end looks at the processor time of this process meanwhile. */
static void await_go() {
  uint8_t go;
  receive(&go, 1);
}

static void load_image() {
  static uint64_t words[8192];
  bridge_grow(request.image_pages);
  for (uint32_t address = 0; address < request.image_bytes;) {
    const uint32_t left = request.image_bytes - address;
    const uint32_t size = left < sizeof(words) ? left : sizeof(words);
    receive(words, size);
    for (uint32_t i = 0; i < size / 8; i++, address += 8) bridge_store(address, words[i]);
  }
}

static Tally read_tally() {
  const uint32_t at = kernel_batch_tally();
  return {{bridge_load(at), bridge_load(at + 8), bridge_load(at + 16)}};
}

/** Time of the messages up to one, from the state before them. Leaves the state after them. */
static uint64_t run_once(uint32_t end) {
  const uint64_t start = now();
  const uint32_t tally = kernel_batch_tally();
  bridge_store(tally, 0);
  bridge_store(tally + 8, uint64_t{initial_checksum} << 32);
  bridge_store(tally + 16, 0);
  const uint32_t reached = bridge_run_batch(0, end);
  kernel_end_transaction();
  const uint64_t time = now() - start;
  // The next call would see that: it needs another instance.
  if (guest_memory_pages() != initial_guest_pages) end_with(grown, nullptr, 0);
  require(reached == end);
  return time;
}

/** As `sampleRuns` in sample.ts, but the sum. */
static uint64_t sample(uint64_t run_count) {
  uint64_t total = 0;
  for (uint64_t run = 0; run < run_count; run++) {
    total += run_once(request.call_count);
    const Tally tally = read_tally();
    kernel_restore(initial_state);
    if (tally.words[1] != check.tally.words[1]) {
      const uint64_t checksum = tally.words[1] >> 32;
      end_with(differs, &checksum, sizeof(checksum));
    }
  }
  return total;
}

static void check_batch() {
  initial_state = kernel_snapshot();
  initial_guest_pages = guest_memory_pages();
  check.first_call_ns = run_once(1);
  kernel_restore(initial_state);
  run_once(request.call_count);
  check.tally = read_tally();
  kernel_digest_slots();
  const uint32_t sum = kernel_digest_sum();
  for (uint32_t i = 0; i < 256; i++) check.digest_sum[i] = bridge_load(sum + 8 * i);
  kernel_restore(initial_state);
  send(checked, &check, sizeof(check));
}

/** As `warmUp` in sample.ts. */
static uint64_t warm_up() {
  uint64_t total = 0;
  uint64_t mean = 0;
  for (uint64_t run = 1; run <= 3 || total < request.warm_up_ns; run *= 2) {
    const uint64_t sum = sample(run);
    total += sum;
    mean = sum / run;
  }
  if (mean == 0) mean = 1;
  const uint64_t runs = (request.sample_ns + mean - 1) / mean;
  return runs == 0 ? 1 : runs;
}

/** Until there are so many, or the least that are wanted and so much time was worked. As `settle` and `measure` in run-slot.ts. */
static uint32_t take_samples(uint64_t* samples_ns, uint64_t count, uint64_t least, uint64_t work_ns) {
  uint32_t taken = 0;
  for (uint64_t spent = 0; taken < least || (taken < count && spent < work_ns); taken++) {
    require(taken < most_samples);
    samples_ns[taken] = sample(settling.run_count);
    spent += samples_ns[taken];
  }
  return taken;
}

extern "C" [[clang::export_name("measure")]] void measure() {
  send(ready, nullptr, 0);
  receive(&request, sizeof(request));
  load_image();
  check_batch();
  settling.run_count = warm_up();
  const uint32_t settling_count =
      take_samples(settling.samples_ns, request.settle_count, least_settling_samples, request.settle_ns);
  send(settled, &settling, sizeof(uint64_t) * (1 + settling_count));
  await_go();
  const uint64_t start = now();
  const uint32_t count =
      take_samples(measuring.samples_ns, request.sample_count, request.min_sample_count, request.measure_ns);
  measuring.wall_ns = now() - start;
  send(measured, &measuring, sizeof(uint64_t) * (1 + count));
  await_go();
}
