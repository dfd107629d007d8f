/** Tests of merging and scoring. */
@NullMarked
package dev.runway.driftmonitor.merge;

import org.jspecify.annotations.NullMarked;
