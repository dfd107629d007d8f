/**
 * What the demo knows of drift beforehand: training sets and the baselines made of them, where the
 * data shifts, and where it only seems to.
 */
@NullMarked
package dev.runway.demo.drift;

import org.jspecify.annotations.NullMarked;
