import type { CustomCrypto } from '@ethereumjs/common';
import { hexToBytes, type PrefixedHexString } from '@ethereumjs/util';
import { isPointEvaluation } from '../engine/precompiles/point-evaluation.ts';

type Kzg = NonNullable<CustomCrypto['kzg']>;

/** What 0x0a needs of a KZG library, which @ethereumjs does not bring. The rest is for transactions with blobs. */
export const pointEvaluationCrypto: CustomCrypto = {
  kzg: {
    verifyProof: (commitment, z, y, proof) => {
      const [c, at, value, p] = [commitment, z, y, proof].map((hex) => hexToBytes(hex as PrefixedHexString));
      return isPointEvaluation(c as Uint8Array, at as Uint8Array, value as Uint8Array, p as Uint8Array);
    },
  } as Pick<Kzg, 'verifyProof'> as Kzg,
};
