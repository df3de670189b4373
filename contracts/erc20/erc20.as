// The ERC-20 token of erc20.cpp, method for method.
import {
  Arguments,
  Bytes,
  Encoding,
  readInput,
  returnBytes,
  returnNumber,
  returnUint256,
  revertEncoded,
} from "../sdk/assemblyscript/abi";
import { emit_log, storage_flush_cache } from "../sdk/assemblyscript/host";
import { entry, initializeString, loadString, loadUint256, storeUint256 } from "../sdk/assemblyscript/storage";
import { Uint256 } from "../sdk/assemblyscript/uint256";
import { Address, msgSender, Word } from "../sdk/assemblyscript/word";

const BALANCES_SLOT: u64 = 0;
const ALLOWANCES_SLOT: u64 = 1;
const TOTAL_SLOT: u64 = 2;
const NAME_SLOT: u64 = 3;
const SYMBOL_SLOT: u64 = 4;

/** keccak256("Transfer(address,address,uint256)") */
const TRANSFER = memory.data<u8>([
  0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0, 0x68, 0xfc, 0x37, 0x8d, 0xaa,
  0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4, 0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
]);
/** keccak256("Approval(address,address,uint256)") */
const APPROVAL = memory.data<u8>([
  0x8c, 0x5b, 0xe1, 0xe5, 0xeb, 0xec, 0x7d, 0x5b, 0xd1, 0x4f, 0x71, 0x42, 0x7d, 0x1e, 0x84, 0xf3,
  0xdd, 0x03, 0x14, 0xc0, 0xf7, 0xb2, 0x29, 0x1e, 0x5b, 0x20, 0x0a, 0xc8, 0xc7, 0xc3, 0xb9, 0x25,
]);

/** ERC20InsufficientBalance(address,uint256,uint256) */
const INSUFFICIENT_BALANCE: u32 = 0xe450d38c;
/** ERC20InsufficientAllowance(address,uint256,uint256) */
const INSUFFICIENT_ALLOWANCE: u32 = 0xfb8f41b2;
/** ERC20InvalidSender(address) */
const INVALID_SENDER: u32 = 0x96c6fd1e;
/** ERC20InvalidReceiver(address) */
const INVALID_RECEIVER: u32 = 0xec442f05;
/** ERC20InvalidApprover(address) */
const INVALID_APPROVER: u32 = 0xe602df05;
/** ERC20InvalidSpender(address) */
const INVALID_SPENDER: u32 = 0x94280d62;

function balanceSlot(account: Address): Word {
  return entry(Word.of(BALANCES_SLOT), account);
}

function allowanceSlot(owner: Address, spender: Address): Word {
  return entry(entry(Word.of(ALLOWANCES_SLOT), owner), spender);
}

function refuseNobody(account: Address, error: u32): void {
  if (account.isZero) revertEncoded(Encoding.withRoomFor(1).selector(error).word(account));
}

function refuseTooMuch(value: Uint256, available: Uint256, account: Address, error: u32): void {
  if (available < value) {
    revertEncoded(Encoding.withRoomFor(3).selector(error).word(account).uint256(available).uint256(value));
  }
}

function emit(event: usize, from: Address, to: Address, value: Uint256): void {
  const log = Encoding.withRoomFor(4).word(changetype<Word>(event)).word(from).word(to).uint256(value);
  emit_log(log.start, log.size, 3);
}

/** The balance of an account never exceeds the total, so that only minting can overflow. */
function credit(to: Address, value: Uint256): void {
  const slot = balanceSlot(to);
  storeUint256(slot, loadUint256(slot) + value);
}

function move(from: Address, to: Address, value: Uint256): void {
  refuseNobody(from, INVALID_SENDER);
  refuseNobody(to, INVALID_RECEIVER);
  const slot = balanceSlot(from);
  const available = loadUint256(slot);
  refuseTooMuch(value, available, from, INSUFFICIENT_BALANCE);
  storeUint256(slot, available - value);
  credit(to, value);
  emit(TRANSFER, from, to, value);
}

