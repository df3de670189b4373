/** The accounts that manifests, replays and the command line know by name: 20-byte addresses, lower-case hex. */
export const accounts: Readonly<Record<string, `0x${string}`>> = {
  deployer: '0x00000000000000000000000000000000000d3901',
  alice: '0x00000000000000000000000000000000000a11ce',
  bob: '0x0000000000000000000000000000000000000b0b',
  carol: '0x00000000000000000000000000000000000ca401',
  dave: '0x000000000000000000000000000000000000da7e',
};
