import { edgePart } from '../http/edge-part.js';
import type { BuiltIn } from '../kernel/plan.js';
import { certificatesPart } from '../services/certificates/certificates-part.js';
import { deliveryPart } from '../services/delivery/delivery-part.js';
import { paymentsPart } from '../services/payments/payments-part.js';
import { registryPart } from '../services/registry/registry-part.js';
import { transparencyPart } from '../services/transparency/transparency-part.js';
import { vaccinationPart } from '../services/vaccination/vaccination-part.js';
import { verificationPart } from '../services/verification/verification-part.js';
import { dispatcherPart } from '../store/dispatcher-part.js';
import { eventsPart } from '../store/events-part.js';
import { storePart } from '../store/store-part.js';

/** The parts that come with the house. */
export const builtIns: Readonly<Record<string, BuiltIn>> = {
  http: { descriptor: edgePart, always: true },
  store: { descriptor: storePart, onDemand: true },
  events: { descriptor: eventsPart, onDemand: true },
  dispatcher: { descriptor: dispatcherPart, onDemand: true },
  certificates: { descriptor: certificatesPart },
  delivery: { descriptor: deliveryPart, onDemand: true },
  payments: { descriptor: paymentsPart, onDemand: true },
  registry: { descriptor: registryPart },
  transparency: { descriptor: transparencyPart },
  vaccination: { descriptor: vaccinationPart },
  verification: { descriptor: verificationPart },
};
