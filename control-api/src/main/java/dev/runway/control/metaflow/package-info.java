/** Lineage out of Metaflow: from a local folder, or from its metadata service. */
@NullMarked
package dev.runway.control.metaflow;

import org.jspecify.annotations.NullMarked;
