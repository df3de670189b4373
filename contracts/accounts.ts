/** Addresses by the names that arguments may use for them: 20 bytes, lower-case hex. */
export type AddressBook = Readonly<Record<string, `0x${string}`>>;

/**
 * The accounts that manifests, replays and the command line know by name.
 *
 * @example
 * console.log(Object.keys(accounts).join()); // deployer,alice,bob,carol,dave
 * console.log(accounts['bob']); // 0x0000000000000000000000000000000000000b0b
 */
export const accounts: AddressBook = {
  deployer: '0x00000000000000000000000000000000000d3901',
  alice: '0x00000000000000000000000000000000000a11ce',
  bob: '0x0000000000000000000000000000000000000b0b',
  carol: '0x00000000000000000000000000000000000ca401',
  dave: '0x000000000000000000000000000000000000da7e',
};