function mint(to: Address, value: Uint256): void {
  refuseNobody(to, INVALID_RECEIVER);
  const slot = Word.of(TOTAL_SLOT);
  storeUint256(slot, loadUint256(slot).plusChecked(value));
  credit(to, value);
  emit(TRANSFER, Word.zero(), to, value);
}

function refuseInvalidAllowance(owner: Address, spender: Address): void {
  refuseNobody(owner, INVALID_APPROVER);
  refuseNobody(spender, INVALID_SPENDER);
}

function spendAllowance(owner: Address, spender: Address, value: Uint256): void {
  const slot = allowanceSlot(owner, spender);
  const current = loadUint256(slot);
  if (current.isMax) return;
  refuseTooMuch(value, current, spender, INSUFFICIENT_ALLOWANCE);
  refuseInvalidAllowance(owner, spender);
  storeUint256(slot, current - value);
}

function approve(owner: Address, spender: Address, value: Uint256): void {
  refuseInvalidAllowance(owner, spender);
  storeUint256(allowanceSlot(owner, spender), value);
  emit(APPROVAL, owner, spender, value);
}

function initialize(name: Bytes, symbol: Bytes, initialSupply: Uint256): void {
  initializeString(Word.of(NAME_SLOT), name);
  initializeString(Word.of(SYMBOL_SLOT), symbol);
  mint(msgSender(), initialSupply);
}

/** Reads, and writes nothing. Whether there is such a method. */
function view(selector: u32, args: Arguments): bool {
  switch (selector) {
    case 0x06fdde03: // name()
      returnBytes(loadString(Word.of(NAME_SLOT)));
      return true;
    case 0x95d89b41: // symbol()
      returnBytes(loadString(Word.of(SYMBOL_SLOT)));
      return true;
    case 0x313ce567: // decimals()
      returnNumber(18);
      return true;
    case 0x18160ddd: // totalSupply()
      returnUint256(loadUint256(Word.of(TOTAL_SLOT)));
      return true;
    case 0x70a08231: // balanceOf(address)
      returnUint256(loadUint256(balanceSlot(args.address(0))));
      return true;
    case 0xdd62ed3e: // allowance(address,address)
      returnUint256(loadUint256(allowanceSlot(args.address(0), args.address(1))));
      return true;
  }
  return false;
}

/** Changes storage. Whether there is such a method. */
function change(selector: u32, args: Arguments): bool {
  switch (selector) {
    case 0xa9059cbb: // transfer(address,uint256)
      move(msgSender(), args.address(0), args.uint256(1));
      returnNumber(1);
      break;
    case 0x095ea7b3: // approve(address,uint256)
      approve(msgSender(), args.address(0), args.uint256(1));
      returnNumber(1);
      break;
    case 0x23b872dd: { // transferFrom(address,address,uint256)
      const from = args.address(0);
      const to = args.address(1);
      const value = args.uint256(2);
      spendAllowance(from, msgSender(), value);
      move(from, to, value);
      returnNumber(1);
      break;
    }
    case 0x40c10f19: // mint(address,uint256)
      mint(args.address(0), args.uint256(1));
      break;
    default:
      return false;
  }
  storage_flush_cache(0);
  return true;
}

export function user_entrypoint(size: usize): i32 {
  if (size < 4) return 1;
  const input = readInput(size);
  const args = Arguments.at(input + 4, size - 4);
  const selector = bswap(load<u32>(input));
  return view(selector, args) || change(selector, args) ? 0 : 1;
}

export function user_constructor(size: usize): i32 {
  const args = Arguments.at(readInput(size), size);
  initialize(args.bytes(0), args.bytes(1), args.uint256(2));
  storage_flush_cache(0);
  return 0;
}
