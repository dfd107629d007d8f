/** Lineage out of Metaflow's metadata service. */
@NullMarked
package dev.runway.control.metaflow;

import org.jspecify.annotations.NullMarked;
