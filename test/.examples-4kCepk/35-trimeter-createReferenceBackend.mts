import { readFileSync } from 'node:fs';
import { createReferenceBackend, flatV1Schedule } from 'trimeter';
{
const reference = createReferenceBackend({ schedule: flatV1Schedule });
console.log(reference.name, reference.isMetered); // reference true
}
