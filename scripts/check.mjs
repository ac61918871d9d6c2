// `make check`: what fails fastest, first.
import { steps } from './lib/steps.mjs';
import { quick } from './lib/suite.mjs';

await steps('check', quick);
